from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from typing import NoReturn

import pytest
from tests.core.credentials.child import ENVIRONMENT, python
from tests.core.credentials.os_keyring.file_keyring import FileKeyring
from tests.core.credentials.stores import CHEAP, ELSEWHERE, HERE, NOW_MS, store_in
from tests.support.other_users import as_root, become, folder_for_anybody, preload

from codemie_core.credentials import CredentialStore, Level, RecoveryCode, Secret
from codemie_core.credentials.entries.limits import LONGEST_SECRET_BYTES
from codemie_core.credentials.file.slot_machine import MachineIdentity, this_machine
from codemie_core.errors import (
    CredentialInvalid,
    CredentialNotFound,
    CredentialsUnreadable,
    KeyMissing,
    StoreDenied,
)
from codemie_core.home import Home

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


def test_a_secret_is_set_read_listed_and_removed(tmp_path: str) -> None:
    store, _ = store_in(str(tmp_path))
    assert store.list() == ()
    store.set("work/apiKey", Secret("sk-wörk"))
    store.set("a", Secret("1"))
    assert store.get("work/apiKey").reveal() == "sk-wörk"
    assert [(info.name, info.changed_ms) for info in store.list()] == [("a", NOW_MS), ("work/apiKey", NOW_MS)]
    store.set("a", Secret("2"))
    assert store.get("a").reveal() == "2"
    store.remove("a")
    with pytest.raises(CredentialNotFound):
        store.get("a")
    with pytest.raises(CredentialNotFound):
        store.remove("work/apiKey", "a")
    assert store.get("work/apiKey").reveal() == "sk-wörk"


def test_a_missing_store_is_empty_and_reading_creates_no_file(tmp_path: str) -> None:
    store, keyring = store_in(str(tmp_path))
    assert store.protection().level is Level.NONE
    with pytest.raises(CredentialNotFound):
        store.get("a")
    assert not os.path.exists(store.path)
    assert keyring.calls == []


def test_the_machine_slot_asks_the_keyring_once_per_boot_and_never_the_user(tmp_path: str) -> None:
    """Whether a store of this home was protected: `pin.py` says why."""
    store, keyring = store_in(str(tmp_path))
    store.set("a", Secret("1"))
    store.get("a")
    store.rekey()
    other, same = store_in(str(tmp_path))
    other.get("a")
    assert keyring.calls == ["peek"]
    assert same.calls == []


@pytest.mark.parametrize("name", ["", " a", "a ", "a\nb", "a\0b", "\x1b[31m", "x" * 201, "\u202e", "\ud800"])
def test_names_that_cannot_be_shown_or_typed_are_refused(tmp_path: str, name: str) -> None:
    store, _ = store_in(str(tmp_path))
    with pytest.raises(CredentialInvalid):
        store.set(name, Secret("1"))
    assert not os.path.exists(store.path)


@pytest.mark.parametrize("text", ["", "\ud800", "x" * (LONGEST_SECRET_BYTES + 1)])
def test_secrets_that_could_not_be_returned_unchanged_are_refused(tmp_path: str, text: str) -> None:
    store, _ = store_in(str(tmp_path))
    with pytest.raises(CredentialInvalid) as caught:
        store.set("a", Secret(text))
    assert "xxx" not in str(caught.value)


@pytest.mark.parametrize("text", ["x", "a\nb\r\nc", "\0", "🔑" * 1000, "x" * LONGEST_SECRET_BYTES, '"\\'])
def test_any_other_secret_is_returned_unchanged(tmp_path: str, text: str) -> None:
    store, _ = store_in(str(tmp_path))
    store.set("a", Secret(text))
    assert store.get("a").reveal() == text


def test_no_secret_and_no_name_is_readable_in_the_file(tmp_path: str) -> None:
    store, _ = store_in(str(tmp_path))
    store.set("the-name", Secret("the-secret"))
    with open(store.path, "rb") as file:
        data = file.read()
    assert b"the-secret" not in data
    assert b"the-name" not in data


def test_the_same_content_never_produces_the_same_file(tmp_path: str) -> None:
    store, _ = store_in(str(tmp_path))
    seen = set()
    for _ in range(20):
        store.set("a", Secret("1"))
        with open(store.path, "rb") as file:
            seen.add(file.read()[-200:])
    assert len(seen) == 20


def test_a_copied_file_does_not_open_on_another_machine_or_for_another_user(tmp_path: str) -> None:
    store, _ = store_in(str(tmp_path))
    store.set("a", Secret("1"))
    for identity in (ELSEWHERE, MachineIdentity(HERE.machine, "1001")):
        other, _ = store_in(str(tmp_path), machine=identity)
        before = _bytes(store)
        with pytest.raises(KeyMissing, match="another machine or another user"):
            other.get("a")
        with pytest.raises(KeyMissing):
            other.set("b", Secret("2"))
        assert _bytes(store) == before


def test_the_machines_identifier_is_the_systems_own_and_not_its_hostname() -> None:
    identity = this_machine()
    assert identity == this_machine()
    assert socket.gethostname() not in (identity.machine, identity.user)
    if sys.platform == "linux":
        with open("/etc/machine-id", encoding="ascii") as file:
            assert identity.machine == file.read().strip()
        assert identity.user == str(os.getuid())


@pytest.mark.skipif(
    sys.platform != "linux" or os.getuid() != 0, reason="a hostname is changed as root on Linux"
)
def test_a_changed_hostname_does_not_lock_the_user_out(tmp_path: str) -> None:
    code = (
        "import sys; from codemie_core.home import Home; from codemie_core.credentials import *;"
        "s = CredentialStore(Home(sys.argv[1])); "
    )
    home = str(tmp_path)
    subprocess.run(python(code + "s.set('a', Secret('1'))", home), check=True, env=ENVIRONMENT)
    renamed = ["unshare", "--uts", "sh", "-c", 'hostname another-name && hostname && exec "$@"', "sh"]
    reading = python(code + "print(s.get('a').reveal())", home)
    done = subprocess.run([*renamed, *reading], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert done.stdout.split() == ["another-name", "1"]


@posix
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_the_file_is_private_whatever_the_umask(tmp_path: str, umask: int) -> None:
    store, _ = store_in(str(tmp_path))
    old = os.umask(umask)
    try:
        store.set("a", Secret("1"))
        assert stat.S_IMODE(os.stat(store.path).st_mode) == 0o600
        os.chmod(store.path, 0o644)
        store.set("a", Secret("2"))
        assert stat.S_IMODE(os.stat(store.path).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(os.path.dirname(store.path)).st_mode) == 0o700
        assert stat.S_IMODE(os.stat(os.path.join(os.path.dirname(store.path), "tray")).st_mode) == 0o700
    finally:
        os.umask(old)


@pytest.mark.skipif(sys.platform != "linux", reason="strace is Linux's")
@pytest.mark.parametrize("umask", ["000", "022", "077"])
def test_every_file_is_private_from_its_creation(tmp_path: str, umask: str) -> None:
    log = os.path.join(str(tmp_path), "strace")
    home = os.path.join(str(tmp_path), "home")
    code = (
        "import sys; from codemie_core.home import Home; from codemie_core.credentials import *;"
        "CredentialStore(Home(sys.argv[1])).set('a', Secret('1'))"
    )
    subprocess.run(
        [
            *("sh", "-c", f'umask {umask}; exec "$@"', "sh", "strace", "-fy", "-o", log),
            *("-e", "trace=open,openat,creat,mkdir,mkdirat,chmod,fchmod,fchmodat", *python(code, home)),
        ],
        check=True,
        env=ENVIRONMENT,
    )
    with open(log, encoding="utf-8") as file:
        calls = [line for line in file if home in line or "fchmod(" in line]
    created = [line for line in calls if "O_CREAT" in line]
    folders = [line for line in calls if "mkdir" in line and "EEXIST" not in line]
    assert len(created) >= 2, calls
    assert any('"credentials.lock"' in line for line in created), created
    assert all(", 0600)" in line for line in created), created
    assert folders
    assert all(", 0700)" in line for line in folders), folders
    assert not [line for line in calls if "chmod" in line]


def test_eight_concurrent_processes_lose_nothing(tmp_path: str) -> None:
    home = os.path.join(str(tmp_path), "home")
    code = (
        "import sys; from codemie_core.home import Home; from codemie_core.credentials import *\n"
        "s = CredentialStore(Home(sys.argv[1]))\n"
        "for n in range(25):\n    s.set(f'{sys.argv[2]}/{n}', Secret(f'{sys.argv[2]}-{n}'))\n"
    )
    writers = [subprocess.Popen(python(code, home, str(number)), env=ENVIRONMENT) for number in range(8)]
    assert [writer.wait() for writer in writers] == [0] * 8
    secrets = CredentialStore(Home(home)).get_all()
    assert {name: secret.reveal() for name, secret in secrets.items()} == {
        f"{writer}/{number}": f"{writer}-{number}" for writer in range(8) for number in range(25)
    }


def test_concurrent_writes_and_key_changes_lose_nothing(tmp_path: str) -> None:
    folder = str(tmp_path)
    # Each pauses between reading the file and requesting its key, so that others can intervene.
    head = (
        "import random, sys, time; from codemie_core.credentials import *\n"
        "from codemie_core.credentials.vault.vault import Vault\n"
        "from tests.core.credentials.stores import store_in\n"
        "unlock = Vault.unlock\n"
        "Vault.unlock = lambda vault, file: (time.sleep(random.random() * 0.01), unlock(vault, file))[1]\n"
        "s, _ = store_in(sys.argv[1], lock_timeout_seconds=120)\n"
    )
    setter = head + "for n in range(20):\n    s.set(f'{sys.argv[2]}/{n}', Secret(str(n)))\n"
    reader = head + "for n in range(40):\n    s.get_all()\n"
    keyer = head + "for n in range(6):\n    s.protect(); s.rekey(); s.unprotect()\n"
    jobs = [(setter, "a"), (setter, "b"), (reader, ""), (keyer, ""), (keyer, "")]
    running = [
        subprocess.Popen(
            python(code, folder, argument), env=ENVIRONMENT, stderr=subprocess.PIPE, encoding="utf-8"
        )
        for code, argument in jobs
    ]
    assert [process.communicate()[1] for process in running] == [""] * len(jobs)
    assert [process.returncode for process in running] == [0] * len(jobs)
    store, keyring = store_in(folder)
    assert sorted(store.get_all()) == sorted(f"{who}/{n}" for who in "ab" for n in range(20))
    assert keyring.items() == []


@posix
def test_a_linked_file_stays_a_link(tmp_path: str) -> None:
    store, _ = store_in(str(tmp_path))
    real = os.path.join(str(tmp_path), "dotfiles")
    os.mkdir(real, 0o700)
    os.mkdir(os.path.dirname(store.path), 0o700)
    os.symlink(os.path.join(real, "credentials"), store.path)
    store.set("a", Secret("1"))
    store.set("b", Secret("2"))
    assert os.path.islink(store.path)
    assert len(store.list()) == 2


@as_root
def test_a_denied_operation_is_reported_and_changes_nothing() -> None:
    with folder_for_anybody() as place:
        folder = str(place)
        store, _ = store_in(folder)
        store.set("a", Secret("1"))
        before = _bytes(store)
        preload()
        pid = os.fork()
        if pid == 0:
            _as_nobody(store, folder)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert _bytes(store) == before


def _as_nobody(store: CredentialStore, folder: str) -> NoReturn:
    reported: list[type] = []
    try:
        become()
        other, _ = store_in(folder)
        new = CredentialStore(Home(os.path.join(folder, "new")), keyring=FileKeyring(folder))
        for call in (lambda: store.get("a"), lambda: other.set("a", Secret("2")), new.protect):
            try:
                call()
            except (CredentialsUnreadable, StoreDenied) as error:
                reported.append(type(error))
    finally:
        os._exit(0 if reported == [CredentialsUnreadable, CredentialsUnreadable, StoreDenied] else 1)


def test_only_what_killed_writers_left_is_swept(tmp_path: str) -> None:
    store, _ = store_in(str(tmp_path))
    store.set("a", Secret("1"))
    folder = os.path.dirname(store.path)
    for name in (
        "..credentials.123-0011aabb.tmp",
        "..credentials.9-ffffffff.tmp",
        ".credentials.bak",
        "x.tmp",
    ):
        with open(os.path.join(folder, name), "w", encoding="utf-8"):
            pass
    assert store.sweep() == 2
    assert sorted(os.listdir(folder)) == [".credentials", ".credentials.bak", "tray", "x.tmp"]


def test_a_folder_in_place_of_the_file_is_reported(tmp_path: str) -> None:
    store, _ = store_in(str(tmp_path))
    os.makedirs(store.path)
    with pytest.raises(CredentialsUnreadable):
        store.list()
    with pytest.raises(CredentialsUnreadable):
        store.set("a", Secret("1"))


def test_importing_the_store_imports_neither_cryptography_nor_keyring() -> None:
    code = (
        "import sys; from codemie_core.credentials import CredentialStore;"
        "from codemie_core.home import Home;"
        "CredentialStore(Home('/nowhere')).protection(); import json; print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(python(code), capture_output=True, text=True, check=True, env=ENVIRONMENT)
    loaded = set(json.loads(done.stdout))
    assert not loaded & {
        "keyring",
        "cryptography",
        "secretstorage",
        "machineid",
        "urllib.request",
        "ssl",
        "http",
    }


def test_an_unopened_store_says_whether_it_has_a_recovery_code(tmp_path: str) -> None:
    store, _ = store_in(str(tmp_path))
    store.add_recovery(RecoveryCode.new(), cost=CHEAP)
    elsewhere, _ = store_in(str(tmp_path), machine=ELSEWHERE)
    assert elsewhere.protection().has_recovery


def _bytes(store: CredentialStore) -> bytes:
    with open(store.path, "rb") as file:
        return file.read()


# ---- removed, and restored ----------------------------------------------------------------------------


class _Days:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now_ms = NOW_MS

    def __call__(self) -> int:
        return self.now_ms

    def passes(self, days: float) -> None:
        self.now_ms += int(days * 86_400_000)


def _store_over_days(folder: str) -> tuple[CredentialStore, _Days]:
    clock = _Days()
    keyring = FileKeyring(os.path.join(folder, "keyring"))
    home = Home(os.path.join(folder, "home"))
    return CredentialStore(home, keyring=keyring, identity=lambda: HERE, now_ms=clock), clock


def test_a_removed_secret_is_not_listed_and_can_be_restored_unchanged(tmp_path: str) -> None:
    store, clock = _store_over_days(str(tmp_path))
    store.set_many({"a": Secret("1"), "b": Secret("2")}, {"a": ("https://a.example",)})
    before = store.entries()
    clock.passes(1)
    store.remove("a")
    assert [info.name for info in store.list()] == ["b"]
    assert [(info.name, info.removed_ms) for info in store.removed()] == [("a", clock.now_ms)]
    with pytest.raises(CredentialNotFound, match="codemie-tray credentials restore 'a'"):
        store.get("a")
    with pytest.raises(CredentialNotFound, match="restore"):
        store.remove("a")
    store.restore("a")
    assert store.entries() == before
    assert store.removed() == ()
    with pytest.raises(CredentialNotFound) as caught:
        store.restore("never")
    assert "restore" not in str(caught.value)


def test_the_first_change_after_seven_days_erases_a_removed_secret(tmp_path: str) -> None:
    store, clock = _store_over_days(str(tmp_path))
    store.set_many({"a": Secret("1"), "b": Secret("2")})
    store.remove("a")
    clock.passes(6.9)
    store.set("c", Secret("3"))
    assert len(store.removed()) == 1
    clock.passes(0.2)
    store.set("c", Secret("4"))
    assert store.removed() == ()
    with pytest.raises(CredentialNotFound):
        store.restore("a")


def test_restoring_does_not_overwrite_a_name_that_is_in_use_again(tmp_path: str) -> None:
    store, _ = _store_over_days(str(tmp_path))
    store.set("a", Secret("first"))
    store.remove("a")
    store.set("a", Secret("second"))
    with pytest.raises(CredentialInvalid, match="already"):
        store.restore("a")
    store.remove("a")
    store.restore("a")
    assert store.get("a").reveal() == "second"  # the most recently removed is restored first
    store.remove("a")
    store.set("a", Secret("second"))
    store.remove("a")  # the same secret again is kept once
    assert [info.name for info in store.removed()] == ["a", "a"]


def test_removing_for_good_leaves_nothing_of_the_name(tmp_path: str) -> None:
    store, _ = _store_over_days(str(tmp_path))
    for text in ("1", "2"):
        store.set("a", Secret(text))
        store.remove("a")
    store.set("a", Secret("3"))
    store.remove("a", for_good=True)
    assert store.removed() == ()
    store.set("a", Secret("4"))
    store.remove("a")
    store.remove("a", for_good=True)
    assert store.removed() == ()
    with pytest.raises(CredentialNotFound):
        store.remove("a", for_good=True)


def test_removed_secrets_never_crowd_out_the_others(tmp_path: str) -> None:
    store, _ = _store_over_days(str(tmp_path))
    for start in range(0, 120, 20):
        names = [f"n{number}" for number in range(start, start + 20)]
        store.set_many({name: Secret("x" * 65_000) for name in names})
        store.remove(*names)
    assert 0 < len(store.removed()) < 60
    store.set_many({f"k{number}": Secret("x" * 65_000) for number in range(50)})
    assert len(store.list()) == 50
