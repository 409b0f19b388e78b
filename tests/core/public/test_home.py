"""Where a home is, and which layout applies in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from codemie_core import Home, Profile
from codemie_core.config.model.layout import CLASSIC, CLI, live_layout
from codemie_core.errors import HomeUnknown
from codemie_core.system.user_folders import xdg_folder, xdg_folders

if sys.platform != "win32":
    import pwd

posix = pytest.mark.skipif(sys.platform == "win32", reason="HOME and the user database")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"CODEMIE_HOME": "/a/b/../c"}, "/a/c"),
        ({"CODEMIE_HOME": ""}, "~/.codemie"),
        ({}, "~/.codemie"),
        ({"CODEMIE_HOME": "~/elsewhere"}, "~/elsewhere"),
        ({"CODEMIE_HOME": "here"}, "./here"),
    ],
)
def test_the_home_is_what_the_environment_says(environ: dict[str, str], expected: str) -> None:
    environ = {**environ, "HOME": os.path.expanduser("~"), "USERPROFILE": os.path.expanduser("~")}
    assert Home.from_environ(environ).path == os.path.abspath(os.path.expanduser(expected))


@posix
@pytest.mark.parametrize("named", [None, "", "relative", "./x", "~"])
def test_a_relative_home_folder_is_replaced_by_the_one_in_the_user_database(named: str | None) -> None:
    environ = {} if named is None else {"HOME": named}
    assert Home.from_environ(environ).path == os.path.join(pwd.getpwuid(os.getuid()).pw_dir, ".codemie")


@posix
@pytest.mark.parametrize("environ", [{}, {"HOME": ""}, {"HOME": "relative"}, {"CODEMIE_HOME": "~/x"}])
def test_a_missing_home_folder_is_reported_and_none_is_made_up(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pwd, "getpwuid", {}.__getitem__)
    with pytest.raises(HomeUnknown, match=r"home folder is unknown: HOME is .* Set HOME, or CODEMIE_HOME"):
        Home.from_environ(environ)
    assert Home.from_environ({**environ, "CODEMIE_HOME": "/srv/home"}).path == "/srv/home"


@posix
def test_an_unknown_user_has_no_home() -> None:
    with pytest.raises(HomeUnknown, match=r"there is no user '~nobody-of-that-name'"):
        Home.from_environ({"CODEMIE_HOME": "~nobody-of-that-name/x"})


def test_relative_folders_of_the_xdg_specification_are_ignored() -> None:
    absolute = os.path.abspath("/x")
    for named, expected in ((absolute, absolute), ("x", None), ("./x", None), ("", None), ("~/x", None)):
        assert xdg_folder({"XDG_CONFIG_HOME": named}, "XDG_CONFIG_HOME") == expected
    if os.name == "posix":
        assert xdg_folders({"XDG_CONFIG_DIRS": "/a:b::/c"}, "XDG_CONFIG_DIRS", "/d") == ["/a", "/c"]
        assert xdg_folders({"XDG_CONFIG_DIRS": ""}, "XDG_CONFIG_DIRS", "/d") == ["/d"]


def test_all_our_files_are_below_tray() -> None:
    home = Home("/h")
    assert (home.tray, home.lock) == (os.path.join("/h", "tray"), os.path.join("/h", "tray", "lock"))
    assert home.logs == home.join("logs")
    assert home.sessions == home.join("sessions")


def test_building_paths_does_not_access_the_disk(tmp_path: Path) -> None:
    home = Home(str(tmp_path / "none"))
    _ = (home.tray, home.lock, home.logs, home.sessions, home.join("a", "b"))
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], CLASSIC),
        (["config.json"], CLASSIC),
        (["codemie-cli.config.json"], CLI),
        (["config.json", "codemie-cli.config.json"], CLI),
        (["config.json", "migrations.json", "sessions/"], CLASSIC),
        (["migrations.json"], CLI),
        (["sessions/"], CLI),
        (["sessions"], CLASSIC),
        (["logs/", "tray/"], CLASSIC),
    ],
)
def test_the_layout_follows_from_the_files(home: Home, entries: list[str], expected: object) -> None:
    for entry in entries:
        path = Path(home.join(entry.rstrip("/")))
        path.mkdir() if entry.endswith("/") else path.write_text("{}")
    assert live_layout(home) is expected


def test_a_dangling_link_of_the_cli_still_counts(home: Home) -> None:
    Path(home.join("config.json")).write_text("{}")
    Path(home.join("codemie-cli.config.json")).symlink_to("nowhere")
    assert live_layout(home) is CLI


def test_the_repr_of_a_profile_shows_only_harmless_fields() -> None:
    profile = Profile("a", {"provider": "p", "model": 7, "baseUrl": "u", "apiKey": "sk-planted"})
    assert (profile.provider, profile.model, profile.base_url) == ("p", "", "u")
    assert "sk-planted" not in repr(profile) + str(profile)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, False),
        ({"authToken": "x"}, True),
        ({"authToken": ""}, False),
        ({"authToken": 7}, True),  # a number can be a secret as well as a text
        ({"authToken": "credential:x"}, False),
        ({"jwtConfig": {"token": "x"}}, True),
        ({"jwtConfig": {"tokenEnvVar": "x"}}, False),
        ({"jwtConfig": "token"}, False),
        ({"ssoConfig": {"cookiesEncrypted": "x"}}, True),
        ({"awsSecretAccessKey": "x"}, True),
        ({"apiKey": "sso-provided"}, False),
        ({"apiKey": "aws-profile", "provider": "bedrock"}, False),
        ({"apiKey": "not-required"}, False),
        ({"authToken": "not-required"}, False),
        ({"apiKey": "Not-Required"}, True),  # the CLI compares literally, and takes this for a key
        ({"apiKey": "not-required "}, True),
        ({"awsSecretAccessKey": "not-required"}, True),
        ({"apiKey": "AKIAIOSFODNN7EXAMPLE", "provider": "bedrock"}, False),
        ({"apiKey": "ASIAIOSFODNN7EXAMPLE", "awsSecretAccessKey": "credential:x"}, False),
        ({"apiKey": "AKIAIOSFODNN7EXAMPLE", "awsSecretAccessKey": "x"}, True),
        ({"apiKey": "AKIAIOSFODNN7EXAMPLE", "provider": "litellm"}, True),
        ({"apiKey": "ABSK-a-bearer-token", "provider": "bedrock"}, True),
    ],
)
def test_values_that_count_as_secrets(fields: dict, expected: bool) -> None:  # type: ignore[type-arg]
    assert Profile("a", fields).has_secret is expected


NOBODY = """
import pwd, sys
def unknown(uid): raise KeyError(uid)
pwd.getpwuid = unknown
from codemie_tray.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@posix
@pytest.mark.parametrize("home", [None, "", "relative"])
@pytest.mark.parametrize(
    "command", ["status", "clean", "credentials set a", "doctor", "run -- true", "autostart on", ""]
)
def test_a_program_of_an_unknown_user_creates_nothing_and_says_what_to_set(
    tmp_path: Path, command: str, home: str | None
) -> None:
    environ = {k: v for k, v in os.environ.items() if k not in ("HOME", "CODEMIE_HOME", "XDG_CONFIG_HOME")}
    environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", NOBODY, *command.split()],
        cwd=tmp_path,
        env=environ if home is None else {**environ, "HOME": home},
        input="secret",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done
    assert done.stderr.startswith("codemie-tray: your home folder is unknown: HOME is ")
    assert done.stderr.endswith("Set HOME, or CODEMIE_HOME to the folder to use\n")
    assert done.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == []
