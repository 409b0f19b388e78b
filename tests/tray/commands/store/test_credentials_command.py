"""`codemie-tray credentials`, `run` and `doctor` as users and scripts see them: real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest
from tests.core.credentials.child import ENVIRONMENT
from tests.tray.commands.console.typed_terminal import on_terminal

from codemie_core.credentials import CredentialStore, RecoveryCode, Secret
from codemie_core.home import Home

if sys.platform == "win32":
    pytest.skip("terminals and signals are POSIX's here", allow_module_level=True)

GOLDEN = os.path.join(os.path.dirname(__file__), "..", "..", "..", "golden", "cli-home")
PROGRAM = [sys.executable, "-m", "codemie_tray"]
SECRET = "sk-typed-by-hand"  # noqa: S105 - made up


@pytest.fixture
def home(tmp_path: object) -> str:
    folder = os.path.join(str(tmp_path), "home")
    shutil.copytree(GOLDEN, folder)
    os.chmod(folder, 0o700)
    return folder


def _environment(home: str) -> dict[str, str]:
    kept = {name: value for name, value in ENVIRONMENT.items() if not name.startswith("DBUS")}
    # With a folder in PATH that may not be entered, a missing program is "Permission denied" (execvp).
    kept["PATH"] = os.pathsep.join(
        folder for folder in kept["PATH"].split(os.pathsep) if os.access(folder, os.X_OK)
    )
    return {**kept, "CODEMIE_HOME": home, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={home}/no-bus"}


def _run(home: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        env=_environment(home),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def _terminal(
    home: str, *arguments: str, answers: Sequence[tuple[str, str | Callable[[str], str]]]
) -> tuple[int, str]:
    return on_terminal([*PROGRAM, *arguments], _environment(home), answers)


def _code_in(text: str) -> str:
    return next(line.strip() for line in text.splitlines() if line.strip().count("-") == 7)


def _code_typed_again(seen: str) -> str:
    return f"{_code_in(seen)}\n"


def test_a_secret_is_read_from_standard_input_and_printed_to_a_pipe(home: str) -> None:
    stored = _run(home, "credentials", "set", "a", stdin=SECRET + "\n")
    assert stored.returncode == 0, stored.stderr
    assert SECRET not in stored.stdout + stored.stderr
    got = _run(home, "credentials", "get", "a")
    assert (got.returncode, got.stdout, got.stderr) == (0, SECRET, "")


def test_a_secret_typed_on_a_terminal_is_hidden_and_printing_one_warns(home: str) -> None:
    code, seen = _terminal(home, "credentials", "set", "a", answers=[("not shown", f"{SECRET}\n")])
    assert code == 0, seen
    assert SECRET not in seen
    code, seen = _terminal(home, "credentials", "get", "a", answers=[])
    assert code == 0
    assert SECRET in seen
    assert "on your screen" in seen


def test_no_option_takes_a_secret(home: str) -> None:
    refused = _run(home, "credentials", "set", "a", SECRET)
    assert refused.returncode == 2


def test_the_list_is_readable_by_people_and_programs_and_contains_no_secret(home: str) -> None:
    _run(home, "credentials", "set", "b/c", stdin=SECRET)
    people = _run(home, "credentials", "list").stdout
    assert "b/c" in people
    assert "Encrypted for this machine" in people
    told = json.loads(_run(home, "credentials", "list", "--json").stdout)
    assert told["protection"] == "machine"
    assert [one["name"] for one in told["credentials"]] == ["b/c"]
    assert SECRET not in people + json.dumps(told)


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
    done = _run(home, "credentials", *arguments, stdin=stdin)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_a_damaged_store_is_reported_in_one_sentence_and_kept(home: str) -> None:
    _run(home, "credentials", "set", "a", stdin=SECRET)
    path = os.path.join(home, ".credentials")
    with open(path, "r+b") as file:
        file.seek(100)
        file.write(b"\0\0\0")
    with open(path, "rb") as file:
        before = file.read()
    for action in (["list"], ["set", "b"], ["rekey"], ["protect"], ["recovery"]):
        done = _run(home, "credentials", *action, stdin="x")
        assert done.returncode == 10, action
        assert "truncated or changed" in done.stderr
    assert "truncated or changed" in _run(home, "doctor").stdout
    with open(path, "rb") as file:
        assert file.read() == before


def test_a_recovery_code_is_shown_once_typed_again_and_opens_the_store_elsewhere(home: str) -> None:
    _run(home, "credentials", "set", "a", stdin=SECRET)
    code, seen = _terminal(home, "credentials", "recovery", answers=[("Type it again", _code_typed_again)])
    assert code == 0, seen
    text = _code_in(seen)
    assert "recovery code is now valid" in seen
    assert seen.count(text) == 1
    assert _run(home, "credentials", "recovery", "--check", stdin=text.lower()).returncode == 0
    assert _run(home, "credentials", "recovery", "--check", stdin=RecoveryCode.new().text()).returncode == 1
    again = _run(home, "credentials", "recovery")
    assert again.returncode == 1
    assert "already" in again.stderr
    opened = _run(home, "credentials", "recovery", "--use", stdin=text)
    assert opened.returncode == 0, opened.stderr
    assert _run(home, "credentials", "get", "a").stdout.strip() == SECRET


def test_a_code_mistyped_three_times_does_not_become_valid(home: str) -> None:
    answers = [("Type it again", "x\n"), ("has 1", "y\n"), ("has 1", "z\n")]
    code, seen = _terminal(home, "credentials", "recovery", answers=answers)
    assert code == 1, seen
    assert "Nothing was changed" in seen
    assert not os.path.exists(os.path.join(home, ".credentials"))


# ---- run --------------------------------------------------------------------------------------------


def _env_of(home: str, *options: str) -> dict[str, str]:
    done = _run(
        home,
        "run",
        *options,
        "--",
        sys.executable,
        "-c",
        "import os, json; print(json.dumps(dict(os.environ)))",
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, str] = json.loads(done.stdout)
    for name in ("CODEMIE_HOME", "CODEMIE_TRAY_PRIVATE_HOME"):
        assert result.pop(name) != home, "the program has a private home, a new one each time"
    return result


def test_a_program_gets_the_active_profiles_environment_and_its_token(home: str) -> None:
    assert _env_of(home)["CODEMIE_API_KEY"] == "sk-ant-sample-not-a-real-key"
    assert _env_of(home, "--profile", "büro-测试")["CODEMIE_API_KEY"] == "sk-sample"
    assert not _env_of(home, "--profile", "work")["CODEMIE_API_KEY"]


def test_moving_the_tokens_changes_nothing_for_a_program(home: str) -> None:
    before = _env_of(home)
    refused = _run(home, "credentials", "move-in")
    assert refused.returncode == 1
    assert "codemie-tray run" in refused.stdout
    moved = _run(home, "credentials", "move-in", "--yes")
    assert moved.returncode == 0, moved.stderr
    with open(os.path.join(home, "codemie-cli.config.json"), encoding="utf-8") as file:
        assert "sk-" not in file.read()
    assert _env_of(home) == before
    _run(home, "credentials", "remove", "personal/apiKey")
    assert _run(home, "run", "--", "true").returncode == 9


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["sh", "-c", "exit 0"], 0),
        (["sh", "-c", "exit 77"], 77),
        (["no-such-program-anywhere"], 127),
        (["/etc/passwd"], 126),
        ([], 2),
    ],
)
def test_the_exit_code_is_the_programs(home: str, command: list[str], code: int) -> None:
    assert _run(home, "run", "--", *command).returncode == code


def test_an_unknown_profile_is_reported(home: str) -> None:
    assert _run(home, "run", "--profile", "nobody", "--", "true").returncode == 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1])
def test_signals_reach_the_program_that_replaced_us(home: str, number: signal.Signals) -> None:
    code = (
        "import signal, sys, time\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(40))\n"
        "print(signal.getsignal(signal.SIGPIPE) is not None, flush=True)\nwhile True: time.sleep(0.05)"
    )
    process = subprocess.Popen(
        [*PROGRAM, "run", "--", sys.executable, "-c", code], env=_environment(home), stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            assert b"codemie_tray" not in file.read()
        process.send_signal(number)
        assert process.wait(60) == 40


def test_a_broken_pipe_ends_a_program_as_without_run(home: str) -> None:
    done = subprocess.run(
        [
            *("bash", "-c", '"$@" | head -1 >/dev/null; exit ${PIPESTATUS[0]}', "bash"),
            *(*PROGRAM, "run", "--", "sh", "-c", "while echo y; do :; done"),
        ],
        env=_environment(home),
        check=False,
        timeout=60,
    )
    assert done.returncode == 128 + signal.SIGPIPE


def test_no_secret_is_on_any_command_line_while_a_program_runs(home: str) -> None:
    _run(home, "credentials", "move-in", "--yes")
    process = subprocess.Popen(
        [*PROGRAM, "run", "--", "sh", "-c", "echo ready; read line"],
        env=_environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    assert b"sk-ant-sample" not in file.read()
            except OSError:
                continue
        process.stdin.close()


# ---- doctor -----------------------------------------------------------------------------------------


def _loosen(home: str) -> None:
    for folder, _, names in os.walk(home):
        for name in names:
            os.chmod(os.path.join(folder, name), 0o644)


def test_doctor_finds_and_fixes_problems_and_its_exit_code_says_so(home: str) -> None:
    _loosen(home)
    found = _run(home, "doctor")
    assert found.returncode == 11
    assert "The token of profile personal is in the clear (apiKey)" in found.stdout
    told = json.loads(_run(home, "doctor", "--json").stdout)
    assert [one["mode"] for one in told["readableByOthers"]] == ["0644"] * 5
    assert "sk-ant" not in found.stdout
    fixed = _run(home, "doctor", "--fix")
    assert fixed.returncode == 11  # the tokens are still in the clear
    assert fixed.stdout.count("Removed other users' access") == 5
    assert [os.stat(one["path"]).st_mode & 0o777 for one in told["readableByOthers"]] == [0o600] * 5
    _run(home, "credentials", "move-in", "--yes")
    assert _run(home, "doctor").returncode == 11  # earlier versions contain them
    _run(home, "history", "forget-tokens")
    healthy = _run(home, "doctor")
    assert healthy.returncode == 0, healthy.stdout
    assert "Nothing to fix" in healthy.stdout


def test_a_token_that_the_cli_does_not_find_is_reported_and_moved_without_losing_content(home: str) -> None:
    path = os.path.join(home, "codemie-cli.config.json")
    with open(path, encoding="utf-8") as file:
        text = file.read().replace('"apiKey"', '"authToken"')
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    overlooked = ["personal", "büro-测试"]
    assert "The CLI does not find the token of personal and büro-测试" in _run(home, "status").stdout
    assert json.loads(_run(home, "status", "--json").stdout)["tokensTheCliDoesNotFind"] == overlooked
    told = _run(home, "doctor")
    assert told.returncode == 11
    assert "The CLI does not find the tokens of personal and büro-测试: it reads apiKey" in told.stdout
    fixed = json.loads(_run(home, "doctor", "--fix", "--json").stdout)
    assert (fixed["movedTokens"], fixed["tokensTheCliDoesNotFind"]) == (overlooked, [])
    with open(path, encoding="utf-8") as file:
        assert file.read() == text.replace('"authToken"', '"apiKey"')
    assert "does not find" not in _run(home, "status").stdout
    versions = json.loads(_run(home, "history", "list", "--json").stdout)["versions"]
    assert [version["origin"] for version in versions] == ["own", "other"]


def test_a_token_that_cannot_be_moved_is_reported_in_one_sentence(home: str) -> None:
    path = os.path.join(home, "codemie-cli.config.json")
    with open(path, encoding="utf-8") as file:
        text = file.read().replace('"apiKey"', '"authToken"')
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o400)
    done = _run(home, "doctor", "--fix")
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
        env=_environment(home),
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
    done = _run(home, "doctor", "--fix")
    assert "hard link" in done.stderr
    assert os.stat(other).st_mode & 0o777 == 0o644


def test_doctor_does_not_contact_a_keyring(home: str) -> None:
    store = CredentialStore(Home(home))
    store.set("a", Secret("1"))
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "codemie_tray", "doctor"],
        env=_environment(home),
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
    assert json.loads(_run(home, "status", "--json").stdout)["tokensReadableByOthers"] is False
    assert not any(row["hasToken"] for row in json.loads(_run(home, "profiles", "--json").stdout)["profiles"])
    doctor = _run(home, "doctor")
    assert (doctor.returncode, "token" in doctor.stdout.casefold()) == (0, False), doctor.stdout
    moved = _run(home, "credentials", "move-in", "--yes")
    assert (moved.returncode, moved.stdout) == (0, "Nothing to move.\n")
    with open(path, encoding="utf-8") as file:
        assert file.read() == text
    passed_on = _run(
        home, "run", "--", sys.executable, "-c", "import os; print(os.environ['CODEMIE_API_KEY'])"
    )
    assert passed_on.stdout == "sso-provided\n"
    # The control: a real key among them is found.
    profiles["proxy"]["apiKey"] = "sk-planted"
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"version": 2, "activeProfile": "sso", "profiles": profiles}, file)
    assert json.loads(_run(home, "status", "--json").stdout)["tokensReadableByOthers"] is True
    assert "proxy: apiKey" in _run(home, "credentials", "move-in", "--yes").stdout


# ---- bytes in and out ------------------------------------------------------------------------------


def _run_bytes(
    home: str, *arguments: str, stdin: bytes = b"", environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    environment = {**_environment(home), **(environ or {})}
    return subprocess.run(
        [*PROGRAM, *arguments], env=environment, input=stdin, capture_output=True, check=False
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
    assert done.stderr.count(b"\n") == 1
    assert b"nothing was changed" in done.stderr
    assert _run_bytes(home, "credentials", "get", "a").stdout == b"old"


@pytest.mark.parametrize("secret", ["ends in CR\r", "line\nline", "\x1b[31mred", "\u202ereversed"])
def test_a_secret_that_a_terminal_would_change_is_not_printed_on_one(home: str, secret: str) -> None:
    _run_bytes(home, "credentials", "set", "a", stdin=secret.encode())
    code, seen = _terminal(home, "credentials", "get", "a", answers=[])
    assert code == 1
    assert "contains characters that this terminal would change or hide" in seen
    assert secret.strip() not in seen


# ---- removed, restored, accepted ----------------------------------------------------------------------


def test_a_removed_secret_is_restored_by_the_printed_command(home: str) -> None:
    _run(home, "credentials", "set", "a", stdin=SECRET)
    removed = _run(home, "credentials", "remove", "a")
    assert "To undo this within 7 days, run: codemie-tray credentials restore NAME" in removed.stdout
    got = _run(home, "credentials", "get", "a")
    assert got.returncode == 9
    assert "codemie-tray credentials restore 'a'" in got.stderr
    assert json.loads(_run(home, "credentials", "list", "--json").stdout)["credentials"] == []
    told = json.loads(_run(home, "credentials", "list", "--removed", "--json").stdout)
    assert [one["name"] for one in told["removed"]] == ["a"]
    assert _run(home, "credentials", "list", "--removed").stdout.startswith("a  removed ")
    config = os.path.join(home, "codemie-cli.config.json")
    with open(config, encoding="utf-8") as file:
        text = file.read()
    with open(config, "w", encoding="utf-8") as file:
        file.write(text.replace("sk-sample", "credential:a"))
    doctor = json.loads(_run(home, "doctor", "--json").stdout)
    dangling = next(one for one in doctor["findings"] if one["code"] == "dangling-reference")
    assert dangling["fix"] == "codemie-tray credentials restore a"
    assert _run(home, "credentials", "restore", "a").stdout == "Restored a.\n"
    assert _run(home, "credentials", "get", "a").stdout == SECRET
    assert "for good" in _run(home, "credentials", "remove", "--for-good", "a").stdout
    assert _run(home, "credentials", "restore", "a").returncode == 9
    assert (
        "No credential was removed in the last 7 days"
        in _run(home, "credentials", "list", "--removed").stdout
    )


def test_an_older_file_is_refused_until_it_is_accepted(home: str) -> None:
    path = os.path.join(home, ".credentials")
    _run(home, "credentials", "set", "a", stdin=SECRET)
    with open(path, "rb") as file:
        old = file.read()
    _run(home, "credentials", "set", "b", stdin="newer")
    with open(path, "wb") as file:
        file.write(old)
    for arguments in (["get", "a"], ["list"], ["set", "c"], ["remove", "a"]):
        refused = _run(home, "credentials", *arguments, stdin="x")
        assert refused.returncode == 10, arguments
        assert "this is an older copy; nothing was changed" in refused.stderr
        assert "codemie-tray credentials accept" in refused.stderr
    doctor = _run(home, "doctor")
    assert "older copy" in doctor.stdout + doctor.stderr
    assert _run(home, "credentials", "accept").returncode == 0
    assert _run(home, "credentials", "get", "a").stdout == SECRET
    assert _run(home, "credentials", "get", "b").returncode == 9
    assert "Nothing to accept" in _run(home, "credentials", "accept").stdout


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
    moved = _run(home, "credentials", "move-in", "--yes")
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
    seen = json.loads(_run(home, "run", "--profile", "aws", "--", sys.executable, "-c", show).stdout)
    assert seen[1]["aws"]["awsSecretAccessKey"] == "sk-aws"
    seen = json.loads(_run(home, "run", "--profile", "jwt", "--", sys.executable, "-c", show).stdout)
    assert seen[0] == "sk-jwt"
    assert "credential:" not in json.dumps(seen)
    again = _run(home, "credentials", "move-in", "--yes")
    assert (again.returncode, again.stdout) == (0, "Nothing to move.\n")
