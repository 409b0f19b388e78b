"""SHA256SUMS, in the form that `sha256sum --check` reads."""

from __future__ import annotations

import hashlib
import os

FILE_NAME = "SHA256SUMS"


def of(path: str) -> str:
    """Return a file's SHA-256 in hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(folder: str) -> str:
    """Write the checksums of all files in a folder into it, and return the path of the new file."""
    names = sorted(
        name
        for name in os.listdir(folder)
        if name != FILE_NAME and os.path.isfile(os.path.join(folder, name))
    )
    path = os.path.join(folder, FILE_NAME)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{of(os.path.join(folder, name))}  {name}\n" for name in names)
    return path
