"""The file's format: golden files that open, golden files that must not, and any small change is refused."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.core.credentials.stores import CHEAP, store_in
from tests.support.scale import on_windows

from codemie_core.credentials import CredentialStore, Level, Protection, RecoveryCode, Secret
from codemie_core.credentials.file.format import (
    CHECKSUM_BYTES,
    LARGEST_FILE_BYTES,
    MAGIC,
    CredentialsFile,
    FromNewerVersion,
)
from codemie_core.credentials.file.key_derivation import LARGEST_MEMORY_KIB, Cost
from codemie_core.credentials.file.slots import Damaged
from codemie_core.errors import (
    CredentialError,
    CredentialsDamaged,
    CredentialsTooNew,
    CredentialsUnreadable,
    KeyMissing,
    StoreFull,
)

GOLDEN = os.path.join(os.path.dirname(__file__), "..", "..", "..", "golden", "credentials")
CODE = RecoveryCode(bytes(range(18)))


def _store_with(folder: str, data: bytes) -> CredentialStore:
    store, _ = store_in(folder)
    os.makedirs(os.path.dirname(store.path), mode=0o700, exist_ok=True)
    with open(store.path, "wb") as file:
        file.write(data)
    return store


def _sample(folder: str, *, protected: bool = False) -> bytes:
    """Return a store's file with every kind of slot at once."""
    store, _ = store_in(folder)
    store.set("work/apiKey", Secret("sk-secret"))
    store.add_recovery(CODE, cost=CHEAP)
    if protected:
        store.protect()
    with open(store.path, "rb") as file:
        return file.read()


def _with_checksum(content: bytes) -> bytes:
    return content + hashlib.sha256(content).digest()


# ---- golden files -----------------------------------------------------------------------------------


def _golden(kind: str) -> list[str]:
    return sorted(name for name in os.listdir(os.path.join(GOLDEN, kind)) if name.endswith(".credentials"))


@pytest.mark.parametrize("name", _golden("opens"))
def test_a_golden_file_opens(tmp_path: str, name: str) -> None:
    store, keyring = store_in(str(tmp_path))
    os.makedirs(os.path.dirname(store.path))
    shutil.copy(os.path.join(GOLDEN, "opens", name), store.path)
    keyring_items = os.path.join(GOLDEN, "opens", name.replace(".credentials", ".keyring"))
    if os.path.isdir(keyring_items):
        shutil.copytree(keyring_items, keyring.folder, dirs_exist_ok=True)
    if store.protection() == Protection(Level.RECOVERY, "", has_recovery=True):
        store.recover(CODE, with_keyring=False)
    with open(os.path.join(GOLDEN, "opens", name.replace(".credentials", ".json")), encoding="utf-8") as file:
        expected = json.load(file)
    assert {key: secret.reveal() for key, secret in store.get_all().items()} == expected


@pytest.mark.parametrize("name", _golden("refused"))
def test_a_golden_file_is_refused_with_the_error_in_its_name(tmp_path: str, name: str) -> None:
    with open(os.path.join(GOLDEN, "refused", name), "rb") as file:
        data = file.read()
    store = _store_with(str(tmp_path), data)
    expected = {
        "damaged": CredentialsDamaged,
        "newer": CredentialsTooNew,
        "elsewhere": KeyMissing,
        "unwrappable": KeyMissing,
    }[name.split("-", maxsplit=1)[0]]
    with pytest.raises(expected):
        store.get("a")
    with pytest.raises(expected):
        store.set("a", Secret("1"))
    with open(store.path, "rb") as file:
        assert file.read() == data


def test_a_golden_file_of_version_three_holds_removed_secrets_and_allowed_origins(
    tmp_path: str,
) -> None:
    store, _ = store_in(str(tmp_path))
    os.makedirs(os.path.dirname(store.path))
    shutil.copy(os.path.join(GOLDEN, "opens", "v3-machine-and-removed.credentials"), store.path)
    assert [info.name for info in store.removed()] == ["gone"]
    assert store.entries()["work/apiKey"].origins == ("https://a.example",)
    store.restore("gone")
    assert store.get("gone").reveal() == "sk-made-up-3"


def test_there_are_golden_files_of_both_kinds() -> None:
    assert len(_golden("opens")) >= 6
    assert len(_golden("refused")) >= 12


# ---- every small change -----------------------------------------------------------------------------


@pytest.mark.parametrize("protected", [False, True], ids=["machine", "keyring"])
def test_every_single_flipped_bit_is_refused_and_changes_nothing(tmp_path: str, protected: bool) -> None:
    data = _sample(str(tmp_path), protected=protected)
    for position in range(len(data) * 8):
        changed = bytearray(data)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises((Damaged, FromNewerVersion)):
            CredentialsFile.from_bytes(bytes(changed))


@pytest.mark.parametrize("protected", [False, True], ids=["machine", "keyring"])
def test_every_flipped_bit_is_refused_even_with_a_matching_checksum(tmp_path: str, protected: bool) -> None:
    folder = str(tmp_path)
    data = _sample(folder, protected=protected)
    content = data[:-CHECKSUM_BYTES]
    store, _ = store_in(folder)
    for position in range(0, len(content) * 8, on_windows(7, 1)):
        changed = bytearray(content)
        changed[position // 8] ^= 1 << position % 8
        forged = _with_checksum(bytes(changed))
        with open(store.path, "wb") as file:
            file.write(forged)
        with pytest.raises((CredentialsDamaged, CredentialsTooNew, KeyMissing)):
            store.get("work/apiKey")
    with open(store.path, "rb") as file:
        assert file.read() == forged


def test_every_truncation_is_refused_with_and_without_a_matching_checksum(tmp_path: str) -> None:
    folder = str(tmp_path)
    data = _sample(folder)
    store, _ = store_in(folder)
    for length in range(len(data)):
        for cut in (data[:length], _with_checksum(data[:length])):
            if cut == data:
                continue
            with open(store.path, "wb") as file:
                file.write(cut)
            with pytest.raises(CredentialsDamaged):
                store.get("work/apiKey")


@pytest.mark.parametrize("tail", [b"\0", b"\n", b"x" * 16])
def test_anything_appended_is_refused(tmp_path: str, tail: bytes) -> None:
    data = _sample(str(tmp_path))
    for longer in (data + tail, _with_checksum(data[:-CHECKSUM_BYTES] + tail)):
        with pytest.raises(CredentialsDamaged):
            _store_with(str(tmp_path), longer).get("work/apiKey")


def test_no_part_of_one_file_can_be_used_in_another(tmp_path: str) -> None:
    """Two stores on one machine, and two states of one store: any exchange of parts is refused."""
    one = _sample(os.path.join(str(tmp_path), "one"))
    other = _sample(os.path.join(str(tmp_path), "other"))
    store, _ = store_in(os.path.join(str(tmp_path), "one"))
    store.set("work/apiKey", Secret("sk-newer"))
    later = _bytes(store)
    store.rekey()
    rekeyed = _bytes(store)
    exchanged = 0
    for source in (other, later, rekeyed):
        first, second = CredentialsFile.from_bytes(one), CredentialsFile.from_bytes(source)
        for part in ("store_id", "machine", "recovery", "write_salt", "nonce", "sealed"):
            mine, theirs = getattr(first, part), getattr(second, part)
            if mine == theirs:
                continue
            exchanged += 1
            forged = replace(first, **{part: theirs}).to_bytes()
            with pytest.raises((CredentialsDamaged, KeyMissing)):
                _store_with(os.path.join(str(tmp_path), "one"), forged).get("work/apiKey")
    assert exchanged >= 12


def test_a_removed_slot_is_detected(tmp_path: str) -> None:
    file = CredentialsFile.from_bytes(_sample(str(tmp_path)))
    with pytest.raises(CredentialsDamaged):
        _store_with(str(tmp_path), replace(file, recovery=None).to_bytes()).get("work/apiKey")


# ---- bounds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cost",
    [
        Cost(LARGEST_MEMORY_KIB + 1, 1, 1),
        Cost(2**32 - 1, 255, 255),
        Cost(64, 17, 1),
        Cost(64, 0, 1),
        Cost(128, 1, 9),
        Cost(64, 1, 0),
        Cost(0, 1, 1),
        Cost(8, 1, 2),
    ],
)
def test_an_excessive_cost_is_refused_before_it_is_spent(tmp_path: str, cost: Cost) -> None:
    file = CredentialsFile.from_bytes(_sample(str(tmp_path)))
    assert file.recovery is not None
    forged = replace(file, recovery=replace(file.recovery, cost=cost))
    store = _store_with(str(tmp_path), forged.to_bytes())
    for call in (lambda: store.check_recovery(CODE), lambda: store.recover(CODE, with_keyring=False)):
        with pytest.raises(CredentialsDamaged, match="key derivation"):
            call()


def test_the_highest_accepted_cost_works() -> None:
    assert Cost(LARGEST_MEMORY_KIB, 16, 8).bearable()
    assert Cost().bearable()


def test_a_file_over_the_size_limit_is_neither_read_nor_written(tmp_path: str) -> None:
    with pytest.raises(CredentialsUnreadable):
        _store_with(str(tmp_path), bytes(LARGEST_FILE_BYTES + 1)).get("a")
    store, _ = store_in(os.path.join(str(tmp_path), "full"))
    store.set("a", Secret("1"))
    before = _bytes(store)
    with pytest.raises(StoreFull):
        store.set_many({f"n{number}": Secret("x" * 65_000) for number in range(70)})
    assert _bytes(store) == before


def test_fifty_thousand_mutants_raise_only_our_errors() -> None:
    chance = random.Random(20261122)  # noqa: S311 - the choice of bytes is not secret
    with open(os.path.join(GOLDEN, "opens", "keyring-and-recovery.credentials"), "rb") as file:
        data = file.read()
    refused = 0
    for _ in range(50_000):
        mutant = bytearray(data[:-CHECKSUM_BYTES])
        for _ in range(chance.randint(1, 6)):
            _mutate(mutant, chance)
        whole = _with_checksum(bytes(mutant)) if chance.random() < 0.9 else bytes(mutant)
        try:
            again = CredentialsFile.from_bytes(whole)
        except (Damaged, FromNewerVersion):
            refused += 1
        else:
            assert again.to_bytes() == whole  # whatever is accepted has one encoding
    assert refused > 10_000


def _mutate(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data) or 1)
    kind: Callable[[], object] = chance.choice(
        [
            lambda: data.__setitem__(slice(at, at + 1), bytes([chance.randrange(256)])),
            lambda: data.__delitem__(slice(at, at + chance.randint(1, 40))),
            lambda: data.__setitem__(slice(at, at), chance.randbytes(chance.randint(1, 40))),
            lambda: data.__setitem__(slice(at, at + 4), b"\xff\xff\xff\xff"),
        ]
    )
    kind()


def test_any_content_results_in_one_of_our_errors(tmp_path: str) -> None:
    for data in (b"", b"\0" * 500, MAGIC, MAGIC + b"\1", b"{}", "ключ".encode(), os.urandom(3000)):
        with pytest.raises(CredentialError):
            _store_with(str(tmp_path), data).list()


def _bytes(store: CredentialStore) -> bytes:
    with open(store.path, "rb") as file:
        return file.read()
