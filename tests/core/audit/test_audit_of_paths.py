"""What `doctor` finds at paths that this program or the CLI opens: links, pipes, copies, foreign files."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest
from tests.core.audit.plants import DANGER, NOTE, WARNING
from tests.core.audit.scene import NAME, TOKEN, Scene
from tests.support.other_users import NOBODY, ROOT

from codemie_core.audit.finding import FIX
from codemie_core.audit.repair import closings

if sys.platform == "win32":
    pytest.skip("owners and permission bits", allow_module_level=True)

needs_root = pytest.mark.skipif(not ROOT, reason="needs root to give files away")


def quoted(path: Path) -> str:
    return "'" + str(path) + "'" if set(str(path)) & set("~ #") else str(path)


@pytest.mark.parametrize(
    "name",
    [
        *(f"{NAME}~", f".{NAME}.swp", f"{NAME}.bak", f"{NAME}.orig", f"{NAME}.tmp", f"{NAME}.old"),
        *(f".{NAME}.4711-0a1b2c3d.tmp", f"#{NAME}#", "config.json", "config (copy).json", "notes.txt"),
        *(f"{NAME}.sync-conflict-20260101-010101", "backup/config.json", ".env"),
    ],
)
@pytest.mark.parametrize(
    "form",
    ["a configuration", "cut in the middle", "an editor's swap file", "assignments", "its own token"],
)
def test_a_copy_with_a_token_is_found_whatever_its_name_and_format(
    scene: Scene, name: str, form: str
) -> None:
    text = json.dumps({"profiles": {"a": {"apiKey": TOKEN}}}, indent=2)
    scene.edit("key", authToken="correct horse battery")
    scene.config.chmod(0o600)
    data = {
        "a configuration": text.encode(),
        "cut in the middle": text.encode()[:-8],
        "an editor's swap file": b"b0VIM 9.0\0\0\0\xff\xfe" + text.encode() + b"\0" * 100,
        "assignments": f"export CODEMIE_API_KEY='{TOKEN}'\n".encode(),
        "its own token": b"it was: correct horse battery",
    }[form]
    path = scene.write(name, data)
    found = [one for one in scene.findings() if one.code == "token-in-copy"]
    assert [(one.severity, one.path, one.command) for one in found] == [
        (WARNING, str(path), f"rm {quoted(path)}" if "(" not in name else f"rm '{path}'")
    ]
    path.chmod(0o644)
    path.parent.chmod(0o755)
    found = [one for one in scene.findings() if one.code == "token-in-copy"]
    assert [one.severity for one in found] == [DANGER]
    path.write_text("nothing of the kind: apiKey, baseUrl, https://a.example.com")
    assert not [one for one in scene.findings() if one.code == "token-in-copy"]


@needs_root
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "home-of-another-user"),
        ("..", "parent-foreign"),
        (NAME, "config-foreign"),
        (".credentials", "credentials-foreign"),
        ("tray", "tray-foreign"),
        ("tray/settings.json", "foreign-file"),
        ("logs/debug-2026-01-01.log", "foreign-file"),
        ("tray/history", "foreign-file"),
    ],
)
def test_files_of_another_user_are_a_danger(scene: Scene, name: str, code: str) -> None:
    scene.write("tray/settings.json", "{}")
    path = os.path.normpath(scene.path / name)
    scene.findings()  # makes the history
    os.chown(path, NOBODY, NOBODY)
    found = {one.code: one for one in scene.findings()}
    assert (found[code].severity, found[code].path) == (DANGER, path)
    if code == "home-of-another-user":
        assert found[code].command == "sudo -u nobody codemie-tray doctor"
    else:
        assert found[code].command == f"chown -h root {path}"


OPENED = (
    *("tray", "tray/lock", "tray/credentials.lock", "tray/settings.json", "tray/cleanup.json"),
    *("tray/usage.sqlite", "tray/request", "tray/history", "tray/history/1.cli.json"),
    *("logs", "logs/debug-2026-01-01.log", "logs/tray-2026-01-01.log"),
    *("sessions/3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f.json", "sessions/completed_x_metrics.jsonl"),
    *(".session-claude", ".session-claude/metrics.jsonl", ".session-claude/conversations.jsonl"),
    *("sso-credentials.enc", "credentials/sso-0.enc", "credentials/deep/jwt-sso-0.enc"),
    *("proxy-daemon.json", "proxy/1.json", "migrations.json"),
)
"""Paths that this program or the CLI opens, and where a link is not allowed."""
LINKED = (NAME, ".credentials", "sessions", "credentials")
"""Those that a user may link elsewhere."""


def put_out_of_the_way(path: Path) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True, parents=True)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("name", [*OPENED, *LINKED])
@pytest.mark.parametrize("kind", ["a link", "a named pipe", "a socket"])
def test_anything_planted_at_an_opened_path_is_reported(scene: Scene, name: str, kind: str) -> None:
    path = scene.path / name
    put_out_of_the_way(path)
    target = scene.place / "target"
    if kind == "a link":
        target.write_text("{}")
        target.chmod(0o666)
        path.symlink_to(target)
    elif kind == "a named pipe":
        os.mkfifo(path, 0o600)
    else:
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as planted, contextlib.chdir(path.parent):
            planted.bind(path.name)
        path.chmod(0o600)
    found = [one for one in scene.findings() if one.path in (str(path), str(target))]
    assert found
    if kind == "a link" and name in LINKED:
        reported = [one for one in found if one.path == str(target)]
        assert reported
        assert all(one.severity in (DANGER, WARNING) for one in reported)
        assert "changed by every user" in reported[0].message
    else:
        assert f"is {kind}, not a file or a folder" in "".join(one.message for one in found)
    assert target.exists() is (kind == "a link")


@pytest.mark.parametrize(
    "name", ["tray", "tray/history", "logs", "sessions", ".session-claude", "credentials", "proxy"]
)
def test_a_folder_that_others_can_write_is_reported(scene: Scene, name: str) -> None:
    path = scene.path / name
    path.mkdir(mode=0o700, exist_ok=True)
    assert scene.findings() == ()
    path.chmod(0o733)
    found = [(one.severity > NOTE, one.path, one.command) for one in scene.findings()]
    assert (True, str(path), FIX) in found


@needs_root
def test_a_device_is_reported_and_not_opened(scene: Scene) -> None:
    path = scene.path / "tray" / "usage.sqlite"
    path.unlink(missing_ok=True)
    try:
        os.mknod(path, 0o020600, os.makedev(1, 3))
    except PermissionError as error:
        pytest.skip(f"no devices here: {error}")
    assert [(one.code, one.path) for one in scene.findings()] == [("not-a-file", str(path))]


def test_a_link_among_the_cli_s_logins_is_reported_and_not_followed(scene: Scene) -> None:
    other = scene.place / "other"
    other.write_text("x")
    other.chmod(0o644)
    path = scene.path / "credentials" / "sso-planted.enc"
    path.parent.mkdir(mode=0o700)
    path.symlink_to(other)
    assert [(one.code, one.path) for one in scene.findings()] == [("not-a-file", str(path))]
    assert closings(scene.findings()) == ()
