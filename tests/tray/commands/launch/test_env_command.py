"""`codemie-tray env`: hostile values in the real shells installed here, and which token is sent where."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codemie_core import ConfigLoader, CredentialStore, Home, Secret
from codemie_core.profiles.making import add_profile, change_profile
from codemie_tray.commands.launch.quoting import fish, lines_for, posix, powershell

HOSTILE = [
    "",
    "plain",
    "two words",
    "it's",
    "''",
    '"double"',
    "back\\slash",
    "ends in \\",
    "\\'",
    "$HOME ${HOME} $(touch MARK) `touch MARK`",
    "; touch MARK #",
    "'; touch MARK; '",
    "\\'; touch MARK; \\'",
    "two\nlines\n",
    "\ttab\r",
    "!!",
    "*",
    "~",
    "%PATH% %{",
    "-n",
    "büro 测试 🎉",
    "\u2018; touch MARK; \u2019",
    "\x1b[31m",
    "a" * 5000,
]
SHELLS = {
    "sh": ["sh", "-c", 'eval "$(cat lines)"; exec "$@"', "sh"],
    "bash": ["bash", "--norc", "-c", 'eval "$(cat lines)"; exec "$@"', "bash"],
    "zsh": ["zsh", "-f", "-c", 'eval "$(cat lines)"; exec "$@"', "zsh"],
    "fish": ["fish", "--no-config", "-c", "cat lines | source; exec $argv"],
}
PRINT = "import json, os; print(json.dumps({k: v for k, v in os.environ.items() if k.startswith('T_')}))"
TOKEN = "sk-made-up"  # noqa: S105


@pytest.mark.skipif(sys.platform == "win32", reason="shells of POSIX")
@pytest.mark.parametrize("shell", SHELLS)
def test_real_shells_read_every_value_unchanged(shell: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    values = {f"T_{at}": value.replace("MARK", str(tmp_path / "mark")) for at, value in enumerate(HOSTILE)}
    lines = lines_for(shell, values, ["T_OLD"])
    (tmp_path / "lines").write_bytes("".join(f"{line}\n" for line in lines).encode())
    ran = subprocess.run(
        [*SHELLS[shell], sys.executable, "-c", PRINT],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "T_OLD": "old", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ran.stderr == b""
    assert json.loads(ran.stdout) == values
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("", "''"),
        ("plain $x `n", "'plain $x `n'"),
        ("it's", "'it''s'"),
        ("é", "('' + [char]0x00e9)"),
        ("a\nb", "('' + 'a' + [char]0x000a + 'b')"),
        ("🎉", "('' + [char]0xd83c + [char]0xdf89)"),
        ("\u2019; x; \u2018", "('' + [char]0x2019 + '; x; ' + [char]0x2018)"),
    ],
)
def test_powershell_gets_ascii_that_cannot_end_the_string(text: str, expression: str) -> None:
    # Language specification of PowerShell, 2.3.5.2: four characters quote alike; only ' may be left here.
    assert powershell(text) == expression
    assert powershell(text).isascii()


def test_the_syntax_of_posix_and_fish() -> None:
    assert posix("it's") == "'it'\\''s'"
    assert fish("it's \\") == "'it\\'s \\\\'"


# ---- which token is sent where ---------------------------------------------------------------------------

MINE = {"provider": "openai", "model": "m", "baseUrl": "https://mine.example"}


def env(
    home: Home, *arguments: str, folder: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    base = {name: value for name, value in os.environ.items() if not name.startswith("CODEMIE")}
    return subprocess.run(
        [sys.executable, "-m", "codemie_tray", "env", *arguments],
        env=base | {"CODEMIE_HOME": home.path, "PYTHONPATH": os.pathsep.join(sys.path)} | more,
        cwd=folder or Path(home.path).parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def two(home: Home) -> Home:
    """`mine`, active, with its token in the store, and `other`, which names no address."""
    loader, store = ConfigLoader(home), CredentialStore(home)
    add_profile(loader, store, "mine", MINE, Secret(TOKEN))
    add_profile(loader, store, "other", {"provider": "openai", "model": "m"}, Secret(f"{TOKEN}-other"))
    return home


def test_env_prints_the_active_profile_with_its_token_and_clears_other_sessions(two: Home) -> None:
    ran = env(two, "--shell", "bash", CODEMIE_OPUS_MODEL="old", CODEMIE_TIMEOUT="5")
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert f"export CODEMIE_API_KEY='{TOKEN}'" in lines
    assert "export CODEMIE_BASE_URL='https://mine.example'" in lines
    assert "export CODEMIE_TIMEOUT=''" in lines
    assert "unset CODEMIE_OPUS_MODEL" in lines


def test_a_token_is_not_combined_with_another_profiles_fields(two: Home) -> None:
    refused = env(two, "--profile", "other")
    assert (refused.returncode, refused.stdout) == (12, "")
    assert "take baseUrl from the active profile 'mine'" in refused.stderr
    change_profile(ConfigLoader(two), "mine", {("opusModel",): "o"})
    change_profile(ConfigLoader(two), "other", {("baseUrl",): "https://other.example"})
    refused = env(two, "--profile", "other", "--allow-address", "https://other.example")
    assert (refused.returncode, refused.stdout) == (12, "")
    assert "opusModel" in refused.stderr


def test_a_token_without_an_address_is_held_back(two: Home) -> None:
    ConfigLoader(two).switch_profile("other")
    refused = env(two)
    assert (refused.returncode, refused.stdout) == (12, "")
    assert "profile edit other --base-url URL" in refused.stderr


def test_a_token_is_held_back_from_a_changed_address(two: Home) -> None:
    change_profile(ConfigLoader(two), "mine", {("baseUrl",): "https://evil.example"})
    refused = env(two)
    assert (refused.returncode, refused.stdout) == (12, "")
    assert TOKEN not in refused.stderr
    assert env(two, "--allow-address", "https://evil.example").returncode == 0


def test_a_projects_settings_and_dotenv_are_not_mixed_in(two: Home, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".codemie").mkdir(parents=True)
    path = project / ".codemie" / "codemie-cli.config.json"
    evil = {"version": 2, "activeProfile": "mine", "profiles": {"mine": {"baseUrl": "https://evil.example"}}}
    path.write_text(json.dumps(evil))
    assert env(two, folder=project).returncode == 12
    path.write_text('{"version": 2, "activeProfile": "mine", "profiles": {}}')
    (project / ".env").write_text("CODEMIE_BASE_URL=https://evil.example\nHTTPS_PROXY=https://evil.example\n")
    ran = env(two, folder=project)
    assert ran.returncode == 0, ran.stderr
    assert "evil" not in ran.stdout
    assert "export HTTPS_PROXY=''" in ran.stdout.splitlines()


def test_a_token_outside_the_api_key_is_only_supported_by_run(home: Home) -> None:
    fields = {
        "provider": "bedrock",
        "apiKey": "AKIAIOSFODNN7EXAMPLE",
        "model": "m",
        "baseUrl": "https://b.example",
    }
    add_profile(ConfigLoader(home), CredentialStore(home), "aws", fields, Secret(TOKEN))
    refused = env(home)
    assert (refused.returncode, refused.stdout) == (12, "")
    assert "codemie-tray run --profile aws" in refused.stderr
