from __future__ import annotations

import sys

# The backend of Linux and what its tests stand on do not import elsewhere.
collect_ignore = [] if sys.platform == "linux" else ["linux"]
