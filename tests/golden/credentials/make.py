"""Rebuilds the golden files of this folder: `python -m tests.golden.credentials.make`.

Only for a new version of the format: files of a released version are kept as they are.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import tempfile

from tests.core.credentials.stores import CHEAP, ELSEWHERE, store_in

from codemie_core.credentials import CredentialStore, RecoveryCode, Secret
from codemie_core.credentials.file.format import CHECKSUM_BYTES, MAGIC, CredentialsFile

HERE = os.path.dirname(os.path.abspath(__file__))
CODE = RecoveryCode(bytes(range(18)))
SECRETS = {"work/apiKey": "sk-made-up-1", "büro-测试/apiKey": "sk-made-up-2\nsecond line"}


def _read(store: CredentialStore) -> bytes:
    with open(store.path, "rb") as file:
        return file.read()


def _write(kind: str, name: str, data: bytes) -> None:
    os.makedirs(os.path.join(HERE, kind), exist_ok=True)
    with open(os.path.join(HERE, kind, f"{name}.credentials"), "wb") as file:
        file.write(data)


def _summed(content: bytes) -> bytes:
    return content + hashlib.sha256(content).digest()


def _opens(folder: str) -> bytes:
    machine, _ = store_in(os.path.join(folder, "machine"))
    machine.set_many({name: Secret(text) for name, text in SECRETS.items()})
    _opening("machine", _read(machine), SECRETS)

    empty, _ = store_in(os.path.join(folder, "empty"))
    empty.set("a", Secret("1"))
    empty.remove("a")
    _opening("empty", _read(empty), {})

    both, keyring = store_in(os.path.join(folder, "both"))
    both.set_many({name: Secret(text) for name, text in SECRETS.items()})
    both.add_recovery(CODE, cost=CHEAP)
    _opening("machine-and-recovery", _read(both), SECRETS)
    both.protect()
    _opening("keyring-and-recovery", _read(both), SECRETS)
    shutil.copytree(
        keyring.folder, os.path.join(HERE, "opens", "keyring-and-recovery.keyring"), dirs_exist_ok=True
    )
    both.rekey()
    _opening("keyring-rekeyed", _read(both), SECRETS)
    shutil.copytree(
        keyring.folder, os.path.join(HERE, "opens", "keyring-rekeyed.keyring"), dirs_exist_ok=True
    )

    dear, _ = store_in(os.path.join(folder, "dear"))
    dear.set_many({name: Secret(text) for name, text in SECRETS.items()})
    dear.add_recovery(CODE)
    _opening("recovery-at-full-cost", _read(dear), SECRETS)
    return _read(both)


def _third_version(folder: str) -> None:
    store, keyring = store_in(os.path.join(folder, "third"))
    secrets = {name: Secret(text) for name, text in SECRETS.items()}
    store.set_many({**secrets, "gone": Secret("sk-made-up-3")}, {"work/apiKey": ("https://a.example",)})
    store.add_recovery(CODE, cost=CHEAP)
    store.remove("gone")
    _opening("v3-machine-and-removed", _read(store), SECRETS)
    store.protect()
    _opening("v3-keyring-and-removed", _read(store), SECRETS)
    shutil.copytree(
        keyring.folder, os.path.join(HERE, "opens", "v3-keyring-and-removed.keyring"), dirs_exist_ok=True
    )


def _opening(name: str, data: bytes, secrets: dict[str, str]) -> None:
    _write("opens", name, data)
    with open(os.path.join(HERE, "opens", f"{name}.json"), "w", encoding="utf-8") as file:
        json.dump(secrets, file, ensure_ascii=False, indent=1)


def _refused(folder: str) -> None:
    store, _ = store_in(os.path.join(folder, "refused"))
    store.set("a", Secret("1"))
    store.add_recovery(CODE, cost=CHEAP)
    data = _read(store)
    content, file = data[:-CHECKSUM_BYTES], CredentialsFile.from_bytes(data)
    assert file.machine is not None
    version_at = len(MAGIC)
    slots_at = version_at + 1 + 16
    _write("refused", "damaged-empty", b"")
    _write("refused", "damaged-magic-alone", MAGIC)
    _write("refused", "damaged-cut-in-half", data[: len(data) // 2])
    _write("refused", "damaged-line-endings-changed", data.replace(b"\n", b"\r\n", 1))
    _write("refused", "damaged-one-bit", data[:200] + bytes([data[200] ^ 1]) + data[201:])
    _write("refused", "damaged-checksum", data[:-1] + bytes([data[-1] ^ 1]))
    body = bytearray(content)
    body[-1] ^= 1
    _write("refused", "damaged-tag-with-fitting-checksum", _summed(bytes(body)))
    _write("refused", "damaged-cut-with-fitting-checksum", _summed(content[:-40]))
    _write("refused", "damaged-no-slots", _summed(content[:slots_at] + b"\0" + content[slots_at + 1 :]))
    _write(
        "refused", "damaged-too-many-slots", _summed(content[:slots_at] + b"\xff" + content[slots_at + 1 :])
    )
    _write(
        "refused",
        "damaged-unknown-slot",
        _summed(content[: slots_at + 1] + b"\x09" + content[slots_at + 2 :]),
    )
    _write("refused", "damaged-json-of-the-seed", b'{"iv":"00","tag":"00","data":"00"}')
    no_recovery = dataclasses.replace(file, recovery=None)
    _write("refused", "damaged-recovery-slot-taken-away", no_recovery.to_bytes())
    dear = bytearray(content)
    cost_at = (
        content.index(b"\3" + len(file.recovery.to_bytes()).to_bytes(2, "big")) + 3 + 16
        if file.recovery
        else 0
    )
    dear[cost_at : cost_at + 4] = b"\xff\xff\xff\xff"
    _write("refused", "damaged-recovery-asks-for-4-tib", _summed(bytes(dear)))
    _write("refused", "newer-version-2", _summed(content[:version_at] + b"\2" + content[version_at + 1 :]))
    slot = dataclasses.replace(file.machine, wrapped=bytes(48))
    _write("refused", "unwrappable-machine-slot", dataclasses.replace(file, machine=slot).to_bytes())
    other, _ = store_in(os.path.join(folder, "elsewhere"), machine=ELSEWHERE)
    other.set("a", Secret("1"))
    _write("refused", "elsewhere-another-machine", _read(other))


if __name__ == "__main__":
    # What version 1 wrote stays as it is; _opens and _refused made it.
    with tempfile.TemporaryDirectory() as folder:
        _third_version(folder)
