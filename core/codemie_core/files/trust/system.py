"""The running system: who has a right to an entry, whether it is ours, and what removes the right."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from codemie_core.files.trust.windows import (
        access_to,
        closing_command,
        is_ours,
        is_system_s,
        owning_command,
        parting_command,
        unmapped_owner,
    )
else:
    from codemie_core.files.trust.posix import (
        access_to,
        closing_command,
        is_ours,
        is_system_s,
        owning_command,
        parting_command,
        unmapped_owner,
    )

__all__ = [
    "access_to",
    "closing_command",
    "is_ours",
    "is_system_s",
    "owning_command",
    "parting_command",
    "unmapped_owner",
]
