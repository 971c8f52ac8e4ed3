"""Where in a stack of parallel slices one of them lies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """A slice's place among those that were taken together.

    Attributes
    ----------
    stack : str
        What the slices of one stack have in common: those of one file, or of one folder, with the
        same text. It says nothing about the patient.
    at : float
        How far along the normal of the slices, from a point that they have in common.
    in_mm : bool
        Whether that is millimetres; else it only orders.
    """

    stack: str
    at: float
    in_mm: bool = False
