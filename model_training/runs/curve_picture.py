"""Draw the course of a training."""

from __future__ import annotations

import io
from collections.abc import Sequence

LOSS, DICE = "#0072B2", "#D55E00"  # Okabe & Ito


def draw_curves(losses: Sequence[float], dice: Sequence[tuple[int, float]]) -> bytes:
    """Return a PNG: loss on the left axis, validation Dice from 0 to 1 on the right.

    Parameters
    ----------
    losses : sequence of float
        Of every epoch.
    dice : sequence of (epoch, float)
        Epochs counted from 1, where it was measured.
    """
    from matplotlib.figure import Figure  # a second that no other use of a run should wait for

    figure = Figure((9.6, 4.8), layout="constrained")
    left = figure.subplots()
    right = left.twinx()
    left.plot(range(1, len(losses) + 1), losses, color=LOSS, marker="." if len(losses) < 2 else "")
    left.set_ylim(bottom=0)
    left.grid(color="#dddddd")
    left.set_xlabel("epoch")
    left.set_ylabel("loss", color=LOSS)
    left.locator_params(axis="x", integer=True)
    right.plot([epoch for epoch, _ in dice], [value for _, value in dice], color=DICE, marker=".")
    right.set_ylim(0, 1)
    right.set_ylabel("validation Dice", color=DICE)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()
