"""What `brainseg-predict` leaves behind of a slice: its pictures, and its line of the table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.contrast import equalise, grey_levels
from brainseg_gui.core.image.overlay import MaskLayer, overlay
from brainseg_gui.core.measures.alarms import alarms
from brainseg_gui.core.measures.lesions import lesions, lesions_text
from brainseg_gui.core.measures.measures import agreement
from brainseg_gui.core.palette import PREDICTION, REFERENCE
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.atomic import make_folder
from brainseg_gui.files.writers.png import Kind, write_mask, write_overlay, write_probability
from brainseg_gui.inference.model_card import ModelCard, Seen

TABLE = "predictions.csv"
SEEN = {Seen.TRAINED_ON: "yes", Seen.NEW: "no", Seen.UNKNOWN: ""}
COLUMNS = (
    *("file", "patient", "tumour", "height", "width"),
    *("area_px", "area_mm2", "risk", "dice", "iou", "hd95_px", "notes"),
    *("expected_dice", "dice_low", "dice_high", "alarms", "seen_in_training"),
    *("reference_px", "shift_px", "lesions_px"),
)


@dataclass(frozen=True)
class Output:
    """Where results go, and which pictures are wanted beside the masks."""

    folder: Path
    probability: bool
    overlay: bool

    def save(self, stem: Path, slice_: Slice, prediction: Prediction) -> None:
        """Write the pictures of one slice.

        Raises
        ------
        WriteError
            If one cannot be written.
        """
        base = self.folder / stem
        make_folder(base.parent)
        write_mask(base.with_name(f"{base.name}_mask.png"), prediction.mask, Kind.PREDICTION)
        if self.probability:
            path = base.with_name(f"{base.name}_probability.png")
            write_probability(path, prediction.probability)
        if self.overlay:
            write_overlay(base.with_name(f"{base.name}_overlay.png"), _picture(slice_, prediction))

    def files(self, stem: Path) -> list[Path]:
        """Return what `save` writes of one slice."""
        base = self.folder / stem
        kinds = {"mask": True, "probability": self.probability, "overlay": self.overlay}
        return [base.with_name(f"{base.name}_{kind}.png") for kind, is_ in kinds.items() if is_]


def table_row(
    path: Path, slice_: Slice, prediction: Prediction, card: ModelCard, *, with_risk: bool = True
) -> dict[str, str]:
    """Return one line of the table; a field that is not known, or not wanted, is empty."""
    area = int(np.count_nonzero(prediction.mask))
    row = {
        "file": str(path),
        "patient": slice_.patient,
        "tumour": slice_.tumour.text if slice_.tumour else "",
        "height": str(slice_.shape[0]),
        "width": str(slice_.shape[1]),
        "area_px": str(area),
        "area_mm2": _number(slice_.spacing_mm and area * slice_.spacing_mm**2, 2),
        "notes": " ".join(slice_.notes),
        "seen_in_training": SEEN[card.seen(slice_.patient)],
        "alarms": " ".join(alarms(prediction.mask, card.usual_share(slice_.tumour))),
    }
    if with_risk:
        row |= _risk(prediction, card)
    if slice_.reference is not None:
        found = agreement(prediction.mask, slice_.reference)
        row["dice"] = _number(found.dice, 4)
        row["iou"] = _number(found.iou, 4)
        row["hd95_px"] = _number(found.hd95_px, 2)
        row["reference_px"] = str(np.count_nonzero(slice_.reference))
        row["shift_px"] = _number(found.shift_px, 2)
        row["lesions_px"] = lesions_text(lesions(prediction.mask, slice_.reference))
    return row


def _risk(prediction: Prediction, card: ModelCard) -> dict[str, str]:
    """Return what is said of the risk; it is 1 minus the Dice to expect, where that is known."""
    expected = card.expected(prediction.risk, prediction.threshold, prediction.judges)
    if expected is None:
        return {"risk": _number(prediction.risk, 4)}
    return {
        "risk": _number(1 - expected.mean, 4),
        "expected_dice": _number(expected.mean, 3),
        "dice_low": _number(expected.low, 3),
        "dice_high": _number(expected.high, 3),
    }


def _picture(slice_: Slice, prediction: Prediction) -> NDArray[np.uint8]:
    layers = [MaskLayer(prediction.mask, PREDICTION)]
    if slice_.reference is not None:
        layers.append(MaskLayer(slice_.reference, REFERENCE, fill=0.0))
    return overlay(equalise(grey_levels(slice_.pixels)), layers)


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
