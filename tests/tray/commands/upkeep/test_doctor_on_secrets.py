"""`codemie-tray doctor` on tokens, logins and the encrypted store."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from tests.tray.commands.store.credentials_home import PROGRAM, environment, home, run

from codemie_core.credentials import CredentialStore, Secret
from codemie_core.home import Home

__all__ = ["home"]


def _loosen(home: str) -> None:
    for folder, _, names in os.walk(home):
        for name in names:
            os.chmod(os.path.join(folder, name), 0o644)


def test_doctor_finds_and_fixes_problems_and_its_exit_code_says_so(home: str) -> None:
    _loosen(home)
    found = run(home, "doctor")
    assert found.returncode == 11
    assert "The token of profile personal is in the clear (apiKey)" in found.stdout
    answer = json.loads(run(home, "doctor", "--json").stdout)
    assert [one["mode"] for one in answer["readableByOthers"]] == ["0644"] * 5
    assert "sk-ant" not in found.stdout
    fixed = run(home, "doctor", "--fix")
    assert fixed.returncode == 11  # the tokens are still in the clear
    assert fixed.stdout.count("Removed other users' access") == 5
    assert [os.stat(one["path"]).st_mode & 0o777 for one in answer["readableByOthers"]] == [0o600] * 5
    run(home, "credentials", "move-in", "--yes")
    assert run(home, "doctor").returncode == 11  # earlier versions contain them
    run(home, "history", "forget-tokens")
    healthy = run(home, "doctor")
    assert healthy.returncode == 0, healthy.stdout
    assert "Nothing to fix" in healthy.stdout


def test_a_token_that_the_cli_does_not_find_is_reported_and_moved_without_losing_content(home: str) -> None:
    path = os.path.join(home, "codemie-cli.config.json")
    with open(path, encoding="utf-8") as file:
        text = file.read().replace('"apiKey"', '"authToken"')
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    overlooked = ["personal", "büro-测试"]
    assert "The CLI does not find the token of personal and büro-测试" in run(home, "status").stdout
    assert json.loads(run(home, "status", "--json").stdout)["tokensTheCliDoesNotFind"] == overlooked
    result = run(home, "doctor")
    assert result.returncode == 11
    assert "The CLI does not find the tokens of personal and büro-测试: it reads apiKey" in result.stdout
    fixed = json.loads(run(home, "doctor", "--fix", "--json").stdout)
    assert (fixed["movedTokens"], fixed["tokensTheCliDoesNotFind"]) == (overlooked, [])
    with open(path, encoding="utf-8") as file:
        assert file.read() == text.replace('"authToken"', '"apiKey"')
    assert "does not find" not in run(home, "status").stdout
    versions = json.loads(run(home, "history", "list", "--json").stdout)["versions"]
    assert [version["origin"] for version in versions] == ["own", "other"]


def test_a_token_that_cannot_be_moved_is_reported_in_one_sentence(home: str) -> None:
    path = os.path.join(home, "codemie-cli.config.json")
    with open(path, encoding="utf-8") as file:
        text = file.read().replace('"apiKey"', '"authToken"')
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o400)
    done = run(home, "doctor", "--fix")
    assert done.returncode == 11
    assert done.stderr.splitlines() == [f"codemie-tray: {path}: is read-only; nothing was changed"]
    with open(path, encoding="utf-8") as file:
        assert file.read() == text


def test_doctor_shows_the_clis_logins_on_their_machine(home: str) -> None:
    renamed = ["unshare", "--uts", "sh", "-c", 'hostname vm && exec "$@"', "sh"]
    if os.getuid() != 0:
        pytest.skip("a hostname is set as root")
    done = subprocess.run(
        [*renamed, *PROGRAM, "doctor", "--json"],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    logins = json.loads(done.stdout)["cliLogins"]
    assert len(logins) == 4
    assert all(login["problem"] is None for login in logins)
    assert {login["expires"] for login in logins} == {1893456000000, None}
    assert ["work"] in [login["profiles"] for login in logins]
    assert "sample-cookie" not in done.stdout


def test_doctor_does_not_follow_a_hard_link_to_another_users_file(home: str, tmp_path: object) -> None:
    other = os.path.join(str(tmp_path), "other-file")
    with open(other, "w", encoding="utf-8") as file:
        file.write("{}")
    os.chmod(other, 0o644)
    os.link(other, os.path.join(home, "credentials", "sso-planted.enc"))
    done = run(home, "doctor", "--fix")
    assert "hard link" in done.stderr
    assert os.stat(other).st_mode & 0o777 == 0o644


def test_doctor_does_not_contact_a_keyring(home: str) -> None:
    store = CredentialStore(Home(home))
    store.set("a", Secret("1"))
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "codemie_tray", "doctor"],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "keyring.core" not in done.stderr
    assert "secretstorage" not in done.stderr


def test_the_clis_words_for_no_key_are_not_tokens(tmp_path: object) -> None:
    """Once moved into the store, `sso-provided` would be missing where the CLI compares it literally."""
    home = os.path.join(str(tmp_path), "home")
    os.mkdir(home, 0o700)
    path = os.path.join(home, "codemie-cli.config.json")
    profiles: dict[str, dict[str, object]] = {
        "sso": {"provider": "ai-run-sso", "apiKey": "sso-provided"},
        "aws": {"provider": "bedrock", "apiKey": "aws-profile", "awsProfile": "dev"},
        "proxy": {"provider": "litellm", "apiKey": "not-required", "baseUrl": "http://localhost:4000"},
        "keys": {"provider": "bedrock", "apiKey": "AKIAIOSFODNN7EXAMPLE"},
    }
    text = json.dumps({"version": 2, "activeProfile": "sso", "profiles": profiles}, indent=2)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o644)
    assert json.loads(run(home, "status", "--json").stdout)["tokensReadableByOthers"] is False
    assert not any(row["hasToken"] for row in json.loads(run(home, "profiles", "--json").stdout)["profiles"])
    doctor = run(home, "doctor")
    assert (doctor.returncode, "token" in doctor.stdout.casefold()) == (0, False), doctor.stdout
    moved = run(home, "credentials", "move-in", "--yes")
    assert (moved.returncode, moved.stdout) == (0, "Nothing to move.\n")
    with open(path, encoding="utf-8") as file:
        assert file.read() == text
    passed_on = run(
        home, "run", "--", sys.executable, "-c", "import os; print(os.environ['CODEMIE_API_KEY'])"
    )
    assert passed_on.stdout == "sso-provided\n"
    # The control: a real key among them is found.
    profiles["proxy"]["apiKey"] = "sk-planted"
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"version": 2, "activeProfile": "sso", "profiles": profiles}, file)
    rows = json.loads(run(home, "profiles", "--json").stdout)["profiles"]
    assert [row["name"] for row in rows if row["hasToken"]] == ["proxy"]
    assert "proxy: apiKey" in run(home, "credentials", "move-in", "--yes").stdout
