"""Colours, type and space of the figures; the panel's, so that both look like one house.

A figure is drawn once, in the colours of the light theme. Its dark ones come by a style sheet of
its SVG that answers ``prefers-color-scheme``, so that every viewer that knows no style sheets shows
a whole light figure.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable
from typing import Any

INK, DIM, FAINT, GRID, GROUND = "#212121", "#616161", "#bdbdbe", "#e6e6e7", "#ffffff"
LIVE, WARN = "#1976d2", "#c25700"
"""What streams, and what stood still: the panel's `--ac-live` and `--ac-warn`."""

_DARK = {
    INK: "#e0e0e0",
    DIM: "#a6a6a7",
    FAINT: "#5e5e5f",
    GRID: "#2c2c2d",
    GROUND: "#111111",
    LIVE: "#64b5f6",
    WARN: "#ffa040",
}

STEPS = ("#0b3c6f", "#1976d2", "#4f9a94", "#8f9a3a", "#c79a2b", "#c25700", "#7b2d26")
"""Seven hops in the order of the journey; told apart by lightness too."""
_DARK |= dict(
    zip(
        STEPS,
        ("#5c93c9", "#64b5f6", "#7cc4bd", "#b9c46a", "#e5c05c", "#ffa040", "#d98a80"),
        strict=True,
    )
)

DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (7, 2, 1.5, 2)))
"""Lines of several participants differ in more than colour."""

RC: Any = {  # matplotlib names every key in its types, and no version names the same
    "svg.fonttype": "none",
    "svg.hashsalt": "agentchat",
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.titleweight": "normal",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelsize": 9.5,
    "axes.labelcolor": DIM,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.facecolor": "none",
    "figure.facecolor": GROUND,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": DIM,
    "ytick.labelcolor": DIM,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "lines.solid_capstyle": "butt",
    "legend.frameon": False,
    "path.simplify": True,
}
"""Over matplotlib's own defaults, whatever the user has set for his own figures."""

FONTS = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"


def hue(id: str) -> int:
    """Return the hue of a participant: that of its mark in the panel (``names.ts``)."""
    found = 2166136261
    for letter in id:
        found = ((found ^ ord(letter)) * 16777619) & 0xFFFFFFFF
    return found % 360


def colour(id: str) -> str:
    """Return a participant's colour in the light theme."""
    return _hsl(hue(id), 0.42, 0.42)


def style_sheet(participants: Iterable[str]) -> str:
    """Return what turns a light SVG into a dark one where the reader prefers that."""
    partners = _DARK | {colour(each): _hsl(hue(each), 0.5, 0.68) for each in participants}
    rules = [
        f'[style*="{name}: {light}"]{{{name}:{dark}!important}}'
        for light, dark in partners.items()
        for name in ("fill", "stroke")
    ]
    return f"@media(prefers-color-scheme:dark){{{''.join(rules)}}}"


def _hsl(degrees: int, saturation: float, lightness: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(degrees / 360, lightness, saturation)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
