"""Finds out who besides its owner can change or read a path.

`distrusts(path)` follows a path as the system does and returns every place where another user could change
what it leads to. The rules are those of OpenSSH's StrictModes (`safe_path` in its misc.c) and of git's
safe.directory: each folder, link and file on the path must belong to this user or to the system, and nobody
else may have write access. Unlike StrictModes, we accept a folder with the sticky bit (`/tmp`), where users
can't rename or remove the files of others. Like Debian's OpenSSH, we accept write access for a group whose
only member is the owner.
"""

from codemie_core.files.trust.distrust import Distrust, Fault
from codemie_core.files.trust.rights import Access, Right
from codemie_core.files.trust.system import access_to
from codemie_core.files.trust.walk import distrusts, distrusts_of_entry, reachable_by_others

__all__ = [
    "Access",
    "Distrust",
    "Fault",
    "Right",
    "access_to",
    "distrusts",
    "distrusts_of_entry",
    "reachable_by_others",
]
