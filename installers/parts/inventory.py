"""The parts of a bundle, with their licences, read from what PyInstaller collected.

Runs in the environment that is frozen, with only the standard library.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata

Collected = Iterable[tuple[str, str, str]]
"""PyInstaller's tables: name in the bundle, source file, kind."""

_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One distribution, library or runtime in the bundle."""

    kind: str
    """`python package`, `runtime`, `system library`, `part of Qt`."""
    name: str
    version: str
    licence: str
    """As named in its own metadata; empty if it has none."""
    texts: tuple[str, ...]
    """Its licence texts."""


def parts(pure: Collected, binaries: Collected) -> list[Part]:
    """Return what the collected files belong to, sorted by kind and name."""
    owners = _owners()
    found: dict[tuple[str, str], Part] = {}
    for _, path, _kind in [*pure, *binaries]:
        if not path or path == "-":
            continue
        part = _part_of(path, owners)
        found[part.kind, part.name.lower()] = part
    for part in (_python(), _bootloader()):
        found[part.kind, part.name.lower()] = part
    return [found[key] for key in sorted(found)]


def write(path: str, found: list[Part]) -> None:
    """Save the parts for later steps, which run in another environment."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump([dataclasses.asdict(part) for part in found], file, indent=1)


def read(path: str) -> list[Part]:
    """Return what `write` saved."""
    with open(path, encoding="utf-8") as file:
        return [Part(**{**part, "texts": tuple(part["texts"])}) for part in json.load(file)]


def _owners() -> dict[str, metadata.Distribution]:
    owners = {}
    for distribution in metadata.distributions():
        for file in distribution.files or ():
            owners[_place(str(distribution.locate_file(file)))] = distribution
    return owners


def _place(path: str) -> str:
    """Return a path with the links in its folder resolved; each folder is resolved once."""
    folder, name = os.path.split(path)
    return os.path.join(_real_folder(folder), name)


@functools.cache
def _real_folder(folder: str) -> str:
    return os.path.realpath(folder)


def _part_of(path: str, owners: dict[str, metadata.Distribution]) -> Part:
    path = _place(path)
    if path in owners:
        return _package(owners[path])
    # The runtime's own folder, but not what a system has below the same prefix (/usr).
    roots = [os.path.realpath(os.path.dirname(os.__file__))]
    if sys.base_prefix != "/usr":
        roots.append(os.path.realpath(sys.base_prefix))
    if any(path.startswith(root + os.sep) for root in roots):
        return _python()
    return system_library(os.path.realpath(path))


@functools.cache
def _package(distribution: metadata.Distribution) -> Part:
    described = distribution.metadata
    # `get_all`, because the backport that keyring depends on raises for a missing key.
    said = [*(described.get_all("License-Expression") or []), *(described.get_all("License") or []), ""]
    licence = str(said[0])
    if not licence or "\n" in licence:
        classifiers = described.get_all("Classifier") or []
        licence = " / ".join(c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License ::"))
    return Part("python package", described["Name"], described["Version"], licence, _texts(distribution))


def _texts(distribution: metadata.Distribution) -> tuple[str, ...]:
    folder = next((str(f.parent) for f in distribution.files or () if f.name == "METADATA"), "")
    paths = [
        str(distribution.locate_file(file))
        for file in sorted(distribution.files or (), key=str)
        if str(file).startswith(f"{folder}/") and _LICENCE_FILE.search(file.name)
    ]
    return tuple(_read(path) for path in paths)


@functools.cache
def _python() -> Part:
    """Return the interpreter and its library."""
    folder = os.path.dirname(os.__file__)
    candidates = [os.path.join(folder, "LICENSE.txt"), os.path.join(sys.base_prefix, "LICENSE.txt")]
    candidates.append(f"/usr/share/doc/python{sys.version_info.major}.{sys.version_info.minor}/copyright")
    texts = [_read(path) for path in candidates if os.path.isfile(path)][:1]
    return Part("runtime", "CPython", platform.python_version(), "PSF-2.0", tuple(texts))


def _bootloader() -> Part:
    return dataclasses.replace(_package(metadata.distribution("pyinstaller")), kind="runtime")


def system_library(path: str) -> Part:
    """Return the package on the build machine that a library came from."""
    name = re.sub(r"\.(so|dylib|dll)\b.*", "", os.path.basename(path))
    for candidate in (path, path.removeprefix("/usr")):
        owner = _said("dpkg-query", "--search", candidate).partition(": ")[0].split(":")[0]
        if owner:
            version = _said("dpkg-query", "--showformat", "${source:Version}", "--show", owner)
            text = f"/usr/share/doc/{owner}/copyright"
            return Part("system library", name, version, "", (_read(text),) if os.path.isfile(text) else ())
    return Part("system library", name, "", "", ())


def _said(*command: str) -> str:
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return ran.stdout.splitlines()[0].strip() if ran.returncode == 0 and ran.stdout else ""


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().strip()
