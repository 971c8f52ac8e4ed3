"""The numbers beside the layers: area, Dice, risk, and what limits them."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.measures.compare import dice
from brainseg_gui.inference.model_card import ModelCard
from brainseg_gui.review.session import OpenSlice
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.panels.compare_panel import ComparePanel
from brainseg_gui.ui.panels.model_panel import ModelPanel

LOOK, LOOK_CLOSELY = 0.15, 0.35  # risk from which the panel says so


def show_measures(
    data_set: DataSet, card: ModelCard | None, compare: ComparePanel, model: ModelPanel
) -> None:
    """Write the numbers of the slice on the screen into the panels."""
    current = data_set.session.current
    if current is None:
        for name in ("reference", "prediction", "correction"):
            compare.set_numbers(name, "")
        compare.warn("")
        model.result.clear()
        return
    reference = current.slice.reference
    spacing = data_set.spacing_mm
    prediction = data_set.shelf.get(current.slice.digest)
    compare.set_numbers(
        "reference", area(reference, spacing) if reference is not None else "not in the file"
    )
    compare.set_numbers(
        "prediction",
        _measured(prediction.mask, reference, spacing) if prediction else "",
    )
    compare.set_numbers("correction", _correction(current, spacing))
    compare.warn(_limits(current, card))
    model.result.setText(risk_text(prediction.risk, prediction.mask) if prediction else "")


def _correction(current: OpenSlice, spacing: float | None) -> str:
    correction = current.correction
    if correction.start is None:
        return ""
    measured = _measured(correction.mask, current.slice.reference, spacing)
    return f"{measured} · from {correction.start.value}"


def _measured(mask: np.ndarray, reference: np.ndarray | None, spacing: float | None) -> str:
    """Return area and Dice; the Dice is the open slice's, whatever other file has its pixels."""
    score = None if reference is None else dice(mask, reference)
    return with_dice(area(mask, spacing), score)


def _limits(current: OpenSlice, card: ModelCard | None) -> str:
    """Say what a reader must know before believing the numbers or the picture."""
    sentences = list(current.slice.notes)
    if card and card.was_trained_on(current.slice.patient):
        sentences.append(
            "The network was trained on this patient: its Dice here is no measure of accuracy."
        )
    return " ".join(sentences)


def area(mask: np.ndarray, spacing_mm: float | None) -> str:
    """Return a mask's area, in mm² only where the pixel size is declared."""
    pixels = int(np.count_nonzero(mask))
    if spacing_mm is None:
        return f"{pixels} px"
    return f"{pixels} px · {pixels * spacing_mm**2:.0f} mm²"


def with_dice(text: str, score: float | None) -> str:
    """Append the Dice against the reference, where there is one."""
    return text if score is None else f"{text} · Dice {score:.3f}"


def risk_text(risk: float, mask: np.ndarray) -> str:
    """Return the risk in words and as a number; it is what the network thinks of itself."""
    if not mask.any():
        return "No tumour predicted · look closely"
    if risk >= LOOK_CLOSELY:
        return f"Risk {risk:.2f} · high: look closely"
    level = "raised: look twice" if risk >= LOOK else "low, by the network's own estimate"
    return f"Risk {risk:.2f} · {level}"
