"""The two figures of a report as SVG. Texts take their colour from the page, as it is shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

COLOURS = {"meningioma": "#56B4E9", "glioma": "#E69F00", "pituitary": "#009E73"}
ACCENT, OTHER, GREY = "#56B4E9", "#BBBBBB", "#80808080"


def reliability_plot(calibration: dict[str, Any], mark: str = "") -> str:
    """Return the share of pixels inside the reference against the probability they were given.

    Parameters
    ----------
    calibration : dict
        From `Calibration.summary`.
    mark : str
        Put behind the axis titles, for numbers that need a warning.
    """
    axes = _axes(f"probability given{mark}", f"share inside reference{mark}")
    filled = [row for row in calibration["bins"] if row["pixels"]]
    axes.plot([0, 1], [0, 1], "--", color=GREY)
    given = [row["mean_probability"] for row in filled]
    axes.plot(given, [row["share_in_reference"] for row in filled], "o-", color=ACCENT, ms=5)
    axes.set_xlim(0, 1)
    return _svg(axes, "Reliability")


def size_plot(
    areas: Sequence[int], dice: Sequence[float], kinds: Sequence[str], mark: str = ""
) -> str:
    """Return Dice against the area of the reference, one dot a slice, the area as a logarithm."""
    axes = _axes(f"reference, pixels{mark}", f"Dice{mark}")
    axes.set_xscale("log", subs=[])
    axes.xaxis.get_major_locator().set_params(subs=(1, 2, 5))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    for kind in sorted(set(kinds)):
        chosen = np.array(kinds) == kind
        pixels, scores = np.maximum(areas, 1)[chosen], np.array(dice)[chosen]
        axes.scatter(pixels, scores, 14, COLOURS.get(kind, OTHER), alpha=0.6, lw=0, label=kind)
    if kinds:
        legend = axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False)
        for dot in legend.legend_handles:
            dot.set_alpha(1)
    return _svg(axes, "Dice by size")


def _axes(across: str, up: str) -> Any:
    """Return axes whose y goes from 0 to 1."""
    from matplotlib.figure import Figure

    axes = Figure((5.4, 3.9), layout="constrained").subplots()
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.set_ylim(0, 1)
    axes.grid(color=GREY)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    return axes


def _svg(axes: Any, title: str) -> str:
    """Return the figure as an element of a page: the same bytes for the same numbers."""
    from matplotlib import rc_context

    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    file = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": title}):
        axes.figure.savefig(file, format="svg", transparent=True, metadata=nothing)
    text = file.getvalue()
    return f'<svg role="img" aria-label="{title}" ' + text[text.index("<svg ") + len("<svg ") :]
