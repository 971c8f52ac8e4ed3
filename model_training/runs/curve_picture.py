"""Draw the course of a training with Pillow, which is there wherever slices can be read."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

SIZE = (960, 480)
SCALE = 2  # drawn larger and shrunk, for smooth lines
MARGINS = (64, 40, 64, 48)  # left, top, right, bottom
PAPER, INK, GRID = "white", "#333333", "#dddddd"
LOSS, DICE = "#0072B2", "#D55E00"  # Okabe & Ito
TICKS = 5
Point = tuple[float, float]


def draw_curves(losses: Sequence[float], dice: Sequence[tuple[int, float]]) -> bytes:
    """Return a PNG: loss on the left axis, validation Dice from 0 to 1 on the right.

    Parameters
    ----------
    losses : sequence of float
        Of every epoch.
    dice : sequence of (epoch, float)
        Epochs counted from 1, where it was measured.
    """
    picture = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), PAPER)
    chart = _Chart(ImageDraw.Draw(picture), max(len(losses), 2), _ceiling(max(losses, default=1)))
    chart.frame()
    chart.line([(n, loss / chart.top) for n, loss in enumerate(losses, 1)], LOSS)
    chart.line(list(dice), DICE, dots=True)
    file = io.BytesIO()
    picture.resize(SIZE, Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


def _ceiling(value: float) -> float:
    """Return 1, 2 or 5 times a power of ten, not below the value."""
    power = 10.0 ** math.floor(math.log10(max(value, 1e-6)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


class _Chart:
    """Two axes over the epochs; heights are shares of the chart from 0 to 1."""

    def __init__(self, draw: ImageDraw.ImageDraw, epochs: int, top: float) -> None:
        self._draw = draw
        self._epochs = epochs
        self.top = top
        self._font = ImageFont.load_default(13 * SCALE)

    def _at(self, epoch: float, height: float) -> Point:
        left, upper, right, lower = MARGINS
        x = left + (SIZE[0] - left - right) * (epoch - 1) / (self._epochs - 1)
        y = upper + (SIZE[1] - upper - lower) * (1 - height)
        return x * SCALE, y * SCALE

    def frame(self) -> None:
        """Draw grid, numbers and names."""
        for tick in range(TICKS + 1):
            share = tick / TICKS
            left, right = self._at(1, share), self._at(self._epochs, share)
            self._draw.line([left, right], GRID, SCALE)
            self._write((left[0] - 8 * SCALE, left[1]), f"{self.top * share:.3g}", "rm", LOSS)
            self._write((right[0] + 8 * SCALE, right[1]), f"{share:.1f}", "lm", DICE)
        for epoch in sorted({round(1 + (self._epochs - 1) * t / TICKS) for t in range(TICKS + 1)}):
            x, y = self._at(epoch, 0)
            self._write((x, y + 8 * SCALE), str(epoch), "ma", INK)
        self._write((self._at(1, 1)[0], 12 * SCALE), "loss", "lm", LOSS)
        self._write((self._at(self._epochs, 1)[0], 12 * SCALE), "validation Dice", "rm", DICE)
        self._write((SIZE[0] * SCALE / 2, (SIZE[1] - 12) * SCALE), "epoch", "mm", INK)

    def line(self, values: Sequence[tuple[int, float]], colour: str, dots: bool = False) -> None:
        """Draw (epoch, height) values as a line, with dots where each was measured."""
        points = [self._at(epoch, height) for epoch, height in values]
        if len(points) > 1:
            self._draw.line(points, colour, 2 * SCALE, joint="curve")
        for x, y in points if dots or len(points) == 1 else ():
            radius = 3 * SCALE
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)

    def _write(self, place: Point, text: str, anchor: str, colour: str) -> None:
        self._draw.text(place, text, colour, self._font, anchor)
