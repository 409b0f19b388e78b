"""KeePassXC as the system's keyring: another implementation of the Secret Service."""

from __future__ import annotations

import base64
import os
import shutil
import uuid
import xml.etree.ElementTree as ET

import pytest
from tests.integration.keyring.session import Session
from tests.integration.keyring.test_gnome_keyring import ask
from tests.support.waiting import until

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.timeout(400),
    pytest.mark.skipif(shutil.which("keepassxc") is None, reason="needs KeePassXC"),
]

PASSWORD = "database password"  # noqa: S105 - for a database that exists during one test
_SETTINGS = """\
[General]
ConfigVersion=2
UpdateCheckMessageShown=true
[FdoSecrets]
Enabled=true
ConfirmAccessItem=false
ConfirmDeleteItem=false
ShowNotification=false
[GUI]
CheckForUpdates=false
"""


def _database(session: Session) -> str:
    """Create a database with one group exposed to the Secret Service, and return its path."""
    first, exported, path = (os.path.join(session.folder, name) for name in ("a.kdbx", "a.xml", "b.kdbx"))
    quiet = {"QT_QPA_PLATFORM": "offscreen"}
    session.environ.update(quiet)
    session.run(
        "keepassxc-cli", "db-create", "-q", "-p", "-t", "100", first, stdin=f"{PASSWORD}\n{PASSWORD}\n"
    )
    session.run("keepassxc-cli", "mkdir", "-q", first, "secrets", stdin=f"{PASSWORD}\n")
    done = session.run("keepassxc-cli", "export", "-q", "-f", "xml", first, stdin=f"{PASSWORD}\n")
    tree = ET.ElementTree(ET.fromstring(done.stdout))  # noqa: S314 - of our own making
    group = next(one for one in tree.iter("Group") if one.findtext("Name") == "secrets")
    number = uuid.UUID(bytes=base64.b64decode(group.findtext("UUID") or ""))
    meta = tree.find("Meta")
    assert meta is not None
    custom = meta.find("CustomData")
    item = ET.SubElement(custom if custom is not None else ET.SubElement(meta, "CustomData"), "Item")
    ET.SubElement(item, "Key").text = "FDO_SECRETS_EXPOSED_GROUP"
    ET.SubElement(item, "Value").text = f"{{{number}}}"
    tree.write(exported, xml_declaration=True, encoding="utf-8")
    session.run(
        "keepassxc-cli", "import", "-q", "-p", "-t", "100", exported, path, stdin=f"{PASSWORD}\n{PASSWORD}\n"
    )
    for name in quiet:
        del session.environ[name]
    return path


@pytest.fixture
def keepassxc(session: Session) -> Session:
    session.start_bus(activating=False)
    session.start_screen()
    path = _database(session)
    folder = os.path.join(session.folder, "config", "keepassxc")
    os.makedirs(folder, exist_ok=True)
    settings = os.path.join(folder, "keepassxc.ini")
    with open(settings, "w", encoding="utf-8") as file:
        file.write(_SETTINGS)
    session.start("keepassxc", "--pw-stdin", "--config", settings, path, stdin=f"{PASSWORD}\n")
    until(session.has_secret_service)
    until(lambda: _offers_a_collection(session))
    return session


def _offers_a_collection(session: Session) -> bool:
    done = session.python(
        "import secretstorage as s; print(s.get_collection_by_alias(s.dbus_init(), 'default').is_locked())"
    )
    return done.stdout.strip() == "False"


def test_set_get_protect_and_unprotect_work_and_the_keyring_is_named(keepassxc: Session) -> None:
    actions = ("name", "set", "protect", "get", "rekey", "get", "unprotect", "get")
    said = ask(keepassxc, *actions)
    assert [one.error for one in said] == [""] * 8, said
    assert [one.result for one in said] == ["KeePassXC", None, True, "1", True, "1", True, "1"]


def test_a_locked_database_is_reported_immediately_in_the_background(keepassxc: Session) -> None:
    ask(keepassxc, "set", "protect")
    keepassxc.lock()
    said = ask(keepassxc, "get", "set")
    assert [one.error for one in said] == ["KeyringLocked"] * 2, said
