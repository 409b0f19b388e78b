"""The store against the real gnome-keyring-daemon, in every state that a user's keyring can be in."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass

import pytest
from tests.integration.keyring.session import PASSWORD, Session
from tests.support.waiting import until

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(400)]

LIMIT_SECONDS = 25
"""Time limit of a call: a busy machine takes seconds to start Python, the keyring and its helper."""
SLACK_SECONDS = 25
"""Beyond the limit: starting Python twice, on a machine busy with other tests."""

ACTIONS = """
import json, sys, time
from codemie_core.credentials import CredentialStore, Secret
from codemie_core.credentials.os_keyring import client
from codemie_core.credentials.os_keyring.client import HelperKeyring
from codemie_core.home import Home
home, interactive, limit, *actions = sys.argv[1:]
client.BACKGROUND_SECONDS = float(limit)
keyring = HelperKeyring(interactive=interactive == "asking", timeout_seconds=float(limit))
store = CredentialStore(Home(home), keyring=keyring)
for action in actions:
    begun = time.monotonic()
    try:
        result = {"set": lambda: store.set("a", Secret("1")), "get": lambda: store.get("a").reveal(),
                  "name": store.keyring_name, "protect": store.protect, "unprotect": store.unprotect,
                  "rekey": store.rekey, "delete": lambda: store.remove("a")}[action]()
        said = {"result": result}
    except Exception as error:
        said = {"error": type(error).__name__, "message": str(error)}
    print(json.dumps({"action": action, "seconds": time.monotonic() - begun, **said}), flush=True)
"""


@dataclass
class Said:
    action: str
    seconds: float
    result: object = None
    error: str = ""
    message: str = ""


def ask(
    session: Session, *actions: str, asking: bool = False, limit: float = LIMIT_SECONDS, bounded: bool = True
) -> list[Said]:
    """Run `actions` on the session's store, in one process; check that errors leave the file unchanged."""
    home = os.path.join(session.folder, "home", ".codemie")
    before = _bytes(home)
    done = session.python(ACTIONS, home, "asking" if asking else "quiet", str(limit), *actions)
    assert done.returncode == 0, done.stderr
    said = [Said(**json.loads(line)) for line in done.stdout.splitlines()]
    if all(one.error for one in said):
        assert _bytes(home) == before
    for one in said:
        # The limit is per call: a failing action makes one call, a successful one up to four.
        calls = 1 if one.error else 4
        assert not bounded or one.seconds < limit * calls + SLACK_SECONDS, said
        assert not one.error or one.message[0].isupper() or one.message[0] == "/", one.message
    return said


def _bytes(home: str) -> bytes | None:
    try:
        with open(os.path.join(home, ".credentials"), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _error(said: list[Said]) -> str:
    return said[-1].error


@pytest.fixture
def unlocked(session: Session) -> Session:
    session.start_bus()
    session.start_keyring()
    return session


@pytest.fixture
def protected(unlocked: Session) -> Session:
    assert [one.error for one in ask(unlocked, "set", "protect", "get")] == ["", "", ""]
    return unlocked


def test_with_an_unlocked_keyring_everything_works_and_it_is_named(unlocked: Session) -> None:
    said = ask(
        unlocked, "name", "set", "protect", "protect", "get", "rekey", "get", "unprotect", "get", "delete"
    )
    assert [one.error for one in said] == [""] * 10, said
    assert [one.result for one in said] == [
        *("GNOME Keyring", None, True, False, "1", True, "1", True, "1", None),
    ]
    assert _items(unlocked) == 0


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("/usr/bin/gnome-keyring-daemon --start --foreground", "GNOME Keyring"),
        ("/usr/bin/kwalletd6", "KDE Wallet"),
        ("/usr/bin/one-that-nobody-knows", "the system's keyring"),
    ],
)
def test_a_keyring_that_does_not_run_yet_is_named_after_the_program_that_the_bus_would_start(
    session: Session, program: str, name: str
) -> None:
    folder = os.path.join(session.environ["XDG_DATA_HOME"], "dbus-1", "services")
    os.makedirs(folder)
    with open(os.path.join(folder, "org.freedesktop.secrets.service"), "w", encoding="utf-8") as file:
        file.write(f"[D-BUS Service]\nName=org.freedesktop.secrets\nExec={program}\n")
    session.start_bus()
    assert ask(session, "name")[0].result == name


def test_protecting_stores_a_key_and_a_pin_per_home_and_a_new_key_adds_no_item(protected: Session) -> None:
    assert _items(protected) == 2
    ask(protected, "rekey", "rekey", "rekey")
    assert _items(protected) == 2


def _items(session: Session) -> int:
    done = session.python(
        "import secretstorage as s; c = s.get_default_collection(s.dbus_init());"
        "print(sum('codemie-tray' in i.get_attributes().get('service', '') for i in c.get_all_items()))"
    )
    return int(done.stdout)


@pytest.mark.parametrize("asking", [False, True], ids=["in the background", "for a person"])
def test_a_locked_keyring_without_a_screen_is_reported_immediately(protected: Session, asking: bool) -> None:
    protected.lock()
    assert ask(protected, "name")[0].result == "GNOME Keyring"
    said = ask(protected, "get", "set", "unprotect", "rekey", asking=asking)
    assert [one.error for one in said] == ["KeyringLocked"] * 4
    assert all(one.seconds < LIMIT_SECONDS for one in said)
    assert "GNOME Keyring is locked" in said[0].message


def test_a_locked_keyring_does_not_prompt_in_the_background(protected: Session) -> None:
    _with_screen(protected)
    protected.lock()
    said = ask(protected, "get")
    assert _error(said) == "KeyringLocked"
    assert said[0].seconds < LIMIT_SECONDS
    assert _prompts(protected) == []


def test_a_locked_keyring_prompts_the_user_and_the_password_unlocks_it(protected: Session) -> None:
    _with_screen(protected)
    protected.lock()
    said, asking = _in_background(protected, "get")
    until(lambda: _prompts(protected))
    while asking.is_alive():  # the prompt takes keys only some time after it is visible
        protected.run("xdotool", "key", "ctrl+a")
        protected.run("xdotool", "type", "--delay", "20", PASSWORD)
        protected.run("xdotool", "key", "Return")
        asking.join(2)
    assert said[0].result == "1", said


def test_a_dismissed_prompt_is_reported_as_locked_and_not_as_absent(protected: Session) -> None:
    _with_screen(protected)
    protected.lock()
    said, asking = _in_background(protected, "get")
    until(lambda: _prompts(protected))
    while asking.is_alive():
        protected.run("xdotool", "key", "Escape")
        asking.join(0.5)
    assert _error(said) == "KeyringLocked", said


def test_an_unanswered_prompt_ends_at_the_time_limit(protected: Session) -> None:
    _with_screen(protected)
    protected.lock()
    said = ask(protected, "get", asking=True, limit=2)
    assert _error(said) == "KeyringHung"
    assert 2 <= said[0].seconds < 2 + SLACK_SECONDS


def test_a_background_call_creates_no_keyring(session: Session) -> None:
    session.start_bus()
    session.start_screen()
    session.start_keyring(unlocked=False)
    said = ask(session, "set", "protect")
    assert _error(said) == "KeyringLocked"
    assert _prompts(session) == []


def test_a_missing_keyring_without_a_screen_is_reported(session: Session) -> None:
    session.start_bus()
    session.start_keyring(unlocked=False)
    assert _error(ask(session, "set", "protect", asking=True)) in ("KeyringLocked", "KeyringAbsent")


def test_without_a_bus_the_keyring_is_absent(session: Session) -> None:
    assert _error(ask(session, "set", "protect")) == "KeyringAbsent"


def test_without_a_service_the_keyring_is_absent(session: Session) -> None:
    session.start_bus(activating=False)
    assert _error(ask(session, "set", "protect")) == "KeyringAbsent"


def test_a_service_that_starts_later_is_found(session: Session) -> None:
    """A single process: the library itself would not find it again."""
    home = os.path.join(session.folder, "home", ".codemie")
    process_said: list[Said] = []
    code = ACTIONS.replace(
        "for action in actions:",
        "for action in actions:\n    sys.stdin.readline() if action != 'set' else None",
    )
    import subprocess

    process = subprocess.Popen(
        [sys.executable, "-c", code, home, "quiet", str(LIMIT_SECONDS), "set", "protect", "protect"],
        env=session.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        process_said.append(Said(**json.loads(process.stdout.readline())))
        process.stdin.write("\n")
        process.stdin.flush()
        process_said.append(Said(**json.loads(process.stdout.readline())))
        session.start_bus()
        session.start_keyring()
        process.stdin.write("\n")
        process.stdin.flush()
        process_said.append(Said(**json.loads(process.stdout.readline())))
    assert [one.error for one in process_said] == ["", "KeyringAbsent", ""], process_said


def test_a_lost_bus_is_reported_as_absent_and_nothing_changes(protected: Session) -> None:
    protected.stop_bus()
    said = ask(protected, "get", "unprotect")
    assert [one.error for one in said] == ["KeyringAbsent"] * 2


def test_a_hung_daemon_ends_at_the_time_limit(session: Session) -> None:
    session.start_bus()
    daemon = session.start_keyring()
    ask(session, "set", "protect")
    os.kill(daemon.pid, signal.SIGSTOP)
    try:
        said = ask(session, "get", "unprotect", limit=2)
    finally:
        os.kill(daemon.pid, signal.SIGCONT)
    assert [one.error for one in said] == ["KeyringHung"] * 2
    assert all(2 <= one.seconds < 2 + SLACK_SECONDS for one in said)
    assert ask(session, "get")[0].result == "1"


def test_a_daemon_killed_during_a_call_is_reported_immediately(session: Session) -> None:
    session.start_bus(activating=False)
    daemon = session.start_keyring()
    ask(session, "set", "protect")
    os.kill(daemon.pid, signal.SIGSTOP)
    said, asking = _in_background(session, "get")
    time.sleep(1.5)
    daemon.kill()
    asking.join(60)
    assert _error(said) == "KeyringAbsent", said
    assert said[0].seconds < LIMIT_SECONDS


def test_a_daemon_killed_between_calls_restarts_locked(session: Session) -> None:
    session.start_bus()
    daemon = session.start_keyring()
    ask(session, "set", "protect")
    daemon.kill()
    daemon.wait()
    assert _error(ask(session, "get")) == "KeyringLocked"  # the bus has started a new one
    session.end_activated()
    session.start_keyring()
    assert ask(session, "get")[0].result == "1"


def test_a_wiped_keyring_is_reported_as_a_missing_key_and_no_new_one_is_created(protected: Session) -> None:
    protected.python(
        "import secretstorage as s; c = s.get_default_collection(s.dbus_init());"
        "[i.delete() for i in c.get_all_items()]"
    )
    said = ask(protected, "get", "set", "protect", "unprotect", "rekey")
    assert [one.error for one in said] == ["KeyMissing"] * 5
    assert "recovery code" in said[0].message
    assert _items(protected) == 0


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        ("keyring.backends.null.Keyring", "Keyring.backends.null.Keyring is set up"),
        ("keyring.backends.fail.Keyring", "No keyring is in use. That was chosen by"),
        ("keyring.backends.nothing.Keyring", "can't be loaded (ModuleNotFoundError). It was chosen by"),
        ("keyring.backends.null.Keyrings", "can't be loaded (AttributeError)"),
    ],
)
def test_an_insecure_backend_is_refused_by_name(unlocked: Session, backend: str, said: str) -> None:
    unlocked.environ["PYTHON_KEYRING_BACKEND"] = backend
    answer = ask(unlocked, "set", "protect")[-1]
    assert answer.error in ("KeyringUnsafe", "KeyringAbsent", "KeyringBroken")
    assert said.casefold() in answer.message.casefold()
    assert f"PYTHON_KEYRING_BACKEND={backend}. Unset that" in answer.message


_PLUGIN = """
import keyring.backend
import keyring.backends.SecretService
class PlaintextKeyring({base}):
    priority = 9
    def get_password(self, *a): raise SystemExit("used")
    def set_password(self, *a): raise SystemExit("used")
{more}
"""


def _choose(session: Session, plugin: str) -> str:
    """Make the library's configuration choose a plug-in's class; returns the path of that file."""
    folder = os.path.join(session.folder, "plugins")
    os.mkdir(folder)
    with open(os.path.join(folder, "plain_file.py"), "w", encoding="utf-8") as file:
        file.write(plugin)
    path = os.path.join(session.folder, "config", "python_keyring", "keyringrc.cfg")
    os.makedirs(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"[backend]\ndefault-keyring=plain_file.PlaintextKeyring\nkeyring-path={folder}\n")
    return path


def test_a_plaintext_backend_from_the_configuration_is_refused_by_name(unlocked: Session) -> None:
    path = _choose(unlocked, _PLUGIN.format(base="keyring.backend.KeyringBackend", more=""))
    answer = ask(unlocked, "set", "protect")[-1]
    assert answer.error == "KeyringUnsafe"
    assert "plain_file.PlaintextKeyring" in answer.message.replace("Plain_file", "plain_file")
    assert f"It was chosen by {path}. Remove that line" in answer.message


@pytest.mark.parametrize("base", ["keyring.backend.KeyringBackend", "keyring.backends.SecretService.Keyring"])
@pytest.mark.parametrize(
    "more",
    [
        "PlaintextKeyring.__module__ = 'keyring.backends.SecretService'\n"
        "PlaintextKeyring.__name__ = 'Keyring'",
        "import sys, types; sys.modules['keyring.backends.kwallet'] = module = types.ModuleType('kwallet')\n"
        "PlaintextKeyring.__module__ = 'keyring.backends.kwallet'; module.DBusKeyring = PlaintextKeyring",
    ],
    ids=["named-alike", "in-a-module-put-in-its-place"],
)
def test_a_backend_that_imitates_one_of_the_librarys_is_refused(
    unlocked: Session, base: str, more: str
) -> None:
    _choose(unlocked, _PLUGIN.format(base=base, more=more))
    answer = ask(unlocked, "set", "protect")[-1]
    assert answer.error == "KeyringUnsafe", answer
    assert "plain_file.py" in answer.message  # its real origin


def test_a_configured_backend_of_the_library_is_used(unlocked: Session) -> None:
    """The control: the class matters, not that someone chose it."""
    unlocked.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.SecretService.Keyring"
    assert [one.error for one in ask(unlocked, "set", "protect", "get")] == ["", "", ""]


def test_an_old_file_put_back_beside_a_real_keyring_is_refused(protected: Session) -> None:
    home = os.path.join(protected.folder, "home", ".codemie")
    protected_file = _bytes(home)
    assert protected_file is not None
    assert ask(protected, "unprotect")[0].error == ""
    old = _bytes(home)
    assert old is not None
    assert ask(protected, "protect", "set")[-1].error == ""
    for data in (old, protected_file):
        with open(os.path.join(home, ".credentials"), "wb") as file:
            file.write(data)
        for pin in ("kept", "removed"):
            if pin == "removed":
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(os.path.join(home, "tray", "credentials.pin"))
            said = ask(protected, "get", "set")
            assert {one.error for one in said} <= {"StoreRolledBack", "KeyMissing"}, (pin, said)


def test_the_helper_exits_with_its_caller(session: Session) -> None:
    session.start_bus()
    daemon = session.start_keyring()
    os.kill(daemon.pid, signal.SIGSTOP)
    home = os.path.join(session.folder, "home", ".codemie")
    asking = session.start(sys.executable, "-c", ACTIONS, home, "asking", "60", "protect")
    helpers = until(lambda: _helpers(session))
    time.sleep(1)
    # Only root can read its environment by now.
    assert any(_is_helper(number) for number in helpers)
    asking.kill()
    asking.wait()
    until(lambda: not any(_is_helper(number) for number in helpers))


def _helpers(session: Session) -> list[int]:
    return [number for number in session._activated() if _is_helper(number)]


def _is_helper(number: int) -> bool:
    try:
        with open(f"/proc/{number}/cmdline", "rb") as file:
            return b"os_keyring.helper" in file.read()
    except OSError:
        return False


def test_no_secret_is_on_any_command_line_or_in_the_helpers_environment(unlocked: Session) -> None:
    seen: list[bytes] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            for name in os.listdir("/proc"):
                if name.isdigit():
                    for file_name in ("cmdline", "environ"):
                        try:
                            with open(f"/proc/{name}/{file_name}", "rb") as file:
                                data = file.read()
                        except OSError:
                            continue
                        if b"os_keyring.helper" in data or b"planted" in data:
                            seen.append(data)
            time.sleep(0.005)

    watcher = threading.Thread(target=look)
    watcher.start()
    code = (
        "import sys; from codemie_core.credentials.os_keyring.client import HelperKeyring;"
        "from codemie_core.credentials.secret import Secret;"
        "HelperKeyring(interactive=False).put('x', Secret('plan' + 'ted-secret'))"
    )
    try:
        done = unlocked.python(code)
    finally:
        over.set()
        watcher.join()
    assert done.returncode == 0, done.stderr
    assert any(b"os_keyring.helper" in data for data in seen), "the helper was never seen"
    assert not any(b"planted-secret" in data for data in seen)


def _with_screen(session: Session) -> None:
    """Give the session a screen: services that the bus starts from now on must know it."""
    session.start_screen()
    session.run("dbus-update-activation-environment", f"DISPLAY={session.environ['DISPLAY']}")
    _restart_daemon(session)


def _restart_daemon(session: Session) -> None:
    session.end_keyring()
    session.start_keyring()


def _prompts(session: Session) -> list[str]:
    return [title for title in session.windows() if "keyring" in title.casefold()]


def _in_background(session: Session, *actions: str) -> tuple[list[Said], threading.Thread]:
    said: list[Said] = []
    thread = threading.Thread(
        target=lambda: said.extend(
            ask(session, *actions, asking=True, limit=2 * LIMIT_SECONDS, bounded=False)
        )
    )
    thread.start()
    return said, thread


def test_the_recovery_code_opens_a_store_whose_keyring_was_wiped(protected: Session) -> None:
    """From the command line, as a user would: first the code, then the loss, then the recovery."""
    program = [sys.executable, "-m", "codemie_tray", "credentials"]
    made = protected.run(*program, "recovery")
    assert made.returncode == 0, made.stderr
    protected.python(
        "import secretstorage as s; c = s.get_default_collection(s.dbus_init());"
        "[i.delete() for i in c.get_all_items()]"
    )
    lost = protected.run(*program, "get", "a")
    assert (lost.returncode, lost.stdout) == (10, "")
    assert "Use the recovery code" in lost.stderr
    back = protected.run(*program, "recovery", "--use", stdin=made.stdout)
    assert back.returncode == 0, back.stderr
    assert "Protected with GNOME Keyring" in back.stdout
    assert protected.run(*program, "get", "a").stdout == "1"
    assert _items(protected) == 2  # the key and the pin
