"""Measures as the window writes them: pixels always, millimetres where their size is known."""

from __future__ import annotations

from dataclasses import dataclass

from brainseg_gui.core.measures.lesions import LesionCounts
from brainseg_gui.core.measures.measures import Agreement, Measures
from brainseg_gui.ui.widgets.seen_mark import SEEN, SEEN_MEANS

NO_AGREEMENT = Agreement(None, None, None, None, None, None)


@dataclass(frozen=True)
class Line:
    """A measure: what it is called, its value, and a sentence on what it means."""

    name: str
    value: str
    meaning: str


def lines(found: Measures, *, seen: bool = False) -> tuple[Line, ...]:
    """Return what a table says of a mask: six lines of bare numbers, then six longer ones.

    What cannot be said is a dash. `seen` marks the Dice of a patient that the network was trained
    on.
    """
    return (*_numbers(found, seen), *_lengths(found))


def _numbers(found: Measures, seen: bool) -> tuple[Line, ...]:
    is_, by_lesion = found.agreement or NO_AGREEMENT, found.lesions or LesionCounts()
    dice, meaning = share(is_.dice), "Twice what is shared, of both areas together"
    if seen and is_.dice is not None:
        dice, meaning = f"{dice} {SEEN}", f"{meaning}. {SEEN_MEANS}"
    return (
        Line("Dice", dice, meaning),
        Line("IoU", share(is_.iou), "What is shared, of what either covers"),
        Line("Sens.", share(is_.sensitivity), "Sensitivity: how much of the reference is covered"),
        Line("Prec.", share(is_.precision), "Precision: how much of the mask is reference"),
        Line("Pieces", str(found.pieces), "Pixels that touch at a corner are of one piece"),
        Line("Lesions", _found(by_lesion), "Of the reference, those that a piece of the mask is"),
    )


def _lengths(found: Measures) -> tuple[Line, ...]:
    is_, both = found.agreement or NO_AGREEMENT, found.diameters
    longest, across = (None, None) if both is None else (both.longest, both.perpendicular)
    return (
        Line(
            "HD95",
            length(found, is_.hd95_px),
            "95 % of the boundary lie no farther than this from the reference's; the diagonal of "
            "the image where one of both is empty",
        ),
        Line(
            "Shift",
            length(found, is_.shift_px, signed=True),
            "Mean signed distance of the boundaries: above 0 the mask is drawn too wide, below 0 "
            "too narrow",
        ),
        Line("Area", area(found), "Of the whole mask"),
        Line(
            "Longest",
            length(found, longest.length if longest else None),
            "Longest diameter of the largest piece, from outline to outline",
        ),
        Line(
            "Across",
            length(found, across.length if across else None),
            "Longest diameter of the largest piece at right angles to that one",
        ),
        Line(
            "F1",
            _by_lesion(found.lesions or LesionCounts()),
            "By lesion: what matches of lesions and pieces; a false piece is no lesion",
        ),
    )


def _found(by_lesion: LesionCounts) -> str:
    there = by_lesion.found + by_lesion.missed
    return f"{by_lesion.found} of {there} found" if there else "–"


def _by_lesion(by_lesion: LesionCounts) -> str:
    if by_lesion.f1 is None:
        return "–"
    false = "" if not by_lesion.false else f", {by_lesion.false} false"
    return f"{by_lesion.f1:.3f} by lesion{false}"


def summary(found: Measures) -> str:
    """Return the measures that no other panel shows in one short line."""
    parts = []
    if found.agreement is not None and found.agreement.hd95_px is not None:
        parts.append(f"HD95 {short_length(found, found.agreement.hd95_px)}")
    if found.diameters is not None:
        parts.append(product(found))
    return " · ".join(parts)


def product(found: Measures) -> str:
    """Return both diameters as `31.2 x 24.0 px`, in millimetres where their size is known.

    An empty mask has none: "".
    """
    if found.diameters is None:
        return ""
    each = found.diameters.longest.length, found.diameters.perpendicular.length
    scale, unit = (1.0, "px") if found.spacing_mm is None else (found.spacing_mm, "mm")
    return f"{each[0] * scale:.1f} × {each[1] * scale:.1f} {unit}"


def share(value: float | None) -> str:
    """Return a number from 0 to 1."""
    return "–" if value is None else f"{value:.3f}"


def length(found: Measures, pixels: float | None, *, signed: bool = False) -> str:
    """Return a length in both units."""
    if pixels is None:
        return "–"
    sign, mm = "+" if signed else "", found.mm(pixels)
    return f"{pixels:{sign}.1f} px" + ("" if mm is None else f" · {mm:{sign}.1f} mm")


def short_length(found: Measures, pixels: float) -> str:
    """Return a length in millimetres where their size is known, else in pixels."""
    mm = found.mm(pixels)
    return f"{pixels:.1f} px" if mm is None else f"{mm:.1f} mm"


def area(found: Measures) -> str:
    """Return the area in both units."""
    mm2 = found.area_mm2
    return f"{found.area_px} px²" + ("" if mm2 is None else f" · {mm2:.0f} mm²")
