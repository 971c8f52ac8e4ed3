"""The numbers beside the layers: area, Dice, and what limits them."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.measures.band import AreaBand
from brainseg_gui.core.types import Mask
from brainseg_gui.inference.model_card import Seen
from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.panels.compare_panel import ComparePanel
from brainseg_gui.ui.widgets.seen_mark import SEEN, SEEN_MEANS

BAND = (
    "The area at the threshold, and in brackets what it would be at p 0.7 and at p 0.3: a narrow "
    "band is a sharp outline."
)
MIRRORED = "It holds the area that the network finds in the mirrored slice, too: {} px²."
TURNS_IT = "Turn upright, in the View menu, turns them."
LIMITS = {
    Seen.TRAINED_ON: SEEN_MEANS,
    Seen.UNKNOWN: "The file names no patient, so the network may have been trained on it: its Dice "
    "here is no measure of accuracy.",
}


class Measures:
    """Writes the numbers of the slice on the screen; only those that may have changed."""

    def __init__(self, compare: ComparePanel) -> None:
        self._compare = compare
        self._mirrored: dict[tuple[str, str], int] = {}  # area, by digest and sum of the network

    def show(self, now: OnScreen | None, before: OnScreen | None) -> None:
        """Bring the panels from what was shown before to what is shown now."""
        if now is None:
            for layer in (Layer.REFERENCE, Layer.PREDICTION, Layer.CORRECTION):
                self._compare.set_numbers(layer, "")
            self._compare.warn("")
            return
        another = before is None or (
            (now.slice, now.spacing_mm, now.reference_hidden)
            != (before.slice, before.spacing_mm, before.reference_hidden)
        )
        if another:
            self._compare.set_numbers(Layer.REFERENCE, _reference(now))
        if another or before is None or now.prediction is not before.prediction:
            self._compare.set_numbers(Layer.PREDICTION, *_prediction(now, self.mirrored_of(now)))
        if another or before is None or now.last is not before.last:
            self._compare.set_numbers(Layer.CORRECTION, _correction(now))
        self._compare.warn(_limits(now))

    def mirrored_of(self, now: OnScreen) -> int | None:
        """Return the area that the network found in the mirrored slice, where it was asked."""
        return self._mirrored.get((now.slice.digest, _network(now)))

    def note_mirrored(self, now: OnScreen, area: int) -> None:
        """Take that area of the slice on the screen, and show it in the band."""
        self._mirrored[now.slice.digest, _network(now)] = area
        self._compare.set_numbers(Layer.PREDICTION, *_prediction(now, area))


def _reference(now: OnScreen) -> str:
    if now.slice.reference is None:
        return "its classes are not chosen yet" if now.slice.classes else "not in the file"
    if now.reference_hidden:
        return "hidden until the verdict"
    return area_text(now.view.reference_px, now.spacing_mm)


def _network(now: OnScreen) -> str:
    """Return which network said the prediction."""
    model = now.prediction.model if now.prediction is not None else None
    return model.sum if model is not None else ""


def _prediction(now: OnScreen, mirrored: int | None) -> tuple[str, str]:
    """Return area and Dice, and what they mean.

    The Dice is the open slice's, whatever other file has its pixels.
    """
    said = now.prediction
    if said is None:
        return "", ""
    if said.band is None:
        return _measured(now, said.mask), ""
    band = said.band if mirrored is None else said.band.with_area(mirrored)
    meaning = BAND if mirrored is None else f"{BAND} {MIRRORED.format(mirrored)}"
    if now.spacing_mm is not None:
        meaning = f"{band_text(said.area, band, None)}. {meaning}"
    text = band_text(said.area, band, now.spacing_mm)
    return _with_score(now, said.mask, text), meaning


def _correction(now: OnScreen) -> str:
    if now.correction is None or now.start is None:
        return ""
    return f"{_measured(now, now.correction)} · from {now.start.as_start}"


def _measured(now: OnScreen, mask: Mask) -> str:
    return _with_score(now, mask, area(mask, now.spacing_mm))


def _with_score(now: OnScreen, mask: Mask, text: str) -> str:
    against = None if now.reference_hidden else now.slice.against_reference
    score = None if against is None else against.dice(mask)
    return with_dice(text, score, seen=now.seen is Seen.TRAINED_ON)


def _limits(now: OnScreen) -> str:
    """Say what a reader must know before believing the numbers or the picture."""
    limit = LIMITS.get(now.seen) if now.seen else None
    if now.seen is Seen.UNKNOWN and now.layer(Layer.REFERENCE) is None:
        limit = None  # no Dice is shown
    lies = now.slice.fits_if is not Turn.NONE and now.slice.turn is Turn.NONE
    turn = TURNS_IT if lies else ""
    return " ".join(filter(None, (*now.slice.notes, turn, limit)))


def area(mask: Mask, spacing_mm: float | None) -> str:
    """Return a mask's area, in mm² only where the pixel size is declared."""
    return area_text(int(np.count_nonzero(mask)), spacing_mm)


def area_text(pixels: int, spacing_mm: float | None) -> str:
    """Return so many pixels, in mm² too where the pixel size is declared."""
    if spacing_mm is None:
        return f"{pixels} px²"
    return f"{pixels} px² · {pixels * spacing_mm**2:.0f} mm²"


def band_text(pixels: int, band: AreaBand, spacing_mm: float | None) -> str:
    """Return an area and between what it lies, in mm² where the pixel size is declared.

    Examples
    --------
    >>> band_text(412, AreaBand(377, 451), None)
    '412 px² (377 to 451)'
    """
    unit, scale = ("px²", 1.0) if spacing_mm is None else ("mm²", spacing_mm**2)
    low, middle, high = (round(each * scale) for each in (band.low_px, pixels, band.high_px))
    return f"{middle} {unit} ({low} to {high})"


def with_dice(text: str, score: float | None, *, seen: bool = False) -> str:
    """Append the Dice against the reference, where there is one.

    `seen` marks that of a patient that the network was trained on.
    """
    return text if score is None else f"{text} · Dice {score:.3f}" + (f" {SEEN}" if seen else "")
