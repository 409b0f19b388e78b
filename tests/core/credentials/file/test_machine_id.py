"""Which machine id a store is locked to, and what happens without one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from tests.core.credentials.child import ENVIRONMENT, REPOSITORY, python
from tests.core.credentials.stores import HERE, store_in

from codemie_core.credentials import Secret
from codemie_core.credentials.file.machine_id import machine_id
from codemie_core.credentials.file.slot_machine import MachineIdentity
from codemie_core.errors import KeyMissing, MachineUnknown

if sys.platform != "linux":
    pytest.skip("the files are Linux's", allow_module_level=True)

GOOD = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"


@pytest.mark.parametrize(
    ("etc", "dbus", "expected"),
    [
        (GOOD + "\n", OTHER + "\n", GOOD),  # the system's own file before D-Bus's copy
        (GOOD.upper(), None, GOOD),
        (None, OTHER, OTHER),
        ("", OTHER, OTHER),
        ("uninitialized\n", OTHER, OTHER),
        ("uninitialized\n", None, ""),
        ("0" * 32, None, ""),
        (GOOD[:-1], None, ""),
        (GOOD + "0", None, ""),
        (GOOD + " " + OTHER, None, ""),
        ("x" * 32, None, ""),
        ("ü" * 32, None, ""),
        (None, None, ""),
        (None, "uninitialized", ""),
    ],
)
def test_an_identifier_has_thirty_two_digits_and_is_unique_to_this_machine(
    tmp_path: object, etc: str | None, dbus: str | None, expected: str
) -> None:
    paths = []
    for name, text in (("etc", etc), ("dbus", dbus)):
        path = os.path.join(str(tmp_path), name)
        paths.append(path)
        if text is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    assert machine_id(paths) == expected


def test_a_store_locked_to_an_older_identifier_still_opens_and_is_relocked(tmp_path: object) -> None:
    folder = str(tmp_path)
    store, _ = store_in(folder, machine=MachineIdentity(OTHER, HERE.user))
    store.set("a", Secret("1"))
    now, _ = store_in(folder, machine=MachineIdentity(HERE.machine, HERE.user, earlier=(OTHER,)))
    assert now.get("a").reveal() == "1"
    now.set("b", Secret("2"))
    now.rekey()  # locks it to the current one
    store, _ = store_in(folder, machine=HERE)
    assert len(store.list()) == 2
    store, _ = store_in(folder, machine=MachineIdentity(OTHER, HERE.user))
    with pytest.raises(KeyMissing):
        store.list()


def test_without_an_identifier_the_store_is_not_locked_and_the_keyring_is_suggested(
    tmp_path: object,
) -> None:
    store, keyring = store_in(str(tmp_path), machine=MachineIdentity("", HERE.user))
    with pytest.raises(MachineUnknown, match="codemie-tray credentials protect"):
        store.set("a", Secret("1"))
    assert not os.path.exists(store.path)
    store.protect()
    store.set("a", Secret("1"))
    assert store.get("a").reveal() == "1"
    with pytest.raises(MachineUnknown):
        store.unprotect()
    assert store.get("a").reveal() == "1"
    assert keyring.items()


def test_a_store_locked_to_the_librarys_identifier_opens_without_a_valid_one(tmp_path: object) -> None:
    folder = str(tmp_path)
    store, _ = store_in(folder, machine=MachineIdentity("uninitialized", HERE.user))
    store.set("a", Secret("1"))
    now, _ = store_in(folder, machine=MachineIdentity("", HERE.user, earlier=("uninitialized",)))
    assert now.get("a").reveal() == "1"
    now.set("a", Secret("2"))
    with pytest.raises(MachineUnknown):
        now.rekey()


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("unshare"), reason="needs root: mounts over /etc")
@pytest.mark.parametrize("content", ["", "uninitialized\n"])
def test_on_a_machine_without_an_identifier_the_command_says_how_to_get_one(
    tmp_path: object, content: str
) -> None:
    folder = str(tmp_path)
    empty = os.path.join(folder, "machine-id")
    with open(empty, "w", encoding="ascii") as file:
        file.write(content)
    hidden = " && ".join(
        f"{{ test ! -e {path} || mount --bind {empty} {path}; }}"
        for path in ("/etc/machine-id", "/var/lib/dbus/machine-id")
    )
    program = [sys.executable, "-m", "codemie_tray", "credentials", "set", "a"]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", f'{hidden} && exec "$@"', "sh", *program],
        env={
            **ENVIRONMENT,
            "CODEMIE_HOME": os.path.join(folder, "home"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/no-bus",
        },
        cwd=REPOSITORY,
        input="x",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 10, done
    assert done.stderr.count("\n") == 1
    assert "sudo systemd-machine-id-setup" in done.stderr
    assert "codemie-tray credentials protect" in done.stderr
    assert not os.path.exists(os.path.join(folder, "home", ".credentials"))


def test_reading_the_identifier_imports_no_network_module() -> None:
    code = (
        "import sys; from codemie_core.credentials.file.slot_machine import this_machine; this_machine();"
        "assert not {'ssl', 'http', 'urllib.request'} & set(sys.modules)"
    )
    subprocess.run(python(code), check=True, env=ENVIRONMENT)
