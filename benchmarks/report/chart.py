"""Cost over size as an SVG picture with logarithmic axes; readable on light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 230, 20, 50
COLOURS = ("#4c78c8", "#e07b39", "#3c9a5f", "#c0504d", "#8a63b8", "#8c8c2e")
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#333}.grid{stroke:#ccc;stroke-width:1}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#444}}"
)


@dataclass(frozen=True, slots=True)
class Curve:
    """One operation's cost at each size."""

    operation: str
    things: str
    """What is counted: profiles, lines, ..."""
    points: tuple[tuple[int, float], ...]
    """Size and seconds, by increasing size."""

    @property
    def slope(self) -> float:
        """Slope of the last decade on logarithmic axes."""
        (size, seconds), (next_size, next_seconds) = self.points[-2:]
        return math.log(next_seconds / seconds) / math.log(next_size / size)


def svg(curves: Sequence[Curve]) -> str:
    """Return the picture: one line per operation, named at its end, and a dashed one of slope 1."""
    sizes = [math.log10(size) for curve in curves for size, _ in curve.points]
    times = [math.log10(seconds) for curve in curves for _, seconds in curve.points]
    x_low, x_high = math.floor(min(sizes)), math.ceil(max(sizes))
    y_low, y_high = math.floor(min(times)), math.ceil(max(times))

    def x_of(value: float) -> float:
        return LEFT + (value - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT)

    def y_of(value: float) -> float:
        return HEIGHT - BOTTOM - (value - y_low) / (y_high - y_low) * (HEIGHT - TOP - BOTTOM)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><style>{STYLE}</style>']
    for decade in range(x_low, x_high + 1):
        x = x_of(decade)
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(_text(x, HEIGHT - BOTTOM + 20, f"{10**decade:,}", "middle"))
    for decade in range(y_low, y_high + 1):
        y = y_of(decade)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(_text(LEFT - 8, y + 4, _time(decade), "end"))
    parts.append(
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "profiles, versions, logs, sessions, lines", "middle")
    )
    low = min(x_high - x_low, y_high - y_low)
    start, end = (x_of(x_low), y_of(y_low)), (x_of(x_low + low), y_of(y_low + low))
    parts.append(
        '<path class="grid" stroke-dasharray="5 5" '
        f'd="M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"/>'
    )
    names = []
    for curve, colour in zip(curves, COLOURS, strict=False):
        points = [(x_of(math.log10(size)), y_of(math.log10(seconds))) for size, seconds in curve.points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(f'<path fill="none" stroke="{colour}" stroke-width="2.5" d="M{path}"/>')
        parts += [f'<circle fill="{colour}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in points]
        names.append((points[-1][1], colour, curve.operation))
    y = 0.0
    for wanted, colour, name in sorted(names):  # one below the other, never overlapping
        y = max(wanted, y + 18)
        parts.append(f'<circle fill="{colour}" cx="{WIDTH - RIGHT + 16}" cy="{y:.1f}" r="5"/>')
        parts.append(_text(WIDTH - RIGHT + 27, y + 4, name, "start"))
    return "\n".join([*parts, "</svg>", ""])


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _time(decade: int) -> str:
    for unit, exponent in (("s", 0), ("ms", -3), ("µs", -6)):
        if decade >= exponent:
            return f"{10 ** (decade - exponent)} {unit}"
    return f"1e{decade} s"
