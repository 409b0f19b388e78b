"""`codemie-tray credentials` as users and scripts see it: real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from tests.tray.commands.store.credentials_home import (
    PROGRAM,
    SECRET,
    code_in,
    code_typed_again,
    environment,
    home,
    run,
    terminal,
)

from codemie_core.credentials import RecoveryCode

__all__ = ["home"]


def test_a_secret_is_read_from_standard_input_and_printed_to_a_pipe(home: str) -> None:
    stored = run(home, "credentials", "set", "a", stdin=SECRET + "\n")
    assert stored.returncode == 0, stored.stderr
    assert SECRET not in stored.stdout + stored.stderr
    got = run(home, "credentials", "get", "a")
    assert (got.returncode, got.stdout, got.stderr) == (0, SECRET, "")


def test_a_secret_typed_on_a_terminal_is_hidden_and_printing_one_warns(home: str) -> None:
    code, seen = terminal(home, "credentials", "set", "a", answers=[("not shown", f"{SECRET}\n")])
    assert code == 0, seen
    assert SECRET not in seen
    code, seen = terminal(home, "credentials", "get", "a", answers=[])
    assert code == 0
    assert SECRET in seen
    assert "on your screen" in seen


def test_no_option_takes_a_secret(home: str) -> None:
    refused = run(home, "credentials", "set", "a", SECRET)
    assert refused.returncode == 2


def test_the_list_is_readable_by_people_and_programs_and_contains_no_secret(home: str) -> None:
    run(home, "credentials", "set", "b/c", stdin=SECRET)
    people = run(home, "credentials", "list").stdout
    assert "b/c" in people
    assert "Encrypted for this machine" in people
    answer = json.loads(run(home, "credentials", "list", "--json").stdout)
    assert answer["protection"] == "machine"
    assert [one["name"] for one in answer["credentials"]] == ["b/c"]
    assert SECRET not in people + json.dumps(answer)


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (["get", "absent"], "", 9),
        (["remove", "absent"], "", 9),
        (["set", "a"], "", 1),
        (["set", "a\nb"], "x", 1),
        (["protect"], "", 10),
        (["recovery", "--use"], "AAAA", 1),
        (["recovery", "--use"], "AAAQ-EAYE-AUDA-OCAJ-BIFQ-YDIO-B4IB-DHVY", 10),
        (["nonsense"], "", 2),
    ],
)
def test_exit_codes_say_what_went_wrong(home: str, arguments: list[str], stdin: str, code: int) -> None:
    done = run(home, "credentials", *arguments, stdin=stdin)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_a_damaged_store_is_reported_in_one_sentence_and_kept(home: str) -> None:
    run(home, "credentials", "set", "a", stdin=SECRET)
    path = os.path.join(home, ".credentials")
    with open(path, "r+b") as file:
        file.seek(100)
        file.write(b"\0\0\0")
    with open(path, "rb") as file:
        before = file.read()
    for action in (["list"], ["set", "b"], ["rekey"], ["protect"], ["recovery"]):
        done = run(home, "credentials", *action, stdin="x")
        assert done.returncode == 10, action
        assert "truncated or changed" in done.stderr
    assert "truncated or changed" in run(home, "doctor").stdout
    with open(path, "rb") as file:
        assert file.read() == before


def test_a_recovery_code_is_shown_once_typed_again_and_opens_the_store_elsewhere(home: str) -> None:
    run(home, "credentials", "set", "a", stdin=SECRET)
    code, seen = terminal(home, "credentials", "recovery", answers=[("Type it again", code_typed_again)])
    assert code == 0, seen
    text = code_in(seen)
    assert "recovery code is now valid" in seen
    assert seen.count(text) == 1
    assert run(home, "credentials", "recovery", "--check", stdin=text.lower()).returncode == 0
    assert run(home, "credentials", "recovery", "--check", stdin=RecoveryCode.new().text()).returncode == 1
    again = run(home, "credentials", "recovery")
    assert again.returncode == 1
    assert "already" in again.stderr
    opened = run(home, "credentials", "recovery", "--use", stdin=text)
    assert opened.returncode == 0, opened.stderr
    assert run(home, "credentials", "get", "a").stdout.strip() == SECRET


def test_a_code_mistyped_three_times_does_not_become_valid(home: str) -> None:
    answers = [("Type it again", "x\n"), ("has 1", "y\n"), ("has 1", "z\n")]
    code, seen = terminal(home, "credentials", "recovery", answers=answers)
    assert code == 1, seen
    assert "Nothing was changed" in seen
    assert not os.path.exists(os.path.join(home, ".credentials"))


# ---- bytes in and out --------------------------------------------------------------------------------


def _run_bytes(
    home: str, *arguments: str, stdin: bytes = b"", environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    variables = {**environment(home), **(environ or {})}
    return subprocess.run(
        [*PROGRAM, *arguments], env=variables, input=stdin, capture_output=True, check=False
    )


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (b"plain", b"plain"),
        (b"one line\n", b"one line"),
        (b"windows\r\n", b"windows"),
        (b"two\n\n", b"two\n"),
        (b"ends in CR\r", b"ends in CR\r"),
        (b"a\rb\r\nc\n", b"a\rb\r\nc"),
        ("wörk 🔑".encode(), "wörk 🔑".encode()),
        (b"\xef\xbb\xbfsk-powershell\r\n", b"sk-powershell"),
        ("\ufeffsk-wörk\r\n".encode("utf-16-le"), "sk-wörk".encode()),
        ("\ufeffsk-wörk\n".encode("utf-16-be"), "sk-wörk".encode()),
        (b"tab\tand \x1b[31m", b"tab\tand \x1b[31m"),
    ],
)
@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "latin-1"])
def test_stored_bytes_are_returned_whatever_the_pipes_encoding(
    home: str, given: bytes, stored: bytes, encoding: str
) -> None:
    environ = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = _run_bytes(home, "credentials", "set", "a", stdin=given, environ=environ)
    assert done.returncode == 0, done.stderr
    got = _run_bytes(home, "credentials", "get", "a", environ=environ)
    assert (got.returncode, got.stdout, got.stderr) == (0, stored, b"")


@pytest.mark.parametrize(
    "given",
    [
        b"\xff\xfe\x00",
        "sk-no-mark".encode("utf-16-le"),
        "\ufeffsk".encode("utf-32-le"),
        b"latin \xfc",
        b"nul\0",
        b"\xef\xbb\xbf",
        b"\n",
        b"",
    ],
)
def test_input_that_is_not_text_is_refused_and_the_old_secret_kept(home: str, given: bytes) -> None:
    _run_bytes(home, "credentials", "set", "a", stdin=b"old")
    done = _run_bytes(home, "credentials", "set", "a", stdin=given)
    assert done.returncode == 1
    error, advice = done.stderr.splitlines()
    assert error.endswith(b"; nothing was changed")
    assert advice
    assert _run_bytes(home, "credentials", "get", "a").stdout == b"old"


@pytest.mark.parametrize("secret", ["ends in CR\r", "line\nline", "\x1b[31mred", "\u202ereversed"])
def test_a_secret_that_a_terminal_would_change_is_not_printed_on_one(home: str, secret: str) -> None:
    _run_bytes(home, "credentials", "set", "a", stdin=secret.encode())
    code, seen = terminal(home, "credentials", "get", "a", answers=[])
    assert code == 1
    assert "contains characters that this terminal would change or hide" in seen
    assert secret.strip() not in seen


# ---- removed, restored, accepted ----------------------------------------------------------------------


def test_a_removed_secret_is_restored_by_the_printed_command(home: str) -> None:
    run(home, "credentials", "set", "a", stdin=SECRET)
    removed = run(home, "credentials", "remove", "a")
    assert "To undo this within 7 days, run: codemie-tray credentials restore a" in removed.stdout
    got = run(home, "credentials", "get", "a")
    assert got.returncode == 9
    assert "codemie-tray credentials restore 'a'" in got.stderr
    assert json.loads(run(home, "credentials", "list", "--json").stdout)["credentials"] == []
    answer = json.loads(run(home, "credentials", "list", "--removed", "--json").stdout)
    assert [one["name"] for one in answer["removed"]] == ["a"]
    assert run(home, "credentials", "list", "--removed").stdout.startswith("a  removed ")
    config = os.path.join(home, "codemie-cli.config.json")
    with open(config, encoding="utf-8") as file:
        text = file.read()
    with open(config, "w", encoding="utf-8") as file:
        file.write(text.replace("sk-sample", "credential:a"))
    doctor = json.loads(run(home, "doctor", "--json").stdout)
    dangling = next(one for one in doctor["findings"] if one["code"] == "dangling-reference")
    assert dangling["fix"] == "codemie-tray credentials restore a"
    assert run(home, "credentials", "restore", "a").stdout == "Restored a.\n"
    assert run(home, "credentials", "get", "a").stdout == SECRET
    assert "for good" in run(home, "credentials", "remove", "--for-good", "a").stdout
    assert run(home, "credentials", "restore", "a").returncode == 9
    assert (
        "No credential was removed in the last 7 days" in run(home, "credentials", "list", "--removed").stdout
    )


def test_an_older_file_is_refused_until_it_is_accepted(home: str) -> None:
    path = os.path.join(home, ".credentials")
    run(home, "credentials", "set", "a", stdin=SECRET)
    with open(path, "rb") as file:
        old = file.read()
    run(home, "credentials", "set", "b", stdin="newer")
    with open(path, "wb") as file:
        file.write(old)
    for arguments in (["get", "a"], ["list"], ["set", "c"], ["remove", "a"]):
        refused = run(home, "credentials", *arguments, stdin="x")
        assert refused.returncode == 10, arguments
        assert "this is an older copy; nothing was changed" in refused.stderr
        assert "codemie-tray credentials accept" in refused.stderr
    doctor = run(home, "doctor")
    assert "older copy" in doctor.stdout + doctor.stderr
    assert run(home, "credentials", "accept").returncode == 0
    assert run(home, "credentials", "get", "a").stdout == SECRET
    assert run(home, "credentials", "get", "b").returncode == 9
    assert "Nothing to accept" in run(home, "credentials", "accept").stdout


# ---- what is moved ------------------------------------------------------------------------------------


def test_only_tokens_that_run_can_pass_on_are_moved_and_the_rest_reported(tmp_path: object) -> None:
    home = os.path.join(str(tmp_path), "home")
    os.mkdir(home, 0o700)
    profiles = {
        "aws": {"provider": "bedrock", "apiKey": "AKIAIOSFODNN7EXAMPLE", "awsSecretAccessKey": "sk-aws"},
        "jwt": {
            "provider": "bearer-auth",
            "baseUrl": "https://a.example",
            "jwtConfig": {"token": "sk-jwt", "tokenEnvVar": "MY_TOKEN"},
        },
        "odd": {"provider": "bearer-auth", "jwtConfig": {"token": "sk-odd", "tokenEnvVar": "PATH"}},
        "sso": {"provider": "ai-run-sso", "ssoConfig": {"cookiesEncrypted": "sk-cookie"}},
        "old": {"provider": "bedrock", "awsSessionToken": "sk-session"},
    }
    path = os.path.join(home, "codemie-cli.config.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"version": 2, "activeProfile": "aws", "profiles": profiles}, file)
    moved = run(home, "credentials", "move-in", "--yes")
    assert moved.returncode == 0, moved.stderr
    for stays, why in (
        ("odd: jwtConfig.token stays: `run` could not pass it on", "Use a name such as"),
        ("sso: ssoConfig.cookiesEncrypted stays:", "could not pass it to a program"),
        ("old: awsSessionToken stays:", "could not pass it to a program"),
    ):
        assert any(stays in line and why in line for line in moved.stderr.splitlines()), moved.stderr
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert {word for word in ("sk-aws", "sk-jwt", "sk-odd", "sk-cookie", "sk-session") if word in text} == {
        "sk-odd",
        "sk-cookie",
        "sk-session",
    }
    assert "AKIAIOSFODNN7EXAMPLE" in text
    show = (
        "import json, os; home = os.environ['CODEMIE_HOME']; print(json.dumps([os.environ.get('MY_TOKEN'),"
        " json.load(open(home + '/codemie-cli.config.json'))['profiles']]))"
    )
    seen = json.loads(run(home, "run", "--profile", "aws", "--", sys.executable, "-c", show).stdout)
    assert seen[1]["aws"]["awsSecretAccessKey"] == "sk-aws"
    seen = json.loads(run(home, "run", "--profile", "jwt", "--", sys.executable, "-c", show).stdout)
    assert seen[0] == "sk-jwt"
    assert "credential:" not in json.dumps(seen)
    again = run(home, "credentials", "move-in", "--yes")
    assert (again.returncode, again.stdout) == (0, "Nothing to move.\n")
