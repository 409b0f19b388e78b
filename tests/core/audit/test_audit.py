"""What `doctor` finds: each planted problem alone in a healthy home, and nothing in a healthy one."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.other_users import NOBODY, ROOT

from codemie_core import Home
from codemie_core.audit import home_audit
from codemie_core.audit.finding import FIX, Finding, Severity
from codemie_core.audit.home_audit import audit_home
from codemie_core.audit.repair import close, closings
from codemie_core.credentials import CredentialStore, Secret
from codemie_core.errors import StoreError
from codemie_core.profiles.tokens.cli_files import CliMachine

if sys.platform == "win32":
    pytest.skip("owners and permission bits", allow_module_level=True)

TOKEN = "sk-planted-0123456789abcdefghij"  # noqa: S105 - made up
NAME = "codemie-cli.config.json"
EDITOR = '"${EDITOR:-vi}" '
needs_root = pytest.mark.skipif(not ROOT, reason="needs root to give files away")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

DANGER, WARNING, NOTE = Severity.DANGER, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True)
class Scene:
    """A healthy home, in a folder that every user can reach."""

    place: Path
    environ: dict[str, str]

    @property
    def path(self) -> Path:
        return self.place / ".codemie"

    @property
    def home(self) -> Home:
        return Home(str(self.path))

    @property
    def config(self) -> Path:
        return self.path / NAME

    @property
    def project(self) -> Path:
        return self.place / "project"

    def write(self, name: str, text: str | bytes = "", mode: int = 0o600) -> Path:
        path = self.path / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(mode)
        return path

    def edit(self, profile: str, **fields: object) -> None:
        config = json.loads(self.config.read_text())
        config["profiles"].setdefault(profile, {}).update(fields)
        self.config.write_text(json.dumps(config))

    def store(self) -> CredentialStore:
        return CredentialStore(self.home)

    def findings(self) -> tuple[Finding, ...]:
        machine = CliMachine("host", "linux", "x64")
        return audit_home(
            self.store(), self.home, machine, environ=self.environ, folder=str(self.project)
        ).findings


@pytest.fixture
def scene() -> Iterator[Scene]:
    place = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        place.chmod(0o755)
        scene = Scene(place, {"PATH": os.environ["PATH"], "HOME": str(place)})
        for folder in (scene.path, scene.project):
            folder.mkdir()
            folder.chmod(0o755)
        profiles = {
            "sso": {
                "provider": "ai-run-sso",
                "codeMieUrl": "https://a.example.com",
                "apiKey": "sso-provided",
            },
            "key": {"provider": "litellm", "baseUrl": "https://b.example.com", "apiKey": "credential:key"},
            "own": {"provider": "ollama", "baseUrl": "http://localhost:11434", "apiKey": "not-required"},
        }
        scene.write(NAME, json.dumps({"version": 2, "activeProfile": "key", "profiles": profiles}), 0o644)
        scene.store().set("key", Secret(TOKEN))
        scene.write("logs/debug-2026-01-01.log", "[INFO] started", 0o644)
        scene.write("sessions/3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f.json", "{}", 0o644)
        scene.write("sso-credentials.enc", "00:00:00")
        scene.write("proxy-daemon.json", json.dumps({"gatewayKey": TOKEN, "port": 4001}))
        scene.write("migrations.json", "{}", 0o644)
        scene.write("installation-id", "8d3f1c52-0000-4000-8000-000000000000", 0o644)
        (scene.project / ".env").write_text("EDITOR=vi\n# CODEMIE_API_KEY=no\n")
        yield scene
    finally:
        shutil.rmtree(place)


def test_a_healthy_home_has_no_findings(scene: Scene) -> None:
    assert scene.findings() == ()
    assert scene.findings() == ()  # the first reading saves a version, which is fine too


def quoted(path: Path) -> str:
    return "'" + str(path) + "'" if set(str(path)) & set("~ #") else str(path)


# ---- the plants --------------------------------------------------------------------------------------

Expected = tuple[Severity, str, str, str]
"""Severity, code, path, command."""
Plant = Callable[[Scene], Expected]
PLANTS: dict[str, Plant] = {}


def plant(function: Plant) -> Plant:
    PLANTS[function.__name__.replace("_", " ")] = function
    return function


@plant
def everybody_may_write_the_home(scene: Scene) -> Expected:
    scene.path.chmod(0o777)
    return DANGER, "home-writable", str(scene.path), FIX


@plant
def everybody_may_write_a_folder_above_it(scene: Scene) -> Expected:
    scene.place.chmod(0o777)
    return DANGER, "parent-writable", str(scene.place), f"chmod +t {scene.place}" if ROOT else FIX


@plant
def everybody_may_write_the_configuration(scene: Scene) -> Expected:
    scene.config.chmod(0o666)
    return DANGER, "config-writable", str(scene.config), FIX


@plant
def everybody_may_write_the_tray_s_folder(scene: Scene) -> Expected:
    (scene.path / "tray").chmod(0o722)
    return DANGER, "tray-writable", str(scene.path / "tray"), FIX


@plant
def the_configuration_is_linked_into_a_folder_that_everybody_may_write(scene: Scene) -> Expected:
    shared = scene.place / "shared"
    shared.mkdir()
    shutil.move(scene.config, shared / "real.json")
    scene.config.symlink_to(shared / "real.json")
    shared.chmod(0o777)
    return DANGER, "linked-writable", str(shared), f"chmod +t {shared}" if ROOT else FIX


@plant
def everybody_may_write_the_settings(scene: Scene) -> Expected:
    path = scene.write("tray/settings.json", "{}", 0o622)
    return WARNING, "settings-writable", str(path), FIX


@plant
def a_link_stands_where_the_lock_belongs(scene: Scene) -> Expected:
    path = scene.path / "tray" / "cleanup.json"
    path.symlink_to(scene.config)
    return WARNING, "not-a-file", str(path), f"rm {path}"


@plant
def a_pipe_stands_where_settings_belong(scene: Scene) -> Expected:
    path = scene.path / "tray" / "settings.json"
    os.mkfifo(path, 0o600)
    return WARNING, "not-a-file", str(path), f"rm {path}"


@plant
def a_pipe_stands_among_the_logs(scene: Scene) -> Expected:
    path = scene.path / "logs" / "debug-2026-01-02.log"
    os.mkfifo(path, 0o600)
    return WARNING, "not-a-file", str(path), f"rm {path}"


@plant
def a_session_s_folder_links_elsewhere(scene: Scene) -> Expected:
    path = scene.path / ".session-x"
    path.symlink_to(scene.place)
    return WARNING, "not-a-file", str(path), f"rm {path}"


@plant
def others_may_read_a_configuration_with_a_token(scene: Scene) -> Expected:
    scene.edit("key", apiKey=TOKEN)
    scene.store().remove("key")
    return DANGER, "readable-secret", str(scene.config), FIX


@plant
def others_may_read_the_stored_credentials(scene: Scene) -> Expected:
    (scene.path / ".credentials").chmod(0o644)
    return DANGER, "readable-secret", str(scene.path / ".credentials"), FIX


@plant
def others_may_read_the_cli_s_login(scene: Scene) -> Expected:
    (scene.path / "sso-credentials.enc").chmod(0o644)
    return DANGER, "readable-secret", str(scene.path / "sso-credentials.enc"), FIX


@plant
def others_may_read_the_gateway_s_key(scene: Scene) -> Expected:
    (scene.path / "proxy-daemon.json").chmod(0o644)
    return DANGER, "readable-secret", str(scene.path / "proxy-daemon.json"), FIX


@plant
def others_may_look_into_the_tray_s_folder(scene: Scene) -> Expected:
    (scene.path / "tray").chmod(0o755)
    return DANGER, "readable-secret", str(scene.path / "tray"), FIX


@plant
def others_may_read_the_debug_logs(scene: Scene) -> Expected:
    (scene.path / "logs").chmod(0o755)
    return WARNING, "readable-logs", str(scene.path / "logs"), FIX


@plant
def others_may_read_the_sessions(scene: Scene) -> Expected:
    (scene.path / "sessions").chmod(0o755)
    return WARNING, "readable-sessions", str(scene.path / "sessions"), FIX


@plant
def others_may_read_the_sessions_of_the_classic_layout(scene: Scene) -> Expected:
    path = scene.write(".session-claude/conversations.jsonl", "{}\n", 0o644)
    path.parent.chmod(0o755)
    return WARNING, "readable-sessions", str(path.parent), FIX


@plant
def a_copy_of_the_stored_credentials(scene: Scene) -> Expected:
    path = scene.write("credentials (copy)", (scene.path / ".credentials").read_bytes())
    return WARNING, "credentials-copy", str(path), f"rm '{path}'"


@plant
def a_copy_of_the_stored_credentials_that_others_may_read(scene: Scene) -> Expected:
    path = scene.write("backup/old", (scene.path / ".credentials").read_bytes(), 0o644)
    path.parent.chmod(0o755)
    return DANGER, "credentials-copy", str(path), f"rm {path}"


@plant
def a_second_name_of_the_stored_credentials(scene: Scene) -> Expected:
    os.link(scene.path / ".credentials", scene.place / "other-name")
    return (
        WARNING,
        "credentials-hard-link",
        str(scene.path / ".credentials"),
        "codemie-tray credentials rekey",
    )


@plant
def a_reference_to_a_credential_that_is_not_stored(scene: Scene) -> Expected:
    scene.edit("sso", apiKey="credential:it's gone")
    command = """codemie-tray credentials set 'it'"'"'s gone'"""
    return WARNING, "dangling-reference", str(scene.config), command


@plant
def a_credential_that_no_profile_refers_to(scene: Scene) -> Expected:
    scene.store().set("left", Secret(TOKEN))
    return (
        NOTE,
        "orphaned-credential",
        str(scene.path / ".credentials"),
        "codemie-tray credentials remove left",
    )


@plant
def a_secret_in_a_field_that_nobody_knows(scene: Scene) -> Expected:
    scene.edit("key", geminiToken="AIza" + "Sy0123456789abcdefghijklmnopqrstuvw"[:35])
    scene.config.chmod(0o600)
    return WARNING, "secret-in-unknown-field", str(scene.config), f"{EDITOR}{scene.config}"


@plant
def a_token_sent_without_encryption(scene: Scene) -> Expected:
    scene.edit("key", baseUrl="http://b.example.com/v1")
    return DANGER, "token-over-http", str(scene.config), f"{EDITOR}{scene.config}"


@plant
def a_login_sent_without_encryption(scene: Scene) -> Expected:
    scene.edit("sso", codeMieUrl="HTTP://192.168.0.10")
    return DANGER, "token-over-http", str(scene.config), f"{EDITOR}{scene.config}"


@plant
def a_token_in_the_shell_s_environment(scene: Scene) -> Expected:
    scene.environ["CODEMIE_API_KEY"] = TOKEN
    return WARNING, "secret-in-environment", "", "unset CODEMIE_API_KEY"


@plant
def a_login_in_the_shell_s_environment(scene: Scene) -> Expected:
    scene.environ["CODEMIE_JWT_TOKEN"] = TOKEN
    return WARNING, "secret-in-environment", "", "unset CODEMIE_JWT_TOKEN"


@plant
def a_token_in_the_project_s_configuration(scene: Scene) -> Expected:
    path = scene.write(f"../project/.codemie/{NAME}", json.dumps({"profiles": {"p": {"apiKey": TOKEN}}}))
    path = scene.project / ".codemie" / NAME
    return WARNING, "token-in-project", str(path), f"{EDITOR}{path}"


@plant
def a_project_that_overrides_the_profile(scene: Scene) -> Expected:
    scene.write(
        f"../project/.codemie/{NAME}", json.dumps({"version": 2, "activeProfile": "p", "profiles": {"p": {}}})
    )
    path = scene.project / ".codemie" / NAME
    return NOTE, "profile-overridden", str(path), f"{EDITOR}{path}"


@plant
def a_project_s_configuration_that_everybody_may_write(scene: Scene) -> Expected:
    scene.write("../project/.codemie/config.json", "{}", 0o666)
    path = scene.project / ".codemie" / "config.json"
    return DANGER, "project-untrusted", str(path), f"chmod go-w {path}"


@plant
def an_env_file_that_overrides_the_profile(scene: Scene) -> Expected:
    path = scene.project / ".env"
    path.write_text('export CODEMIE_MODEL="gpt"\n')
    return NOTE, "profile-overridden", str(path), f"{EDITOR}{path}"


@needs_git
@plant
def a_home_in_a_git_work_tree(scene: Scene) -> Expected:
    subprocess.run(["git", "init", "-q", str(scene.place)], check=True)
    return WARNING, "home-in-git", str(scene.place), f"echo '*' >> {scene.path}/.gitignore"


@plant
def a_configuration_that_the_cli_would_empty(scene: Scene) -> Expected:
    path = scene.write("config.json", json.dumps({"activeProfile": "a", "profiles": {"a": {"model": "m"}}}))
    scene.config.unlink()
    scene.store().remove("key")
    return WARNING, "config-in-danger", str(path), "codemie-tray migrate up"


@plant
def a_token_where_the_cli_does_not_look(scene: Scene) -> Expected:
    scene.edit("sso", authToken="credential:key", apiKey="")
    scene.edit("key", authToken=TOKEN, apiKey="")
    scene.config.chmod(0o600)
    return WARNING, "token-not-found-by-cli", str(scene.config), FIX


@pytest.mark.parametrize("name", PLANTS)
def test_each_planted_problem_is_found_with_its_path_and_the_command_that_fixes_it(
    scene: Scene, name: str
) -> None:
    if "git" in name and shutil.which("git") is None:
        pytest.skip("git is not installed")
    expected = PLANTS[name](scene)
    found = [(one.severity, one.code, one.path, one.command) for one in scene.findings()]
    assert expected in found
    beside = {"token-in-clear"} if expected[1] in ("readable-secret", "token-not-found-by-cli") else set()
    others = [one for one in found if one != expected and one[1] not in beside]
    assert others == [], "a problem is reported once, and nothing else with it"


def test_every_code_is_documented() -> None:
    text = (Path(__file__).parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")
    source = Path(home_audit.__file__).parent
    codes = {
        code
        for file in source.rglob("*.py")
        for code in re.findall(r'^ +"([a-z]+(?:-[a-z]+)+)",$', file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(codes) > 15
    assert {code for code in codes if f"`{code}`" not in text} == set()


def test_the_planted_problems_cover_many_kinds() -> None:
    assert len(PLANTS) >= 33


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
        told = [one for one in found if one.path == str(target)]
        assert told
        assert all(one.severity in (DANGER, WARNING) for one in told)
        assert "changed by every user" in told[0].message
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


@needs_git
def test_a_file_that_git_tracks_is_a_danger_and_an_ignored_one_is_fine(scene: Scene) -> None:
    git = ["git", "-C", str(scene.place)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-f", ".codemie/.credentials"], check=True)
    (scene.path / ".gitignore").write_text("*\n")
    (found,) = scene.findings()
    path = str(scene.path / ".credentials")
    assert (found.severity, found.code, found.path) == (DANGER, "secret-in-git", path)
    subprocess.run(["sh", "-c", found.command], check=True, capture_output=True)
    assert scene.findings() == ()


@needs_git
def test_a_configuration_without_a_token_may_be_in_git(scene: Scene) -> None:
    dotfiles = scene.place / "dotfiles"
    dotfiles.mkdir()
    subprocess.run(["git", "init", "-q", str(dotfiles)], check=True)
    shutil.move(scene.config, dotfiles / "codemie.json")
    scene.config.symlink_to(dotfiles / "codemie.json")
    subprocess.run(["git", "-C", str(dotfiles), "add", "."], check=True)
    assert scene.findings() == ()
    scene.edit("key", apiKey=TOKEN)
    found = [one for one in scene.findings() if one.code == "secret-in-git"]
    assert [(one.severity, one.path) for one in found] == [(DANGER, str(dotfiles / "codemie.json"))]


@needs_git
def test_a_program_named_by_a_repository_is_not_run(scene: Scene) -> None:
    git = ["git", "-C", str(scene.place)]
    subprocess.run([*git, "init", "-q"], check=True)
    mark = scene.place / "it-ran"
    hook = scene.place / "hook"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    subprocess.run([*git, "config", "core.fsmonitor", str(hook)], check=True)
    scene.findings()
    assert not mark.exists()
    subprocess.run([*git, "status"], check=True, capture_output=True)
    assert mark.exists(), "the control: git by itself runs it"


@pytest.mark.parametrize(
    ("address", "is_told"),
    [
        ("http://b.example.com", True),
        ("http://10.0.0.1:8080/v1", True),
        ("http://localhost.evil.example", True),
        ("http://127.0.0.1.evil.example", True),
        ("http://user@b.example.com", True),
        ("ws://b.example.com", True),
        ("http://localhost:4000", False),
        ("http://127.8.0.1", False),
        ("http://[::1]:80/", False),
        ("http://llm.localhost", False),
        ("https://b.example.com", False),
        ("", False),
        ("no address", False),
    ],
)
def test_only_this_machine_may_be_reached_without_encryption(
    scene: Scene, address: str, is_told: bool
) -> None:
    scene.edit("key", baseUrl=address)
    assert bool([one for one in scene.findings() if one.code == "token-over-http"]) is is_told


def test_a_variable_that_a_profile_needs_may_be_exported(scene: Scene) -> None:
    scene.edit("jwt", provider="jwt", jwtConfig={"tokenEnvVar": "CODEMIE_JWT_TOKEN"})
    scene.environ["CODEMIE_JWT_TOKEN"] = TOKEN
    assert scene.findings() == ()


def test_the_home_itself_is_not_a_project(scene: Scene) -> None:
    found = audit_home(
        scene.store(), scene.home, CliMachine("h", "linux", "x64"), environ={}, folder=str(scene.place)
    ).findings
    assert found == ()


@pytest.mark.parametrize("name", PLANTS)
def test_no_finding_contains_a_secret(scene: Scene, name: str) -> None:
    if "git" in name and shutil.which("git") is None:
        pytest.skip("git is not installed")
    PLANTS[name](scene)
    text = repr(scene.findings())
    assert TOKEN not in text
    assert "AIza" not in text


FIXED = [name for name, function in PLANTS.items() if "may" in name]


@pytest.mark.parametrize("name", FIXED)
def test_doctor_fixes_what_it_claims_to_fix(scene: Scene, name: str) -> None:
    expected = PLANTS[name](scene)
    if expected[3] != FIX:  # another command fixes it; it is not closed all the same
        assert not any(one.fixable for one in scene.findings() if one.code == expected[1])
        return
    for closing in closings(scene.findings()):
        close(closing)
    assert not [one for one in scene.findings() if one.code == expected[1]]


def test_closing_permissions_does_not_follow_a_link_planted_in_the_meantime(scene: Scene) -> None:
    path = scene.path / "proxy-daemon.json"
    path.chmod(0o644)
    (closing,) = closings(scene.findings())
    other = scene.place / "other"
    other.write_text("x")
    other.chmod(0o644)
    path.unlink()
    path.symlink_to(other)
    with pytest.raises(StoreError):
        close(closing)
    assert other.stat().st_mode & 0o777 == 0o644
    path.unlink()
    os.link(other, path)
    with pytest.raises(StoreError, match="hard link"):
        close(closing)
    os.unlink(path)
    os.mkfifo(path, 0o644)
    with pytest.raises(StoreError):
        close(closing)
    assert other.stat().st_mode & 0o777 == 0o644


def test_a_link_among_the_cli_s_logins_is_reported_and_not_followed(scene: Scene) -> None:
    other = scene.place / "other"
    other.write_text("x")
    other.chmod(0o644)
    path = scene.path / "credentials" / "sso-planted.enc"
    path.parent.mkdir(mode=0o700)
    path.symlink_to(other)
    assert [(one.code, one.path) for one in scene.findings()] == [("not-a-file", str(path))]
    assert closings(scene.findings()) == ()


def test_the_worst_is_reported_first(scene: Scene) -> None:
    for name in ("a project that overrides the profile", "others may read the debug logs"):
        PLANTS[name](scene)
    scene.path.chmod(0o777)
    severities = [one.severity for one in scene.findings()]
    assert severities == sorted(severities, reverse=True)
    assert set(severities) == {DANGER, WARNING, NOTE}


def test_a_home_that_the_user_chose_to_trust_is_a_note(scene: Scene) -> None:
    scene.path.chmod(0o777)
    scene.environ["CODEMIE_TRAY_SAFE_HOME"] = str(scene.path)
    (found,) = scene.findings()
    assert (found.severity, found.code) == (NOTE, "home-writable")
    scene.environ["CODEMIE_TRAY_SAFE_HOME"] = str(scene.place)
    assert [one.severity for one in scene.findings()] == [DANGER]


def test_a_folder_that_keeps_others_out_lowers_the_severity(scene: Scene) -> None:
    (scene.path / "sso-credentials.enc").chmod(0o644)
    (scene.path / "logs").chmod(0o755)
    scene.path.chmod(0o700)
    (found,) = scene.findings()
    assert (found.severity, found.code) == (WARNING, "readable-secret")
    assert "Only the folders above keep every user of this machine from reading" in found.message


def test_a_store_protected_by_a_keyring_is_not_opened_to_list_names(scene: Scene) -> None:
    golden = Path(__file__).parents[2] / "golden" / "credentials" / "opens" / "keyring-rekeyed.credentials"
    scene.write(".credentials", golden.read_bytes())
    (found,) = scene.findings()
    assert (found.severity, found.code) == (NOTE, "references-unchecked")
    assert found.command == "codemie-tray credentials list"


def test_a_damaged_store_and_a_broken_configuration_are_reported_without_stopping_the_audit(
    scene: Scene,
) -> None:
    scene.write(".credentials", b"\x89CMCRED\nxx")
    scene.config.write_text("{")
    (scene.path / "proxy-daemon.json").chmod(0o644)
    found = [one.code for one in scene.findings()]
    assert found == ["readable-secret", "credentials-unusable", "config-unusable"]
