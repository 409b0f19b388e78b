"""The version resource that Explorer, Task Manager and the notification area's settings show."""

from __future__ import annotations

import os

from installers import product

_ENGLISH_UNICODE = (0x0409, 1200)


def text(executable: str) -> str:
    """Return the resource of one executable, in the form that PyInstaller reads."""
    four = product.version_of_four()
    strings = {
        "CompanyName": product.PUBLISHER,
        # Task Manager and the list of tray icons show this as the program's name.
        "FileDescription": product.NAME,
        "FileVersion": product.VERSION,
        "InternalName": executable,
        "LegalCopyright": product.COPYRIGHT,
        "OriginalFilename": f"{executable}.exe",
        "ProductName": product.NAME,
        "ProductVersion": product.VERSION,
    }
    language, charset = _ENGLISH_UNICODE
    lines = [f"        StringStruct({key!r}, {value!r})," for key, value in strings.items()]
    return "\n".join(
        [
            "VSVersionInfo(",
            f"    ffi=FixedFileInfo(filevers={four!r}, prodvers={four!r}, mask=0x3F, flags=0x0,",
            "                      OS=0x40004, fileType=0x1, subtype=0x0, date=(0, 0)),",
            "    kids=[",
            f"        StringFileInfo([StringTable({f'{language:04X}{charset:04X}'!r}, [",
            *lines,
            "        ])]),",
            f"        VarFileInfo([VarStruct('Translation', [{language}, {charset}])]),",
            "    ],",
            ")",
            "",
        ]
    )


def write(folder: str, executable: str) -> str:
    """Write the resource into a folder and return its path."""
    path = os.path.join(folder, f"{executable}.version.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text(executable))
    return path
