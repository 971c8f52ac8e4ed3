"""A slice with its outlines, whole and enlarged, as PNG."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.image.contrast import equalise, grey_levels
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.palette import CORRECTION, PREDICTION, REFERENCE
from brainseg_gui.reports.sheets.sheet import Sheet

DPI = 150
ROOM = 24  # pixels around the masks in the enlarged part, at the least
# The lines of the window: colour is never the only sign.
LINES = {
    Layer.REFERENCE: (REFERENCE.hex, "-", 1.0),
    Layer.PREDICTION: (PREDICTION.hex, "--", 1.3),
    Layer.CORRECTION: (CORRECTION.hex, "-", 2.4),
}
# A correction that a prediction began as runs along it for the most: it lies below.
ABOVE = (Layer.CORRECTION, Layer.REFERENCE, Layer.PREDICTION)


def picture(sheet: Sheet) -> bytes:
    """Return the whole slice beside the part with the masks; the contrast is for the eye alone."""
    from matplotlib.figure import Figure

    figure = Figure((9, 4.75), layout="constrained", facecolor="white")
    whole, part = figure.subplots(1, 2)
    levels = equalise(grey_levels(sheet.slice.pixels))
    box = enlarged(sheet)
    for axes in (whole, part):
        _show(axes, levels, sheet)
    height, width = sheet.slice.shape
    whole.set_xlim(0, width)
    whole.set_ylim(height, 0)
    part.set_xlim(box.left, box.right)
    part.set_ylim(box.bottom, box.top)
    handles, words = part.get_legend_handles_labels()
    if handles:
        figure.legend(handles, words, loc="outside lower center", ncols=3, frameon=False)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    return file.getvalue()


def enlarged(sheet: Sheet) -> Box:
    """Return the square around all masks; the whole slice where there is none."""
    height, width = sheet.slice.shape
    everything = np.zeros((height, width), bool)
    for mask in sheet.masks.values():
        everything |= mask
    box = box_of(everything)
    if box is None:
        return Box(0, height, 0, width)
    side = min(max(*box.shape) + 2 * ROOM, height, width)
    top, left = (
        min(max((low + high - side) // 2, 0), most - side)
        for low, high, most in ((box.top, box.bottom, height), (box.left, box.right, width))
    )
    return Box(top, top + side, left, left + side)


def _show(axes: Any, levels: np.ndarray, sheet: Sheet) -> None:
    height, width = sheet.slice.shape
    axes.imshow(levels, cmap="gray", extent=(0, width, height, 0), interpolation="bilinear")
    axes.set_axis_off()
    for layer, mask in sheet.masks.items():
        colour, style, thick = LINES[layer]
        for number, line in enumerate(contours(mask)):
            label = "" if number else layer.value
            look = {"color": colour, "linewidth": thick, "zorder": 2 + ABOVE.index(layer)}
            axes.plot(line[:, 1], line[:, 0], style, label=label, **look)
