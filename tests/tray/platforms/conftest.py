from __future__ import annotations

import sys

# A backend and what its tests stand on import on their own system only. `make test-windows` runs those of
# Windows under Wine; those of macOS run everywhere, over fakes.
collect_ignore = [
    folder for folder, system in (("linux", "linux"), ("windows", "win32")) if sys.platform != system
]
