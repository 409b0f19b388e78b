"""Profiles created and changed with their tokens: real files, the real store, two concurrent processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from codemie_core import (
    ConfigLoader,
    CredentialStore,
    Home,
    ProfileExists,
    ProfileNotFound,
    Secret,
    StoreDenied,
)
from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.errors import AddressNotAllowed, ProfileInvalid
from codemie_core.profiles.making import add_profile, change_profile, set_token
from codemie_core.profiles.tokens.reference import reference_to

FIELDS = {"provider": "openai", "model": "m", "baseUrl": "https://a.example"}
TOKEN, OTHER = Secret("sk-first-made-up"), Secret("sk-second-made-up")


def written(home: Home, layout: object = CLASSIC) -> dict[str, object]:
    name = layout.config_name  # type: ignore[attr-defined]
    return json.loads(Path(home.join(name)).read_text(encoding="utf-8"))["profiles"]  # type: ignore[no-any-return]


@pytest.fixture(params=[CLASSIC, CLI], ids=lambda layout: layout.name)
def layout(request: pytest.FixtureRequest, home: Home) -> object:
    path = Path(home.join(request.param.config_name))
    path.write_text('{"version": 2, "activeProfile": "x", "profiles": {"x": {"provider": "ollama"}}}')
    return request.param


def test_the_token_is_in_the_store_and_the_profile_refers_to_it(home: Home, layout: object) -> None:
    loader, store = ConfigLoader(home), CredentialStore(home)
    place = add_profile(loader, store, "p", FIELDS, TOKEN)
    field = layout.token_field  # type: ignore[attr-defined]
    assert place is not None
    assert (place.field, place.credential) == (field, f"p/{field}")
    assert written(home, layout)["p"][field] == f"credential:p/{field}"  # type: ignore[index]
    entry = store.entries()[f"p/{field}"]
    assert (entry.secret, entry.origins) == (TOKEN, ("https://a.example",))
    assert TOKEN.reveal() not in Path(home.join(layout.config_name)).read_text()  # type: ignore[attr-defined]


def test_a_duplicate_name_leaves_no_token_behind(home: Home, layout: object) -> None:
    loader, store = ConfigLoader(home), CredentialStore(home)
    with pytest.raises(ProfileExists, match="'x'"):
        add_profile(loader, store, "x", FIELDS, TOKEN)
    assert store.list() == ()
    with pytest.raises(ProfileInvalid):
        add_profile(loader, store, " p", FIELDS, TOKEN)
    assert store.list() == ()
    add_profile(loader, store, "café", FIELDS, TOKEN)
    with pytest.raises(ProfileExists):  # the same letters in Unicode's other normal form
        add_profile(loader, store, "cafe\u0301", FIELDS, TOKEN)
    assert set(written(home, layout)) == {"x", "café"}


def test_an_unwritable_configuration_leaves_no_token_behind(home: Home, layout: object) -> None:
    loader, store = ConfigLoader(home), CredentialStore(home)
    Path(home.join(layout.config_name)).chmod(0o444)  # type: ignore[attr-defined]
    with pytest.raises(StoreDenied):
        add_profile(loader, store, "p", FIELDS, TOKEN)
    assert store.list() == ()


def test_adding_a_token_in_the_clear_makes_the_file_private(home: Home) -> None:
    loader = ConfigLoader(home)
    add_profile(loader, CredentialStore(home), "p", FIELDS, TOKEN, in_config=True)
    assert written(home)["p"]["authToken"] == TOKEN.reveal()  # type: ignore[index]
    if sys.platform != "win32":
        assert Path(home.join("config.json")).stat().st_mode & 0o777 == 0o600
    assert not Path(home.credentials).exists()


def test_a_new_token_replaces_the_old_one(home: Home, layout: object) -> None:
    loader, store = ConfigLoader(home), CredentialStore(home)
    place = add_profile(loader, store, "p", FIELDS, TOKEN)
    assert place is not None
    assert place.credential is not None
    assert set_token(loader, store, "p", OTHER) == place
    assert store.get_all() == {place.credential: OTHER}


def test_a_token_that_two_profiles_share_is_not_changed_for_the_other(home: Home, layout: object) -> None:
    loader, store = ConfigLoader(home), CredentialStore(home)
    first = add_profile(loader, store, "p", FIELDS, TOKEN)
    loader.duplicate_profile("p", "q")
    second = set_token(loader, store, "q", OTHER)
    assert first is not None
    assert first.credential is not None
    assert second.credential is not None
    assert store.get_all() == {first.credential: TOKEN, second.credential: OTHER}


def test_a_new_token_is_held_back_from_a_changed_address_until_it_is_allowed(home: Home) -> None:
    loader, store = ConfigLoader(home), CredentialStore(home)
    place = add_profile(loader, store, "p", FIELDS, TOKEN)
    assert place is not None
    assert place.credential is not None
    change_profile(loader, "p", {("baseUrl",): "https://evil.example"})
    with pytest.raises(AddressNotAllowed, match=r"https://evil\.example"):
        set_token(loader, store, "p", OTHER)
    assert store.get(place.credential) == TOKEN
    set_token(loader, store, "p", OTHER, allowed=["https://evil.example"])
    entry = store.entries()[place.credential]
    assert (entry.secret, entry.origins) == (OTHER, ("https://a.example", "https://evil.example"))


def test_a_nested_field_is_changed_alone(home: Home, layout: object) -> None:
    loader = ConfigLoader(home)
    loader.save_profile("x", {"jwtConfig": {"tokenEnvVar": "A", "expiresAt": 5, "later": [1]}})
    change_profile(loader, "x", {("jwtConfig", "tokenEnvVar"): "B", ("model",): "m"})
    change_profile(loader, "x", {("jwtConfig", "expiresAt"): None})
    assert written(home, layout)["x"]["jwtConfig"] == {"tokenEnvVar": "B", "later": [1]}  # type: ignore[index]
    with pytest.raises(ProfileInvalid, match="two levels"):
        change_profile(loader, "x", {("a", "b", "c"): 1})
    with pytest.raises(ProfileInvalid, match="has no field"):
        change_profile(loader, "x", {("model", "b"): 1})
    with pytest.raises(ProfileNotFound):
        change_profile(loader, "nobody", {("model",): "m"})


def test_a_provider_without_tokens_accepts_none(home: Home, layout: object) -> None:
    with pytest.raises(ProfileInvalid, match="takes no token"):
        set_token(ConfigLoader(home), CredentialStore(home), "x", TOKEN)
    assert not Path(home.credentials).exists()


def test_a_token_replaces_a_placeholder_and_run_finds_it(home: Home, layout: object) -> None:
    loader, store = ConfigLoader(home), CredentialStore(home)
    loader.save_profile("x", {"provider": "litellm", "apiKey": "not-required"})
    place = set_token(loader, store, "x", TOKEN)
    assert place.credential is not None
    assert written(home, layout)["x"]["apiKey"] == reference_to(place.credential)  # type: ignore[index]


ADDS = """
import sys
from codemie_core import ConfigLoader, CredentialStore, Home, ProfileExists, Secret
from codemie_core.profiles.making import add_profile
home = Home(sys.argv[1])
won = 0
for number in range(6):
    try:
        fields = {"provider": "openai", "model": "m", "baseUrl": "https://a.example"}
        token = Secret(f"sk-of-{sys.argv[2]}-{number}")
        add_profile(ConfigLoader(home), CredentialStore(home), f"p{number}", fields, token)
        won += 1
    except ProfileExists:
        pass
print(won)
"""


def test_concurrent_processes_adding_the_same_names_lose_and_leave_no_token(home: Home) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", ADDS, home.path, who], stdout=subprocess.PIPE, text=True)
        for who in ("a", "b", "c")
    ]
    won = [int(process.communicate(timeout=120)[0]) for process in started]
    assert sum(won) == 6
    secrets = CredentialStore(home).get_all()
    profiles = json.loads(Path(home.join("config.json")).read_text())["profiles"]
    references = {fields["authToken"].removeprefix("credential:") for fields in profiles.values()}
    assert references == set(secrets)
    assert len(secrets) == 6
