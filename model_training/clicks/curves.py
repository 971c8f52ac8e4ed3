"""Dice after each click as one figure in SVG: the corrector beside the dab, for each robot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from model_training.clicks.measure import CORRECTOR, DAB, Tried
from model_training.clicks.trial import SHOWN

WIDTH, HEIGHT, GAP = 420, 330, 20
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 52, 44
COLOURS = {CORRECTOR: "#009E73", DAB: "#E69F00"}
DASHES = {CORRECTOR: "", DAB: "6 4"}
GROUND, INK, GRID = "#ffffff", "#333333", "#dddddd"
ALL = "all slices"


def draw_curves(tried: Mapping[str, Sequence[Tried]]) -> str:
    """Return the figure: a row for each robot, a panel for all slices and for each tumour type."""
    kinds = sorted({one.kind for those in tried.values() for one in those})
    panels = [
        (f"{group}, {robot} robot", [one for one in those if group in (ALL, one.kind)])
        for robot, those in tried.items()
        for group in (ALL, *kinds)
    ]
    columns = len(kinds) + 1
    low = _floor(min(_means(those, way).min() for _, those in panels for way in COLOURS))
    body = ""
    for number, (title, those) in enumerate(panels):
        row, column = divmod(number, columns)
        x, y = column * (WIDTH + GAP), row * (HEIGHT + GAP)
        body += f'<g transform="translate({x} {y})">{_panel(title, those, low)}</g>'
    width = columns * (WIDTH + GAP) - GAP
    height = len(tried) * (HEIGHT + GAP) - GAP
    return (
        f'<svg role="img" aria-label="Dice after each click" viewBox="0 0 {width} {height}" '
        'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="{GROUND}"/>{body}</svg>'
    )


def _means(tried: Sequence[Tried], way: str) -> np.ndarray:
    return np.mean([one.trials[way].dice[: SHOWN + 1] for one in tried], axis=0)


def _floor(value: float) -> float:
    """Return the tenth below a Dice, where the axis begins."""
    return max(0.0, min(0.9, np.floor(value * 10) / 10))


def _panel(title: str, tried: Sequence[Tried], low: float) -> str:
    def across(clicks: float) -> float:
        return round(LEFT + clicks / SHOWN * (WIDTH - LEFT - RIGHT), 1)

    def up(dice: float) -> float:
        share = (dice - low) / (1 - low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)

    parts = [_text(LEFT, 18, f"{title} ({len(tried)})")]
    for tick in np.arange(low, 1.001, 0.05):
        y, text = up(tick), f"{tick:.2f}"
        parts.append(_line([(LEFT, y), (WIDTH - RIGHT, y)], GRID))
        parts.append(_text(LEFT - 6, y + 4, text, anchor="end"))
    for clicks in range(SHOWN + 1):
        parts.append(_text(across(clicks), HEIGHT - BOTTOM + 18, str(clicks), anchor="middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "clicks", anchor="middle"))
    for number, (way, colour) in enumerate(COLOURS.items()):
        curve = [(across(clicks), up(dice)) for clicks, dice in enumerate(_means(tried, way))]
        parts.append(_line(curve, colour, DASHES[way], width=2.5))
        x = LEFT + 120 * number
        parts.append(_line([(x, 34), (x + 26, 34)], colour, DASHES[way], width=2.5))
        parts.append(_text(x + 32, 38, way))
    return "".join(parts)


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    place = f'x="{x}" y="{y}" fill="{INK}" text-anchor="{anchor}"'
    return f"<text {place}>{escape(text)}</text>"


def _line(
    points: Sequence[tuple[float, float]], colour: str, dashes: str = "", width: float = 1
) -> str:
    path = " ".join(f"{x},{y}" for x, y in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-dasharray="{dashes}"/>'
    )
