from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import pytest

from codemie_core.credentials.file.cipher import NotAuthentic, open_cbc, open_sealed, seal


def _cases(name: str) -> Iterator[tuple[dict[str, int], dict[str, str], bool]]:
    """Read a NIST .rsp file: (bracketed parameters, fields, whether it must fail)."""
    folder = resources.files("cryptography_vectors").joinpath("ciphers", "AES", "GCM")
    parameters: dict[str, int] = {}
    fields: dict[str, str] = {}
    fails = False
    for line in [*folder.joinpath(name).read_text(encoding="ascii").splitlines(), ""]:
        text = line.strip()
        if text.startswith("["):
            key, _, number = text.strip("[]").partition("=")
            parameters[key.strip()] = int(number)
        elif text == "FAIL":
            fails = True
        elif "=" in text and not text.startswith("#"):
            key, _, value = text.partition("=")
            fields[key.strip()] = value.strip()
        elif not text and fields:
            yield dict(parameters), fields, fails
            fields, fails = {}, False


def _bytes(fields: dict[str, str], key: str) -> bytes:
    return bytes.fromhex(fields[key])


def test_every_nist_decryption_vector_of_our_sizes_gives_the_expected_result() -> None:
    opened = refused = 0
    for parameters, fields, fails in _cases("gcmDecrypt256.rsp"):
        if parameters["IVlen"] != 96 or parameters["Taglen"] != 128:
            continue
        sealed = _bytes(fields, "CT") + _bytes(fields, "Tag")
        arguments = _bytes(fields, "Key"), _bytes(fields, "IV"), sealed, _bytes(fields, "AAD")
        if fails:
            refused += 1
            with pytest.raises(NotAuthentic):
                open_sealed(*arguments)
        else:
            opened += 1
            assert open_sealed(*arguments) == _bytes(fields, "PT")
    assert opened > 100
    assert refused > 100


def test_every_nist_encryption_vector_of_our_sizes_is_reproduced() -> None:
    count = 0
    for parameters, fields, _ in _cases("gcmEncryptExtIV256.rsp"):
        if parameters["IVlen"] != 96 or parameters["Taglen"] != 128:
            continue
        count += 1
        sealed = seal(
            _bytes(fields, "Key"), _bytes(fields, "IV"), _bytes(fields, "PT"), _bytes(fields, "AAD")
        )
        assert sealed == _bytes(fields, "CT") + _bytes(fields, "Tag")
    assert count > 300


def test_valid_nist_vectors_with_a_truncated_tag_are_refused() -> None:
    count = 0
    for parameters, fields, fails in _cases("gcmDecrypt256.rsp"):
        if parameters["IVlen"] != 96 or parameters["Taglen"] == 128 or fails:
            continue
        count += 1
        with pytest.raises(NotAuthentic):
            open_sealed(
                _bytes(fields, "Key"),
                _bytes(fields, "IV"),
                _bytes(fields, "CT") + _bytes(fields, "Tag"),
                _bytes(fields, "AAD"),
            )
    assert count > 1000


def test_nonces_of_another_length_are_refused() -> None:
    lengths = {parameters["IVlen"] for parameters, _, _ in _cases("gcmDecrypt256.rsp")} - {96}
    assert lengths
    for bits in lengths | {0, 64}:
        with pytest.raises(ValueError, match="12 bytes"):
            open_sealed(bytes(32), bytes(bits // 8), bytes(32), b"")
        with pytest.raises(ValueError, match="12 bytes"):
            seal(bytes(32), bytes(bits // 8), b"", b"")


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal(bytes(length), bytes(12), b"", b"")
    with pytest.raises(ValueError, match="32 bytes"):
        open_sealed(bytes(length), bytes(12), bytes(16), b"")


@pytest.mark.parametrize("length", range(16))
def test_data_shorter_than_a_tag_is_refused(length: int) -> None:
    with pytest.raises(NotAuthentic):
        open_sealed(bytes(32), bytes(12), bytes(length), b"")


def test_cbc_refuses_a_wrong_key_and_half_blocks() -> None:
    with pytest.raises(NotAuthentic):
        open_cbc(bytes(32), bytes(16), bytes(15))
    with pytest.raises(NotAuthentic):
        open_cbc(bytes(32), bytes(16), b"")
    with pytest.raises(NotAuthentic):
        open_cbc(bytes(32), bytes(16), bytes(32))
    with pytest.raises(ValueError, match="IV of 16"):
        open_cbc(bytes(32), bytes(12), bytes(32))
