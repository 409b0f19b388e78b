"""What secrets look like in a text: `keys` by their own form, `named` by the text before them, `addresses`.

`spans` searches for all of them; `parts` only says where one could be.
"""

from __future__ import annotations

Span = tuple[int, int]
"""Offsets of the first character and of the one past the last."""
