"""The two figures of a report as SVG: drawn here, so that a report needs no plotting library."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 460, 330, 58, 46, 30, 26
COLOURS = {"meningioma": "#56B4E9", "glioma": "#E69F00", "pituitary": "#009E73"}
OTHER = "#BBBBBB"


def reliability_plot(calibration: dict[str, Any], mark: str = "") -> str:
    """Return the share of pixels inside the reference against the probability they were given.

    Parameters
    ----------
    calibration : dict
        From `Calibration.summary`.
    mark : str
        Put behind the axis titles, for numbers that need a warning.
    """
    filled = [row for row in calibration["bins"] if row["pixels"]]
    points = [(row["mean_probability"], row["share_in_reference"]) for row in filled]
    frame = _Frame((0.0, 1.0), [0, 0.2, 0.4, 0.6, 0.8, 1])
    x0, y0, x1, y1 = frame.x(0), frame.y(0), frame.x(1), frame.y(1)
    body = f'<line class="ideal" x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}"/>'
    path = " ".join(f"{frame.x(p)},{frame.y(share)}" for p, share in points)
    body += f'<polyline class="curve" points="{path}"/>'
    body += "".join(
        f'<circle class="dot" cx="{frame.x(p)}" cy="{frame.y(share)}" r="3.5"/>'
        for p, share in points
    )
    return frame.svg(
        "Reliability", f"probability given{mark}", f"share inside reference{mark}", body
    )


def size_plot(
    areas: Sequence[int], dice: Sequence[float], kinds: Sequence[str], mark: str = ""
) -> str:
    """Return Dice against the area of the reference, one dot a slice, the area as a logarithm."""
    logs = np.log10(np.maximum(areas, 1)) if len(areas) else np.array([0.0, 1.0])
    low, high = logs.min() - 0.1, logs.max() + 0.1
    round_areas = np.log10([step * 10**power for power in range(8) for step in (1, 2, 5)])
    ticks = round_areas[(round_areas >= low) & (round_areas <= high)].tolist()
    frame = _Frame((low, high), ticks, logarithm=True)
    body = "".join(
        f'<circle cx="{frame.x(log)}" cy="{frame.y(score)}" r="2.4" '
        f'fill="{COLOURS.get(kind, OTHER)}" fill-opacity="0.6"/>'
        for log, score, kind in zip(logs, dice, kinds, strict=False)
    )
    for number, kind in enumerate(sorted(set(kinds))):
        x, colour = LEFT + 8 + 105 * number, COLOURS.get(kind, OTHER)
        body += f'<circle cx="{x}" cy="13" r="4" fill="{colour}"/>'
        body += f'<text x="{x + 9}" y="17">{escape(kind)}</text>'
    return frame.svg("Dice by size", f"reference, pixels{mark}", f"Dice{mark}", body)


class _Frame:
    """Axes of a figure whose y goes from 0 to 1."""

    def __init__(
        self, limits: tuple[float, float], ticks: Sequence[float], *, logarithm: bool = False
    ) -> None:
        self._low, self._high = limits
        self._ticks = ticks
        self._logarithm = logarithm

    def x(self, value: float) -> float:
        share = (float(value) - self._low) / (self._high - self._low or 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - float(value) * (HEIGHT - BOTTOM - TOP), 1)

    def svg(self, title: str, across: str, up: str, body: str) -> str:
        parts = []
        for tick in self._ticks:
            x, text = self.x(tick), f"{10**tick:,.0f}" if self._logarithm else f"{tick:g}"
            parts.append(f'<line class="grid" x1="{x}" y1="{self.y(0)}" x2="{x}" y2="{TOP}"/>')
            parts.append(f'<text class="middle" x="{x}" y="{HEIGHT - BOTTOM + 18}">{text}</text>')
        for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
            y = self.y(tick)
            parts.append(f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>')
            parts.append(f'<text class="end" x="{LEFT - 7}" y="{y + 4}">{tick:g}</text>')
        middle = (TOP + HEIGHT - BOTTOM) / 2
        return (
            f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}{body}'
            f'<text class="middle" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}">'
            f'{escape(across)}</text><text class="middle" transform="rotate(-90)" '
            f'x="{-middle}" y="15">{escape(up)}</text></svg>'
        )
