"""One problem after another, each with the finding that `doctor` reports for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

import pytest
from tests.core.audit.scene import EDITOR, NAME, TOKEN, Scene
from tests.support.other_users import ROOT

from codemie_core.audit.finding import FIX, Severity
from codemie_core.credentials import Secret

if sys.platform == "win32":
    pytest.skip("owners and permission bits", allow_module_level=True)

DANGER, WARNING, NOTE = Severity.DANGER, Severity.WARNING, Severity.NOTE

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
def a_configuration_of_a_version_that_the_cli_does_not_read(scene: Scene) -> Expected:
    scene.config.write_text(scene.config.read_text().replace('"version": 2', '"version": 9'))
    return WARNING, "config-unread-by-cli", str(scene.config), f"{EDITOR}{scene.config}"


@plant
def a_token_where_the_cli_does_not_look(scene: Scene) -> Expected:
    scene.edit("sso", authToken="credential:key", apiKey="")
    scene.edit("key", authToken=TOKEN, apiKey="")
    scene.config.chmod(0o600)
    return WARNING, "token-not-found-by-cli", str(scene.config), FIX
