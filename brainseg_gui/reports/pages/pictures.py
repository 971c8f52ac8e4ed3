"""The pictures of a report as PNG, in colours that every colour vision tells apart."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from brainseg_gui.core.palette import CORRECTION, PREDICTION, REFERENCE
from brainseg_gui.core.text import shown
from brainseg_gui.reports.figures import Figure

DPI = 160
TYPES: Mapping[str, tuple[str, str]] = {  # colour and shape: colour is never the only sign
    "meningioma": (REFERENCE.hex, "o"),
    "glioma": (PREDICTION.hex, "s"),
    "pituitary": (CORRECTION.hex, "^"),
}
OTHER = ("#888888", "D")
GREY = "#00000022"


def pictures(figures: Sequence[Figure]) -> dict[str, bytes]:
    """Return each picture that there is something to show in, by its caption."""
    drawn: Mapping[str, Callable[[Sequence[Figure]], Any]] = {
        "Dice of the predictions": _dice,
        "HD95 of the predictions": _hd95,
        "Area of the prediction against that of the reference": _scatter,
        "Bland-Altman: difference of the areas against their mean": _bland_altman,
        "Time per slice": _seconds,
    }
    found = {}
    for caption, draw in drawn.items():
        axes = draw(figures)
        if axes is not None:
            file = io.BytesIO()
            axes.figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
            found[caption] = file.getvalue()
    return found


def areas(figures: Sequence[Figure]) -> tuple[np.ndarray, np.ndarray, list[str], list[Figure]]:
    """Return (N,) areas of prediction and reference in pixels, the types, and whose they are."""
    both = [it for it in figures if it.area_px is not None and it.reference_px is not None]
    predicted = np.array([it.area_px for it in both], float)
    reference = np.array([it.reference_px for it in both], float)
    return predicted, reference, [it.tumour for it in both], both


def limits_of_agreement(difference: np.ndarray) -> tuple[float, float, float]:
    """Return the mean of (N,) differences and the limits between which 95 % are expected.

    References
    ----------
    Bland & Altman, "Statistical methods for assessing agreement between two methods of clinical
    measurement", Lancet 327, 1986: mean ± 1.96 sd.
    """
    mean = float(difference.mean())
    spread = 1.96 * float(difference.std(ddof=1)) if len(difference) > 1 else 0.0
    return mean, mean - spread, mean + spread


def _dice(figures: Sequence[Figure]) -> Any:
    values = [it.dice for it in figures if it.dice is not None]
    return _histogram(values, "Dice", np.linspace(0, 1, 21)) if values else None


def _hd95(figures: Sequence[Figure]) -> Any:
    values = [it.hd95_px for it in figures if it.hd95_px is not None]
    return _histogram(values, "HD95, pixels", 20) if values else None


def _seconds(figures: Sequence[Figure]) -> Any:
    values = [r.seconds for it in figures for r in it.readings if r.verdict.is_decision]
    return _histogram(values, "seconds", 20) if values else None


def _histogram(values: Sequence[float], across: str, bins: Any) -> Any:
    axes = _axes(across, "slices")
    axes.hist(values, bins, color=REFERENCE.hex, edgecolor="white", linewidth=0.6)
    median = float(np.median(values))
    axes.axvline(median, color="black", linestyle="--", linewidth=1)
    axes.set_title(f"median {median:.3g}, {len(values)} slices", fontsize=9, loc="left")
    axes.yaxis.get_major_locator().set_params(integer=True)
    return axes


def _scatter(figures: Sequence[Figure]) -> Any:
    predicted, reference, types, both = areas(figures)
    if not both:
        return None
    axes = _axes("area of the reference, pixels", "area of the prediction, pixels")
    most = max(predicted.max(), reference.max(), 1)
    axes.plot([0, most], [0, most], "--", color="black", linewidth=1)
    _points(axes, reference, predicted, types)
    return axes


def _bland_altman(figures: Sequence[Figure]) -> Any:
    predicted, reference, types, both = areas(figures)
    if not both:
        return None
    axes = _axes("mean of both areas, pixels", "prediction minus reference, pixels")
    mean, low, high = limits_of_agreement(predicted - reference)
    axes.axhline(mean, color="black", linewidth=1)
    for limit in (low, high):
        axes.axhline(limit, color="black", linestyle="--", linewidth=1)
    _points(axes, (predicted + reference) / 2, predicted - reference, types)
    said = f"mean {mean:.0f}, limits {low:.0f} to {high:.0f}, {len(both)} slices"
    axes.set_title(said, fontsize=9, loc="right")
    return axes


def _points(axes: Any, across: np.ndarray, up: np.ndarray, types: Sequence[str]) -> None:
    for kind in sorted(set(types)):
        chosen = np.array([it == kind for it in types])
        colour, shape = TYPES.get(kind, OTHER)
        name = shown(kind).replace("$", r"\$") or "type unknown"  # else it would be a formula
        style = {"marker": shape, "alpha": 0.7, "linewidths": 0, "label": name}
        axes.scatter(across[chosen], up[chosen], 14, colour, **style)
    axes.legend(fontsize=8, frameon=False, loc="upper left")


def _axes(across: str, up: str) -> Any:
    from matplotlib.figure import Figure as Drawing

    axes = Drawing((5.4, 3.8), layout="constrained").subplots()
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(color=GREY)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return axes
