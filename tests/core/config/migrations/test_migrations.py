"""Migrations: golden files, up and down, one write or none."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from codemie_core import (
    ConfigCorrupt,
    ConfigLoader,
    ConfigMissing,
    Home,
    MigrationImpossible,
    SchemaTooNew,
)
from codemie_core.config.history import Origin
from codemie_core.config.migrations import registry as registry_module
from codemie_core.config.migrations.definition import Migration
from codemie_core.config.migrations.registry import REGISTRY, Registry
from codemie_core.config.migrations.runner import MigrationRunner
from codemie_core.config.migrations.schema import LATEST, SCHEMA_KEY, in_danger, unread_by_cli
from codemie_core.config.model.config import parse_config
from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.files.json.document import JsonDocument

GOLDEN = Path(__file__).parents[3] / "golden" / "migrations"
GOLDEN_OF_ONE = sorted(path for path in GOLDEN.iterdir() if path.name[0].isdigit())
SEED = GOLDEN / "all-of-a-seed-home"


def runner_of(home: Path, data: bytes, *, name: str = "config.json") -> MigrationRunner:
    (home / name).write_bytes(data)
    return MigrationRunner(ConfigLoader(Home(str(home)), settle_seconds=0))


@pytest.mark.parametrize("golden", GOLDEN_OF_ONE, ids=lambda path: path.name)
def test_a_released_migration_never_changes_what_it_does(golden: Path, tmp_path: Path) -> None:
    version = int(golden.name[0])
    before, after = (golden / "before.json").read_bytes(), (golden / "after.json").read_bytes()
    runner = runner_of(tmp_path, before)
    plan = runner.run(version)
    assert (tmp_path / "config.json").read_bytes() == after
    assert [step.version for step in plan.steps] == [version]
    runner.run(version - 1)
    back = (tmp_path / "config.json").read_bytes()
    if REGISTRY.between(version - 1, version)[0].undone_exactly(JsonDocument.parse(before.decode())):
        assert json.loads(back) == json.loads(before)


def test_every_migration_has_golden_files() -> None:
    assert {int(path.name[0]) for path in GOLDEN_OF_ONE} == {step.version for step in REGISTRY}


def test_a_seed_home_is_migrated_to_the_newest_version_and_back_in_one_write_each(tmp_path: Path) -> None:
    before = (SEED / "before.json").read_bytes()
    runner = runner_of(tmp_path, before)
    assert [step.version for step in runner.pending()] == [2, 3]
    runner.run()
    assert (tmp_path / "config.json").read_bytes() == (SEED / "after.json").read_bytes()
    assert (runner.version(), runner.pending()) == (LATEST, ())
    plan = runner.run(0)
    assert [step.version for step in plan.steps] == [3, 2, 1]
    # This configuration had `authToken` from the start, which step 1 can't know on the way back.
    assert (tmp_path / "config.json").read_bytes() == before.replace(b"authToken", b"apiKey")


def test_the_previous_version_is_in_the_history_first(tmp_path: Path) -> None:
    before = (SEED / "before.json").read_bytes()
    runner = runner_of(tmp_path, before)
    runner.run()
    history = ConfigLoader(Home(str(tmp_path))).history
    newest, older = history.entries()
    assert (newest.origin, older.origin) == (Origin.OWN, Origin.OTHER)
    assert history.read(older) == before


def test_planning_writes_nothing_at_all(tmp_path: Path) -> None:
    before = (SEED / "before.json").read_bytes()
    runner = runner_of(tmp_path, before)
    assert runner.plan().changes
    assert not (tmp_path / "tray").exists()
    assert (tmp_path / "config.json").read_bytes() == before


def test_a_migration_with_nothing_to_do_writes_nothing(tmp_path: Path) -> None:
    runner = runner_of(tmp_path, (SEED / "after.json").read_bytes())
    before = os.stat(tmp_path / "config.json")
    assert runner.run().steps == ()
    after = os.stat(tmp_path / "config.json")
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_mark_is_the_one_that_the_cli_expects(tmp_path: Path) -> None:
    runner = runner_of(tmp_path, b'{"profiles": {"a": {"provider": "x"}, "b": {}}}')
    loader = ConfigLoader(Home(str(tmp_path)), settle_seconds=0)
    assert in_danger(loader.load())
    runner.run()
    config = json.loads((tmp_path / "config.json").read_bytes())
    assert config["version"] == 2
    assert config["activeProfile"] == "a"
    assert not in_danger(loader.load())


OF_THE_CLI = "codemie-cli.config.json"


@pytest.mark.parametrize(
    ("name", "version", "why"),
    [
        (OF_THE_CLI, '"version": 2,', ""),
        (OF_THE_CLI, '"version": 2.0,', ""),
        (OF_THE_CLI, '"version": 9,', "its version is 9, and the CLI reads only 2"),
        (OF_THE_CLI, '"version": true,', "its version is not a number"),
        (OF_THE_CLI, '"version": "sk-planted",', "its version is not a number"),
        (OF_THE_CLI, "", "it has no version"),
        ("config.json", '"version": 2,', ""),
        ("config.json", '"version": 9,', "its version is 9, and the CLI reads only 2"),
        ("config.json", "", ""),  # `in_danger`
    ],
)
def test_a_version_that_the_cli_does_not_read_is_told(
    tmp_path: Path, name: str, version: str, why: str
) -> None:
    text = f'{{{version} "activeProfile": "a", "profiles": {{"a": {{"provider": "x"}}}}}}'
    (tmp_path / name).write_text(text, encoding="utf-8")
    config = ConfigLoader(Home(str(tmp_path))).load()
    assert unread_by_cli(config) == why
    assert in_danger(config) == (name == "config.json" and not version)
    (tmp_path / name).write_text(f'{{{version} "profiles": {{}}}}', encoding="utf-8")
    assert unread_by_cli(ConfigLoader(Home(str(tmp_path))).load()) == "", "nothing could be lost"


def test_a_version_field_written_by_someone_else_is_left_alone(tmp_path: Path) -> None:
    runner = runner_of(tmp_path, b'{"version": 7, "activeProfile": "a", "profiles": {"a": {}}}')
    runner.run()
    assert json.loads((tmp_path / "config.json").read_bytes())["version"] == 7
    runner.run(0)
    assert json.loads((tmp_path / "config.json").read_bytes())["version"] == 7


def test_a_configuration_of_a_newer_version_is_read_and_never_rewritten(tmp_path: Path) -> None:
    data = json.dumps({"activeProfile": "a", "profiles": {"a": {}, "b": {}}, SCHEMA_KEY: LATEST + 1}).encode()
    runner = runner_of(tmp_path, data)
    loader = ConfigLoader(Home(str(tmp_path)), settle_seconds=0)
    assert [profile.name for profile in loader.load().profiles] == ["a", "b"]
    for change in (
        lambda: loader.switch_profile("b"),
        lambda: loader.save_profile("c", {"provider": "x"}),
        lambda: loader.delete_profile("a"),
        runner.run,
        lambda: runner.run(0),
    ):
        with pytest.raises(SchemaTooNew, match="written by a newer CodeMie Tray"):
            change()
    assert (tmp_path / "config.json").read_bytes() == data


def test_the_cli_layout_is_not_migrated(tmp_path: Path) -> None:
    data = b'{"version": 2, "activeProfile": "a", "profiles": {"a": {"apiKey": "k"}}, "traySchema": 99}'
    runner = runner_of(tmp_path, data, name=CLI.config_name)
    for ask in (runner.version, runner.pending, runner.plan, runner.run):
        with pytest.raises(MigrationImpossible, match="belongs to the CLI"):
            ask()
    ConfigLoader(Home(str(tmp_path)), settle_seconds=0).save_profile("b", {})  # its versions don't bind us
    assert (tmp_path / CLI.config_name).read_bytes() != data


@pytest.mark.parametrize("wanted", [-1, LATEST + 1])
def test_a_version_that_does_not_exist_is_refused(tmp_path: Path, wanted: int) -> None:
    runner = runner_of(tmp_path, (SEED / "before.json").read_bytes())
    with pytest.raises(MigrationImpossible, match=f"no schema version {wanted}"):
        runner.run(wanted)


@pytest.mark.parametrize("nonsense", ['"3"', "true", "-1", "1.5", "null", "{}"])
def test_an_invalid_version_is_reported_with_its_place(tmp_path: Path, nonsense: str) -> None:
    data = f'{{\n  "profiles": {{}},\n  "traySchema": {nonsense}\n}}'.encode()
    runner = runner_of(tmp_path, data)
    with pytest.raises(ConfigCorrupt, match="line 3, column 17"):
        runner.run()
    assert (tmp_path / "config.json").read_bytes() == data


def test_a_home_without_configuration_has_nothing_to_migrate(tmp_path: Path) -> None:
    with pytest.raises(ConfigMissing):
        MigrationRunner(ConfigLoader(Home(str(tmp_path)))).run()


# ---- the registry ----------------------------------------------------------------------------------


def step(version: int) -> Migration:
    return Migration(version, f"step {version}", lambda document: document, lambda document: document)


def test_the_registry_refuses_gaps_and_duplicates() -> None:
    assert Registry((step(1), step(2))).latest == 2
    for versions, why in (
        ((1, 3), "2 is missing"),
        ((2,), "1 is missing"),
        ((1, 1), "that number is already taken"),
        ((1, 2, 1), "that number is already taken"),
        ((0,), "that number is already taken"),
    ):
        with pytest.raises(ValueError, match=why):
            Registry(map(step, versions))


def test_the_store_knows_the_newest_version_without_loading_the_migrations() -> None:
    assert registry_module.REGISTRY.latest == LATEST


# ---- there and back --------------------------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["provider", "model", "baseUrl", "apiKey", "authToken", "timeout", "name", "mine", "ключ", ""]
)
PROFILE = st.dictionaries(FIELDS, VALUES, max_size=5)
NAMES = st.sampled_from(["default", "work", "büro-测试", "__proto__", ""]) | st.text(max_size=6)
CONFIGS = st.fixed_dictionaries(
    {},
    optional={
        "activeProfile": st.none() | NAMES,
        "profiles": st.dictionaries(NAMES, PROFILE | SCALARS, max_size=4),
        "version": st.sampled_from([1, 2, "2"]),
        "apiKey": VALUES,
        "authToken": VALUES,
        "provider": VALUES,
        "model": VALUES,
        "timeout": VALUES,
        "mine": VALUES,
        "userEmail": VALUES,
    },
)
LAYOUTS_OF_TEXT = st.sampled_from([{"indent": 2}, {"indent": "\t"}, {"separators": (",", ":")}, {}])


def text_of(config: dict[str, Any], look: dict[str, Any]) -> JsonDocument:
    return JsonDocument.parse(json.dumps(config, ensure_ascii=True, **look))


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [json.dumps(value)]


@pytest.mark.parametrize("migration", tuple(REGISTRY), ids=lambda migration: f"{migration.version}")
@settings(
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)  # few migrations are undone exactly
@given(config=CONFIGS, look=LAYOUTS_OF_TEXT)
def test_down_after_up_restores_the_file_where_the_migration_claims_it(
    migration: Migration, config: dict[str, Any], look: dict[str, Any]
) -> None:
    document = text_of(config, look)
    assume(migration.undone_exactly(document))
    back = migration.downgraded(migration.upgraded(document))
    assert json.loads(back.text) == config


@pytest.mark.parametrize("migration", tuple(REGISTRY), ids=lambda migration: f"{migration.version}")
@given(config=CONFIGS, look=LAYOUTS_OF_TEXT)
def test_no_value_is_lost_in_either_direction(
    migration: Migration, config: dict[str, Any], look: dict[str, Any]
) -> None:
    document = text_of(config, look)
    up = json.loads(migration.upgraded(document).text)
    down = json.loads(migration.downgraded(document).text)
    replaced = {json.dumps(config.get("activeProfile")), json.dumps(config.get("version"))}
    for changed in (up, down):
        for leaf in leaves(config):
            assert leaf in leaves(changed) or leaf in replaced
        assert changed.get("mine") == config.get("mine")
        assert changed.get("userEmail") == config.get("userEmail")


@pytest.mark.parametrize("migration", tuple(REGISTRY), ids=lambda migration: f"{migration.version}")
@given(config=CONFIGS, look=LAYOUTS_OF_TEXT)
def test_migrating_up_twice_is_the_same_as_once(
    migration: Migration, config: dict[str, Any], look: dict[str, Any]
) -> None:
    once = migration.upgraded(text_of(config, look))
    assert migration.upgraded(once).text == once.text


@given(config=CONFIGS, look=LAYOUTS_OF_TEXT)
def test_all_migrations_together_produce_a_configuration(
    config: dict[str, Any], look: dict[str, Any]
) -> None:
    document = text_of(config, look)
    for migration in REGISTRY:
        document = migration.upgraded(document)
    parse_config(document.text.encode(), path="config.json", layout=CLASSIC)


@given(config=CONFIGS)
def test_the_first_and_third_migrations_keep_every_other_byte(config: dict[str, Any]) -> None:
    document = text_of(config, {"indent": 3})
    first, _, third = REGISTRY
    for migration in (first, third):
        if migration.undone_exactly(document):
            assert migration.downgraded(migration.upgraded(document)).text == document.text
