"""A profile's own colour: the same for the same name, on every machine and in every run."""

from __future__ import annotations

import zlib

# White text on each has a contrast of 4.5:1 or more (WCAG 2.2, 1.4.3), and neighbours differ in hue. There is
# no yellow and no orange: those are the badge's.
PALETTE = (
    "#1d6fd1",  # blue
    "#8a3fd6",  # violet
    "#0b7a6b",  # teal
    "#c2266b",  # raspberry
    "#3f7a1d",  # leaf
    "#4a55d8",  # indigo
    "#a8327f",  # orchid
    "#0b7591",  # lagoon
    "#b3342d",  # brick
    "#6b5b95",  # heather
    "#7a5c3e",  # earth
    "#2f7d4f",  # pine
)

NOBODY = "#656d76"
"""No profile is active: a grey with the same contrast."""


def colour_of(name: str) -> str:
    """Return the colour of the profile called `name`, as `#rrggbb`; `NOBODY` for an empty name."""
    if not name:
        return NOBODY
    return PALETTE[zlib.crc32(name.encode("utf-8", "surrogatepass")) % len(PALETTE)]
