"""A smaller copy of the data library of ICU, which Qt links for sorting, time zones and old character sets.

The whole library has 32 MB: names of currencies and languages, dictionaries of words, hundreds of character
sets. Qt has the formats of dates and numbers itself. The copy keeps sorting, for the languages below, and the
time zones.

The format is ICU's ("common data" in its `ucmndata.h`): a header, a table of contents with the offsets of a
name and an item per row, sorted by name, then names and items.
"""

from __future__ import annotations

import fnmatch
import os
import struct
import subprocess
from collections.abc import Iterable

LANGUAGES = ("de", "en", "es", "fr", "ja", "pl", "pt", "uk", "zh")
KEPT = (
    "cnvalias.icu",
    "coll/root.res",
    "coll/ucadata.icu",
    *(f"coll/{language}.res" for language in LANGUAGES),
    "keyTypeData.res",
    "likelySubtags.res",
    "metaZones.res",
    "numberingSystems.res",
    "pool.res",
    "root.res",
    "supplementalData.res",
    "timezoneTypes.res",
    "windowsZones.res",
    "zoneinfo64.res",
)
"""The items that stay, without the name of the package in front; as patterns."""

_MARK = b"CmnD"
_ALIGNMENT = 16
_BEFORE_MARK = 12
"""Sizes of header and information, byte order, character set: what a header has before its mark."""
_HEADER_SIZE = struct.Struct("<H")
_COUNT = struct.Struct("<I")
_ROW = struct.Struct("<II")
"""In the table of contents: offsets of a name and of its item."""


def replaced(binaries: Iterable[tuple[str, str, str]], folder: str) -> list[tuple[str, str, str]]:
    """Return PyInstaller's table of binaries with the smaller library, which is built in `folder`."""
    return [
        (name, reduce(path, folder) if os.path.basename(name).startswith("libicudata.so.") else path, kind)
        for name, path, kind in binaries
    ]


def reduce(library: str, folder: str) -> str:
    """Build the smaller library, and return its path in `folder`.

    Args:
        library: the library as it was published, `libicudata.so.73`.
        folder: where the result and intermediate files are written.

    Raises:
        RuntimeError: the file is not what it should be.
        subprocess.CalledProcessError: the linker failed, and has printed why.
    """
    name = os.path.basename(library)  # as libicuuc links it
    os.makedirs(folder, exist_ok=True)
    with open(library, "rb") as whole, open(os.path.join(folder, "data"), "wb") as file:
        file.write(subset(whole.read()))
    symbol = f"icudt{name.rpartition('.')[2]}_dat"
    renamed = [f"--redefine-sym=_binary_data_start={symbol}"]
    renamed += ["--strip-symbol=_binary_data_end", "--strip-symbol=_binary_data_size"]
    read_only = ["--rename-section=.data=.rodata,alloc,load,readonly,data,contents"]
    read_only += [f"--set-section-alignment=.rodata={_ALIGNMENT}"]
    for command in (
        ["ld", "-r", "-b", "binary", "-z", "noexecstack", "-o", "data.o", "data"],
        ["objcopy", *renamed, *read_only, "data.o"],
        ["ld", "-shared", "-soname", name, "-z", "noexecstack", "--build-id=none", "-o", name, "data.o"],
    ):
        subprocess.run(command, cwd=folder, check=True)
    return os.path.join(folder, name)


def subset(content: bytes) -> bytes:
    """Return ICU's data with only the items in `KEPT`.

    Args:
        content: a file that contains the data, such as the library.

    Raises:
        RuntimeError: there is no data in it, or less than it should have.
    """
    mark = content.find(_MARK)
    begin = mark - _BEFORE_MARK
    if mark < 0:
        raise RuntimeError("this library contains no data of ICU")
    (header_size,) = _HEADER_SIZE.unpack_from(content, begin)
    header = content[begin : begin + header_size]
    kept = [(name, item) for name, item in _items(content[begin + header_size :]) if _is_kept(name)]
    unused = [pattern for pattern in KEPT if not fnmatch.filter([_short(name) for name, _ in kept], pattern)]
    if unused:
        raise RuntimeError(f"not in this version of ICU: {', '.join(unused)}")
    return header + _packed(kept)


def _items(body: bytes) -> list[tuple[bytes, bytes]]:
    """Return names and items; `body` begins with the table of contents, from which all offsets count."""
    (count,) = _COUNT.unpack_from(body)
    rows = [_ROW.unpack_from(body, _COUNT.size + number * _ROW.size) for number in range(count)]
    ends = [offset for _, offset in rows[1:]]
    # Nothing says how long the last item is; whatever follows it in the file does no harm.
    ends.append(len(body))
    return [
        (body[name : body.index(b"\0", name)], body[item:end])
        for (name, item), end in zip(rows, ends, strict=True)
    ]


def _packed(items: list[tuple[bytes, bytes]]) -> bytes:
    names_at = _COUNT.size + len(items) * _ROW.size
    names = b"".join(name + b"\0" for name, _ in items)
    body = bytearray(_aligned(b"\0" * names_at + names))
    _COUNT.pack_into(body, 0, len(items))
    name_at = names_at
    for number, (name, item) in enumerate(items):
        _ROW.pack_into(body, _COUNT.size + number * _ROW.size, name_at, len(body))
        name_at += len(name) + 1
        body += _aligned(item)
    return bytes(body)


def _aligned(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % _ALIGNMENT)


def _short(name: bytes) -> str:
    """Return the name without the package's, `icudt73l/`."""
    return name.decode("ascii").partition("/")[2]


def _is_kept(name: bytes) -> bool:
    return any(fnmatch.fnmatchcase(_short(name), pattern) for pattern in KEPT)
