"""Files are opened in a few named places, which refuse anything unsafe; all other code calls those."""

from __future__ import annotations

import ast

import pytest
from tests.repository.test_architecture import MODULES

OPENERS = {
    "codemie_core.files.atomic_file.whole_file": "files that the user may link, such as config.json",
    "codemie_core.files.atomic_file.atomic_replace": "new files",
    "codemie_core.files.atomic_file.durability": "what we wrote, to sync it; folders",
    "codemie_core.files.private.posix": "what is ours alone: all below tray/, and our logs",
    "codemie_core.files.private.windows": "the same",
    "codemie_core.files.private.database": "the same, for SQLite",
    "codemie_core.files.shared_open": "what other programs write, such as sessions",
    "codemie_core.files.open_folder": "folders in which something is removed",
}
"""Each opener and what it opens. None follows an illegitimate link or waits at a pipe."""

OTHERS = {
    "codemie_core.sessions.jsonl.writer": "locks and appends by one descriptor: no link, no pipe, regular",
    "codemie_core.sessions.usage.prices.table": "the built-in price table",
    "codemie_core.sessions.usage.sources.cli_folder": "the sessions' folder, which may be a link, to list it",
    "codemie_core.audit.repair": "closes a file to others by the descriptor it looked at: no link, no pipe",
    "codemie_core.profiles.tokens.handover.private_home": "new files in its own new folder (O_EXCL); /proc",
    "codemie_core.profiles.tokens.handover.private_home_end": "files of the folder made for one child",
    "codemie_core.credentials.file.machine_id": "/etc and the system's own folders",
    "codemie_core.files.trust.posix": "/proc",
    "codemie_core.system.boot_id": "/proc",
    "codemie_core.system.process.cores": "/proc, /sys",
    "codemie_core.system.process.identity": "/proc",
    "codemie_core.system.windows_handle": "what its callers name, which are in these lists themselves",
    "codemie_core.system.desktop_session": "/proc",
    "codemie_core.credentials.os_keyring.secret_service": "/proc, the bus's service files",
    "codemie_tray.tray_icon.linux.session_environment": "/proc",
    "codemie_tray.background.watch.backends.filesystems": "/proc",
    "codemie_tray.background.watch.backends.linux": "/proc",
    "codemie_tray.background.watch.backends.windows": "a handle on a folder, to hear of changes in it",
    "codemie_tray.desktop.autostart.desktop_rules": "the desktop's own settings",
    "codemie_tray.text.language.catalogue": "a file of the package itself",
    "codemie_tray.desktop.find_tray_host": "/proc",
    "codemie_tray.desktop.tray_host": "/etc/os-release, /proc",
    "codemie_tray.commands.launch.home_janitor": "the null device",
    "codemie_tray.commands.console.output": "the null device",
    "codemie_tray.commands.console.standard_streams": "the null device, and our own standard streams",
}
"""Other code that opens something, and why no opener fits."""

_MODULES_THAT_OPEN = {"os", "io", "codecs", "gzip", "bz2", "lzma", "tarfile", "zipfile", "shelve", "dbm"}
_METHODS = {"read_text", "write_text", "read_bytes", "write_bytes"}
_COPIES = {"copy", "copy2", "copyfile", "copytree", "move"}


def opened_in(source: str) -> list[str]:
    """Return the calls in a module's text that open a file by name."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr == "CreateFileW":
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
        elif isinstance(node, ast.Call):
            called = node.func
            plain = isinstance(called, ast.Name) and called.id in ("open", "open_handle")
            if plain or (isinstance(called, ast.Attribute) and _opens(called)):
                found.append(f"line {node.lineno}: {ast.unparse(called)}")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names}
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if "pathlib" in names | {module} or (module in _MODULES_THAT_OPEN and "open" in names):
                found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


def _opens(node: ast.Attribute) -> bool:
    base = node.value.id if isinstance(node.value, ast.Name) else ""
    return (
        (base in _MODULES_THAT_OPEN and node.attr in ("open", "FileIO", "open_code"))
        or (base == "sqlite3" and node.attr == "connect")
        or (base == "shutil" and node.attr in _COPIES)
        or node.attr in _METHODS
        or node.attr == "open_handle"
    )


FOUND = {name: opened_in(file.read_text(encoding="utf-8")) for name, file in MODULES.items()}


def test_files_are_opened_only_by_the_named_openers() -> None:
    wrong = {name: found for name, found in FOUND.items() if found and name not in OPENERS | OTHERS}
    assert not wrong, "use an opener of codemie_core/files, or say here why none fits"


def test_each_opener_and_each_exception_still_opens_something() -> None:
    assert not [name for name in OPENERS if not FOUND[name]]
    assert not [name for name in OTHERS if name in MODULES and not FOUND[name]]


@pytest.mark.parametrize(
    "source",
    [
        "open('x')",
        "import os\nos.open('x', 0)",
        "from os import open",
        "import io\nio.FileIO('x')",
        "import sqlite3\nsqlite3.connect('x')",
        "from pathlib import Path",
        "import pathlib",
        "path.read_text()",
        "path.write_bytes(b'')",
        "import shutil\nshutil.copyfile('a', 'b')",
        "import os as o\nhow = kernel32.CreateFileW",
        "open_handle('x', access=1)",
        "windows.open_handle('x', access=1)",
    ],
)
def test_an_unlisted_open_is_detected(source: str) -> None:
    assert opened_in(source)


@pytest.mark.parametrize(
    "source", ["self.open()", "os.fdopen(fd)", "vault.open(file)", "# open('x')", "'open(x)'"]
)
def test_calls_that_open_no_file_by_name_are_ignored(source: str) -> None:
    assert not opened_in(source)
