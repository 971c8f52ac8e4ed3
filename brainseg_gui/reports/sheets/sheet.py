"""What a case sheet says of a slice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import unpack_mask
from brainseg_gui.core.measures.measures import Measures, measure
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.reports.reading.holdings import Holdings
from brainseg_gui.reports.reading.review import Choice, Known, SeenBy, figures
from brainseg_gui.review.values.verdict import ModelUse, Verdict

NOTICE = "Research use, not for diagnosis."
SEEN = {
    True: "yes: its Dice here is no measure of accuracy",
    False: "no",
    None: "nobody can say: its Dice here is no measure of accuracy",
}
Line = tuple[str, str]  # what it is, and its value


@dataclass(frozen=True, eq=False)
class Sheet:
    """One slice on paper.

    Attributes
    ----------
    name : str
    slice : Slice
    masks : dict of Layer to (H, W) bool
        What there is of reference, prediction and correction.
    about : tuple of Line
        Patient, type, reader, verdict and network.
    measures : dict of Layer to Measures
        Of each mask, against the reference where there is one.
    """

    name: str
    slice: Slice
    masks: dict[Layer, Mask]
    about: tuple[Line, ...]
    measures: dict[Layer, Measures]

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the measures as a table; its first row is the head."""
        found = tuple(self.measures.items())
        head = ("", *(layer.value for layer, _ in found))
        if not found:
            return (head,)
        names = [name for name, _ in _lines(found[0][1])]
        columns = [dict(_lines(its)) for _, its in found]
        return (head, *((name, *(column[name] for column in columns)) for name in names))


def sheet_of(
    known: Known,
    slice_: Slice,
    holdings: Holdings,
    networks: Choice,
    seen_by: SeenBy,
    reader: str,
    spacing_mm: float | None = None,
    predicted: Mask | None = None,
) -> Sheet:
    """Return the sheet of a slice.

    Parameters
    ----------
    known : Known
    slice_ : Slice
        As it is turned.
    holdings : Holdings
    networks : Choice
        Whose prediction is shown.
    seen_by : SeenBy
    reader : str
        Whose mask and verdict are shown.
    spacing_mm : float, optional
        Side of a pixel as it was declared, where the file does not say it.
    predicted : (H, W) bool, optional
        The prediction, where the review does not hold it.

    Raises
    ------
    ValueError, zlib.error
        If a mask of the review is damaged.
    """
    digest, shape = slice_.digest, slice_.shape
    masks: dict[Layer, Mask] = {}
    if slice_.reference is not None and not known.hidden:
        masks[Layer.REFERENCE] = slice_.reference
    its = holdings.predictions.get(digest, ())
    chosen = networks.of(its, known.patient, seen_by)
    if chosen is not None:
        masks[Layer.PREDICTION] = unpack_mask(chosen.packed, shape)
    elif predicted is not None:
        masks[Layer.PREDICTION] = predicted
    own = holdings.corrections.get((digest, reader))
    if own is not None and (chosen is None or own.packed != chosen.packed):
        masks[Layer.CORRECTION] = unpack_mask(own.packed, shape)
    spacing = slice_.spacing_mm or spacing_mm
    reference = masks.get(Layer.REFERENCE)
    measures = {
        layer: measure(mask, None if layer is Layer.REFERENCE else reference, spacing)
        for layer, mask in masks.items()
    }
    model = chosen.model if chosen else None
    about = _about(known, slice_, holdings, reader, spacing, networks, seen_by)
    return Sheet(known.name, slice_, masks, (*about, *_network(model, known, seen_by)), measures)


def _about(
    known: Known,
    slice_: Slice,
    holdings: Holdings,
    reader: str,
    spacing: float | None,
    networks: Choice,
    seen_by: SeenBy,
) -> tuple[Line, ...]:
    (figure,) = figures(holdings, [known], networks, seen_by)
    reading = next((it for it in figure.readings if it.reader == reader), None)
    status = holdings.statuses.get(known.digest, {}).get(reader)
    verdict = reading.verdict if reading else Verdict.UNREVIEWED
    remarks = status.remarks if status else None
    own = holdings.corrections.get((known.digest, reader))
    said = [
        ("Patient", known.patient or "not in the file"),
        ("Type", slice_.tumour.text if slice_.tumour else "not in the file"),
        ("Size", f"{slice_.shape[1]} x {slice_.shape[0]} pixels"),
        ("Pixel size", "unknown" if spacing is None else f"{spacing:g} mm"),
        ("Reader", reader),
        ("Verdict", verdict.value),
        ("When", _moment(reading.at) if reading else ""),
        ("Time", _effort(reading.seconds, reading.edits) if reading else ""),
        ("Loaded from", own.origin if own else ""),
        ("Proposal", remarks.grade.value if remarks else ""),
        ("Difficulty", remarks.difficulty.value if remarks else ""),
        ("Comment", remarks.comment if remarks else ""),
        ("Reference", "hidden until the verdict" if known.hidden else ""),
    ]
    return tuple((name, value) for name, value in said if value)


def _moment(at: str) -> str:
    """Return a moment to the minute.

    Examples
    --------
    >>> _moment("2026-11-28T08:50:53.149+00:00")
    '2026-11-28 08:50 UTC'
    """
    return f"{at[:16].replace('T', ' ')} UTC"


def _effort(seconds: float, edits: int) -> str:
    return f"{seconds:.0f} s, {edits} {'edit' if edits == 1 else 'edits'}"


def _network(model: ModelUse | None, known: Known, seen_by: SeenBy) -> tuple[Line, ...]:
    if model is None:
        return (("Network", "no prediction is kept"),)
    return (
        ("Network", model.name),
        ("Its SHA-256", model.sum),
        ("Threshold", f"{model.threshold:g}"),
        ("Trained on this patient", SEEN[seen_by(model.sum, known.patient)]),
    )


def _lines(its: Measures) -> tuple[Line, ...]:
    agree, across = its.agreement, its.diameters
    longest = across.longest.length if across else None
    perpendicular = across.perpendicular.length if across else None
    area = f"{its.area_px} px"
    if its.area_mm2 is not None:
        area += f" · {its.area_mm2:.0f} mm²"
    return (
        ("Area", area),
        ("Pieces", str(its.pieces)),
        ("Longest diameter", _length(its, longest)),
        ("Perpendicular", _length(its, perpendicular)),
        ("Dice", _number(agree.dice if agree else None, 3)),
        ("IoU", _number(agree.iou if agree else None, 3)),
        ("HD95", _length(its, agree.hd95_px if agree else None)),
        ("Boundary shift", _length(its, agree.shift_px if agree else None)),
    )


def _length(its: Measures, pixels: float | None) -> str:
    if pixels is None:
        return "–"
    millimetres = its.mm(pixels)
    return f"{pixels:.1f} px" + ("" if millimetres is None else f" · {millimetres:.1f} mm")


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None or np.isnan(value) else f"{value:.{digits}f}"
