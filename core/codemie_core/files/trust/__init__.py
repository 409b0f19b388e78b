"""Who besides its owner may change a path, or read it.

`distrusts(path)` walks to a path as the system does and returns every place where another user could turn it
into something else. The rules are those of OpenSSH's StrictModes (`safe_path` in its misc.c) and of git's
safe.directory: each folder, link and file on the way belongs to this user or to the system, and nobody else
may write it. Unlike StrictModes we let pass a folder with the sticky bit (`/tmp`): in it nobody can rename or
remove what is another's. As Debian's OpenSSH does, we let the group write where the owner is its only member.
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
