"""A profile's own colour: the same in every session and on every machine."""

from __future__ import annotations

import zlib

PALETTE = (
    "#1d63d1",
    "#8250df",
    "#b42e7d",
    "#cf222e",
    "#b34700",
    "#8a5d00",
    "#1a7f37",
    "#0f766e",
    "#036494",
    "#4338ca",
    "#7c2d12",
    "#a11c5b",
)
"""Backgrounds on which a white letter has a contrast of 4.5:1 or more (WCAG 2 AA)."""

NOBODY = "#656d76"
"""No profile is active."""


def colour_of(name: str) -> str:
    """Return the colour of a profile as `#rrggbb`; `NOBODY` for an empty name."""
    if not name:
        return NOBODY
    return PALETTE[zlib.crc32(name.encode("utf-8", "surrogatepass")) % len(PALETTE)]


def contrast_to_white(colour: str) -> float:
    """Return the contrast ratio of a `#rrggbb` to white, 1 to 21, as WCAG 2 defines it."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
