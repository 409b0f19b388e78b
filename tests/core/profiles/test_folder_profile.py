"""Which profile applies in a folder, and setting one, as the CLI would read it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from codemie_core import ConfigCorrupt, ConfigLoader, Home, StoreDenied
from codemie_core.errors import ProjectOverrides
from codemie_core.profiles.folder import Choice, Source, profile_in, use_here, use_here_no_more
from codemie_core.profiles.tokens.handover.handover import Request, check

CONFIG = {
    "version": 2,
    "activeProfile": "a",
    "profiles": {"a": {"provider": "openai", "model": "m1"}, "b": {"provider": "ollama", "model": "m2"}},
}


@pytest.fixture
def folder(home: Home, tmp_path: Path) -> Path:
    Path(home.join("codemie-cli.config.json")).write_text(json.dumps(CONFIG), encoding="utf-8")
    made = tmp_path / "project"
    made.mkdir()
    return made


def chosen(home: Home, folder: Path) -> Choice:
    return profile_in(str(folder), home, ConfigLoader(home).load())


def project_file(folder: Path, content: object) -> Path:
    path = folder / ".codemie" / "codemie-cli.config.json"
    path.parent.mkdir(exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_bytes(text.encode())  # unchanged: Windows would convert line endings
    return path


def name_and_source(choice: Choice) -> tuple[str | None, Source]:
    return choice.profile.name if choice.profile else None, choice.source


def test_without_a_file_the_active_profile_applies(home: Home, folder: Path) -> None:
    assert name_and_source(chosen(home, folder)) == ("a", Source.CONFIG)


def test_use_here_writes_what_the_cli_writes_and_undo_removes_it(home: Home, folder: Path) -> None:
    path = use_here(str(folder), home, "b")
    assert Path(path).read_text() == '{\n  "version": 2,\n  "activeProfile": "b",\n  "profiles": {}\n}'
    assert name_and_source(chosen(home, folder)) == ("b", Source.FOLDER)
    (folder / "below").mkdir()
    assert name_and_source(chosen(home, folder / "below")) == ("a", Source.CONFIG)
    use_here(str(folder), home, "a")
    assert json.loads(Path(path).read_text())["activeProfile"] == "a"
    assert use_here_no_more(str(folder), home) == path
    assert os.listdir(folder) == ["below"]
    assert use_here_no_more(str(folder), home) is None


def test_an_existing_file_keeps_all_other_content(home: Home, folder: Path) -> None:
    text = (
        '{"version": 2,\r\n "profiles": {"t": {"model": 1.0}}, "activeProfile": "team", "x": "\\u00e9"}\r\n'
    )
    path = project_file(folder, text)
    use_here(str(folder), home, "b")
    assert path.read_bytes().decode() == text.replace('"team", "x"', '"b", "x"')
    with pytest.raises(StoreDenied, match="does more than choose a profile"):
        use_here_no_more(str(folder), home)
    assert path.exists()


@pytest.mark.parametrize(
    "content", ["", "{", '{"provider": "openai"}', "[]", '{"version": 1, "profiles": {}}']
)
def test_a_file_that_is_not_the_clis_is_left_unchanged(home: Home, folder: Path, content: str) -> None:
    path = project_file(folder, content)
    with pytest.raises(ConfigCorrupt):
        use_here(str(folder), home, "b")
    assert path.read_text() == content


def test_the_folder_that_contains_the_home_cannot_have_its_own_profile(tmp_path: Path) -> None:
    home = Home(str(tmp_path / ".codemie"))
    os.mkdir(home.path)
    with pytest.raises(StoreDenied, match="the home itself"):
        use_here(str(tmp_path), home, "b")
    assert os.listdir(home.path) == []


def test_a_link_in_place_of_the_file_is_not_written_through(home: Home, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(CONFIG))
    (folder / ".codemie").mkdir()
    os.symlink(other, folder / ".codemie" / "codemie-cli.config.json")
    with pytest.raises(StoreDenied, match="is a link"):
        use_here(str(folder), home, "b")
    assert json.loads(other.read_text()) == CONFIG


def test_fields_of_the_folder_override_the_profile(home: Home, folder: Path) -> None:
    project_file(folder, {"version": 2, "activeProfile": "b", "profiles": {"b": {"model": "m9"}}})
    choice = chosen(home, folder)
    assert name_and_source(choice) == ("b", Source.FOLDER)
    assert choice.profile is not None
    assert (choice.profile.provider, choice.profile.model) == ("ollama", "m9")


TEAM = {"codeMieProject": "team", "codeMieUrl": "https://c.example/", "model": "m9", "name": "team"}


@pytest.mark.parametrize(
    ("active", "profiles", "own", "laid_over"),
    [
        ("b", {"b": {"model": "m9"}, "team": TEAM}, {}, {"model": "m9"}),
        ("b", {"team": TEAM}, {}, {"codeMieProject": "team", "codeMieUrl": "https://c.example/"}),
        ("b", {"team": {"codeMieProject": "team"}}, {}, {"codeMieProject": "team"}),
        ("b", {"team": TEAM}, {"codeMieProject": "mine"}, {}),
        ("b", {"team": TEAM}, {"codeMieIntegration": {"id": "1"}}, {}),
        ("b", {"team": TEAM}, {"codeMieUrl": "https://other.example"}, {}),
        (
            *("b", {"team": TEAM}, {"codeMieUrl": "HTTPS://c.example"}),
            {"codeMieProject": "team", "codeMieUrl": "https://c.example/"},
        ),
        ("b", {"team": TEAM, "second": {}}, {}, {}),
        ("b", {"default": {"model": "m9"}, "second": {}}, {}, {}),
    ],
)
def test_a_folder_lays_over_the_profile_what_the_cli_lays_over_it(
    home: Home,
    folder: Path,
    active: str,
    profiles: dict[str, object],
    own: dict[str, object],
    laid_over: dict[str, object],
) -> None:
    global_profiles = {**CONFIG["profiles"], "b": {**CONFIG["profiles"]["b"], **own}}  # type: ignore[dict-item, index]
    content = json.dumps({**CONFIG, "profiles": global_profiles})
    Path(home.join("codemie-cli.config.json")).write_text(content, encoding="utf-8")
    project_file(folder, {"version": 2, "activeProfile": active, "profiles": profiles})
    choice = chosen(home, folder)
    assert choice.laid_over == laid_over
    assert choice.profile is not None
    assert {name: choice.profile.fields[name] for name in laid_over} == laid_over


def test_a_folder_in_the_old_format_lays_its_fields_over_the_active_profile(home: Home, folder: Path) -> None:
    project_file(folder, {"provider": "litellm", "model": "m9"})
    choice = chosen(home, folder)
    assert name_and_source(choice) == ("a", Source.CONFIG)
    assert choice.laid_over == {"provider": "litellm", "model": "m9"}
    assert choice.profile is not None
    assert choice.profile.model == "m9"


def test_an_unknown_profile_name_is_reported(home: Home, folder: Path) -> None:
    project_file(folder, {"version": 2, "activeProfile": "nobody", "profiles": {}})
    choice = chosen(home, folder)
    assert (choice.profile, choice.source, choice.missing) == (None, Source.NONE, "nobody")


def test_a_file_that_only_selects_a_profile_allows_that_one_and_blocks_others(
    home: Home, folder: Path
) -> None:
    use_here(str(folder), home, "b")
    config = ConfigLoader(home).load()
    assert check(home, Request(config.profile("b"), ["true"], str(folder))) == ()
    with pytest.raises(ProjectOverrides, match="use-here --undo"):
        check(home, Request(config.profile("a"), ["true"], str(folder)))
    project_file(folder, {"version": 2, "activeProfile": "b", "profiles": {"b": {"baseUrl": "https://evil"}}})
    with pytest.raises(ProjectOverrides):
        check(home, Request(config.profile("b"), ["true"], str(folder)))
