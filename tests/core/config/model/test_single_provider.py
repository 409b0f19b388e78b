"""The old single-provider format: shown as the profile `default`, saved, guarded, and migrated intact."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from codemie_core import ConfigLoader, Home, ProfileNotFound
from codemie_core.config.migrations.runner import MigrationRunner
from codemie_core.config.migrations.schema import in_danger
from codemie_core.config.model.layout import CLASSIC, CLI, Layout
from codemie_core.errors import ConfigOldForm
from codemie_core.profiles.tokens.reference import token_fields

OLD = '{"provider":"litellm","apiKey":"sk-planted","baseUrl":"https://u.example","model":"m"}'

each_layout = pytest.mark.parametrize("layout", [CLASSIC, CLI], ids=["classic", "cli"])


def loader_of(home: Home, layout: Layout = CLASSIC, text: str = OLD) -> ConfigLoader:
    Path(home.join(layout.config_name)).write_text(text)
    return ConfigLoader(home, settle_seconds=0)


def stored(home: Home, layout: Layout = CLASSIC) -> str:
    return Path(home.join(layout.config_name)).read_text()


@each_layout
def test_a_single_provider_is_shown_as_one_active_profile(home: Home, layout: Layout) -> None:
    config = loader_of(home, layout).load()
    assert [profile.name for profile in config.profiles] == ["default"]
    assert config.active_profile == config.profile("default")
    profile = config.profile("default")
    assert (profile.provider, profile.model, profile.base_url) == ("litellm", "m", "https://u.example")
    assert set(config.secrets) == {"sk-planted"}
    assert not in_danger(config), "the CLI adopts this format unchanged"


@pytest.mark.parametrize(
    "text",
    [
        '{"provider": "x", "profiles": {}}',
        '{"provider": "x", "version": 2}',
        '{"activeProfile": "a"}',
        '{"model": "m"}',
        '{"provider": ""}',
        "{}",
    ],
)
def test_other_formats_are_not_mistaken_for_a_single_provider(home: Home, text: str) -> None:
    config = loader_of(home, text=text).load()
    assert not config.single_provider
    assert config.profiles == ()


@each_layout
def test_switching_to_the_single_provider_changes_nothing_and_to_another_is_refused(
    home: Home, layout: Layout
) -> None:
    loader = loader_of(home, layout)
    assert loader.switch_profile("default").active == "default"
    assert not loader.changed
    with pytest.raises(ProfileNotFound):
        loader.switch_profile("work")
    assert stored(home, layout) == OLD


CHANGES: tuple[Callable[[ConfigLoader], object], ...] = (
    lambda loader: loader.save_profile("work", {"model": "m"}),
    lambda loader: loader.save_profile("default", {"model": "m"}),
    lambda loader: loader.rename_profile("default", "work"),
    lambda loader: loader.duplicate_profile("default", "work"),
    lambda loader: loader.delete_profile("default"),
)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("layout", "what"), [(CLASSIC, "migrate up"), (CLI, "codemie setup")])
def test_a_change_that_the_format_cannot_hold_says_what_to_do(
    home: Home, layout: Layout, what: str, change: Callable[[ConfigLoader], object]
) -> None:
    loader = loader_of(home, layout)
    with pytest.raises(ConfigOldForm, match="old single-provider format") as caught:
        change(loader)
    assert what in caught.value.advice
    assert stored(home, layout) == OLD


def test_migrating_creates_a_profile_whose_token_the_cli_still_finds(home: Home) -> None:
    loader = loader_of(home)
    before = loader.load()
    MigrationRunner(loader).run()
    after = json.loads(stored(home))
    assert after["profiles"] == {"default": json.loads(OLD)}
    assert (after["version"], after["activeProfile"]) == (2, "default")
    assert loader.load().profile("default").fields == before.profile("default").fields
    assert loader.offer(loader.load()) is None, "nothing was lost"


def test_migrating_profiles_keeps_their_tokens_where_the_cli_finds_them(home: Home) -> None:
    profiles = {"a": {"apiKey": "sk-1"}, "b": {"authToken": "sk-2"}}
    loader = loader_of(home, text=json.dumps({"activeProfile": "a", "profiles": profiles}))
    MigrationRunner(loader).run()
    assert json.loads(stored(home))["profiles"] == profiles


def test_the_mark_is_set_again_if_another_program_removed_it(home: Home) -> None:
    text = '{"traySchema": 3, "activeProfile": "a", "profiles": {"a": {"provider": "x"}}}'
    loader = loader_of(home, text=text)
    assert in_danger(loader.load())
    plan = MigrationRunner(loader).run()
    assert [step.version for step in plan.steps] == [3]
    assert json.loads(stored(home)) == {**json.loads(text), "version": 2}
    assert not in_danger(loader.load())
    assert MigrationRunner(loader).run().steps == ()


def test_its_token_moves_into_the_store_and_back(home: Home) -> None:
    loader = loader_of(home)
    token = next(iter(token_fields(loader.load())))
    change = {(token.profile, token.field_path): ("sk-planted", "credential:default/apiKey")}
    loader.set_tokens(change)
    assert stored(home) == OLD.replace("sk-planted", "credential:default/apiKey")
    assert not loader.load().secrets


@each_layout
def test_a_single_provider_is_saved_and_offered_if_another_program_empties_the_file(
    home: Home, layout: Layout
) -> None:
    loader = loader_of(home, layout)
    loader.load_and_keep()
    Path(home.join(layout.config_name)).write_text('{"version": 2, "activeProfile": "", "profiles": {}}')
    offer = loader.offer(loader.load())
    assert offer is not None
    assert offer.lost == ("default",)
    loader.restore(offer.version)
    assert stored(home, layout) == OLD


def test_a_single_provider_is_restored_as_a_profile_of_the_clis_file(home: Home) -> None:
    loader = loader_of(home)
    entry = loader.keep_seen()
    assert entry is not None
    text = '{"version": 2, "activeProfile": "x", "profiles": {"x": {"provider": "sso", "name": "x"}}}'
    loader_of(home, CLI, text)
    loader.restore(entry)
    config = json.loads(stored(home, CLI))
    assert config["activeProfile"] == "default"
    assert config["profiles"]["default"] == {**json.loads(OLD), "name": "default"}
    assert "x" in config["profiles"]
    assert "provider" not in config


def test_another_version_is_merged_into_it_as_profiles(home: Home) -> None:
    loader = loader_of(home, text='{"activeProfile": "a", "profiles": {"a": {"authToken": "sk-1"}}}')
    entry = loader.keep_seen()
    assert entry is not None
    loader_of(home, CLI, OLD)
    loader.restore(entry)
    config = json.loads(stored(home, CLI))
    assert config["profiles"] == {"default": json.loads(OLD), "a": {"apiKey": "sk-1", "name": "a"}}
    assert (config["version"], config["activeProfile"]) == (2, "a")
