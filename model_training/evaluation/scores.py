"""The measures of one slice, and a table of them as CSV."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainseg_gui.core.measures.compare import dice, hd95, iou
from brainseg_gui.core.slices import Slice, patient_group
from brainseg_gui.core.text import cell, text_of_cell

MISSED = 0.1  # a Dice below this counts as a tumour not found


@dataclass(frozen=True)
class SliceScore:
    """What is measured on one slice, at the slice's own size.

    Attributes
    ----------
    name : str
        File name of the slice within its folder.
    patient, kind : str
        Patient group and tumour type; "unknown" where the file has no type.
    height, width, reference_px, prediction_px : int
        Size of the slice, area of reference and prediction in pixels.
    dice, iou : float
        0 for a missed tumour and for a prediction where there is none.
    sensitivity, precision : float or None
        Share of the reference that was found, share of the prediction that is right; None where
        reference or prediction, respectively, is empty.
    hd95_px : float
        The diagonal of the slice if one of the masks is empty.
    hd95_mm : float or None
        None where the spacing is neither in the file nor declared.
    fold : int or None
        Fold whose network was measured; None outside a cross-validation.
    """

    name: str
    patient: str
    kind: str
    height: int
    width: int
    reference_px: int
    prediction_px: int
    dice: float
    iou: float
    sensitivity: float | None
    precision: float | None
    hd95_px: float
    hd95_mm: float | None
    fold: int | None = None


def score_slice(
    name: str,
    slice_: Slice,
    mask: np.ndarray,
    spacing_mm: float | None = None,
    fold: int | None = None,
) -> SliceScore | None:
    """Compare an (H, W) bool prediction with the slice's reference.

    Parameters
    ----------
    name : str
    slice_ : Slice
        With a reference.
    mask : (H, W) bool
    spacing_mm : float, optional
        Side of a pixel as declared by the user; what the file says goes before it.
    fold : int, optional

    Returns
    -------
    SliceScore, or None if both masks are empty: such a slice has no Dice.
    """
    reference = slice_.reference
    assert reference is not None, "the caller leaves out slices without a reference"
    overlap = dice(mask, reference)
    if overlap is None:
        return None
    common, found, true = (int(np.count_nonzero(m)) for m in (mask & reference, mask, reference))
    distance = hd95(mask, reference) or 0.0
    spacing = slice_.spacing_mm or spacing_mm
    return SliceScore(
        name=name,
        patient=patient_group(slice_.patient),
        kind=slice_.tumour.text if slice_.tumour else "unknown",
        height=slice_.shape[0],
        width=slice_.shape[1],
        reference_px=true,
        prediction_px=found,
        dice=overlap,
        iou=iou(mask, reference) or 0.0,
        sensitivity=common / true if true else None,
        precision=common / found if found else None,
        hd95_px=distance,
        hd95_mm=distance * spacing if spacing else None,
        fold=fold,
    )


COLUMNS = tuple(field.name for field in dataclasses.fields(SliceScore))
_WHOLE = {"height", "width", "reference_px", "prediction_px", "fold"}
_TEXT = {"name", "patient", "kind"}


def to_csv(scores: Iterable[SliceScore], split: str) -> str:
    """Return a table with one row a slice; `split` stands in each, so that no number loses it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, "split"])
    for score in scores:
        values = dataclasses.astuple(score)
        cells = ["" if v is None else cell(v) if isinstance(v, str) else v for v in values]
        writer.writerow([*cells, split])
    return text.getvalue()


def from_csv(text: str) -> list[SliceScore]:
    """Return the scores of a table that `to_csv` wrote, to the last digit."""
    rows: Sequence[dict[str, str]] = list(csv.DictReader(io.StringIO(text)))
    return [SliceScore(**{name: _value(name, row[name]) for name in COLUMNS}) for row in rows]


def _value(name: str, found: str) -> Any:
    if name in _TEXT:
        return text_of_cell(found)
    if found == "":
        return None
    return int(found) if name in _WHOLE else float(found)
