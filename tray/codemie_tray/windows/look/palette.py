"""The colours of the windows, light and dark. Texts have a contrast of 4.5:1 or more (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """One set of colours, each `#rrggbb`."""

    window: str
    card: str
    field: str
    text: str
    muted: str
    line: str
    """Between areas; nothing depends on seeing it."""
    control: str
    """Around what can be used: 3:1 or more to what is beside it (WCAG 2.2, 1.4.11)."""
    accent: str
    on_accent: str
    selected: str
    bad: str
    good: str
    warning: str
    notice: str
    """Behind a message across the window."""
    series: tuple[str, ...]
    """Parts of a chart, 3:1 or more to the window. The first is the accent; the last is for all others."""


LIGHT = Colours(
    window="#f6f7f9",
    card="#ffffff",
    field="#ffffff",
    text="#1b1f24",
    muted="#565f69",
    line="#d5dae0",
    control="#858f9a",
    accent="#1d6fd1",
    on_accent="#ffffff",
    selected="#e6effb",
    bad="#b3261e",
    good="#1a7343",
    warning="#7a4d00",
    notice="#fff4dd",
    series=("#1d6fd1", "#b8560b", "#1a7343", "#8a3ffc", "#b02a6f", "#6a6a00", "#6f7985"),
)
DARK = Colours(
    window="#17191d",
    card="#1f2227",
    field="#272b31",
    text="#e7eaee",
    muted="#a3adb8",
    line="#3a4149",
    control="#778290",
    accent="#5b9df0",
    on_accent="#0c1116",
    selected="#26354a",
    bad="#ff9b93",
    good="#59c98c",
    warning="#f0bd66",
    notice="#3a3020",
    series=("#5b9df0", "#f0954d", "#59c98c", "#b896ff", "#f08bc0", "#c9c04a", "#8a949f"),
)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
