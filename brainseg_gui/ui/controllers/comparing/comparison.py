"""Two masks of the slice on the screen, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from brainseg_gui.core.masks.pieces import Difference, Only, Piece
from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.history import Edit
from brainseg_gui.ui.canvas.slice_view import SliceView
from brainseg_gui.ui.controllers.comparing.sides import Side

Work = tuple[str, str, Side, Side]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two masks of one slice.

    Attributes
    ----------
    view : SliceView
        The slice, as it is shown.
    reader : str
    a, b : Side
    mask_a, mask_b : (H, W) bool
        One of them may be the correction, which is painted on.
    last : Edit or None
        The step after which this holds.
    """

    view: SliceView
    reader: str
    a: Side
    b: Side
    mask_a: Mask
    mask_b: Mask
    last: Edit | None

    @cached_property
    def difference(self) -> Difference:
        """Return where they differ, as they were when this was asked for first."""
        return Difference(self.mask_a, self.mask_b)

    @property
    def work(self) -> Work:
        """Return what stays the same while it is edited: the slice, the reader and the two."""
        return self.view.slice.digest, self.reader, self.a, self.b

    def side(self, only: Only) -> Side:
        """Return one of the two."""
        return self.a if only is Only.A else self.b

    def mask(self, only: Only) -> Mask:
        """Return the mask of one of the two."""
        return self.mask_a if only is Only.A else self.mask_b

    def distance(self, piece: Piece) -> float | None:
        """Return how far the outlines lie from each other at a piece, in pixels."""
        return piece.distance(self.mask(piece.only.other))

    def is_as(self, other: Comparison | None) -> bool:
        """Tell whether another one says the same of the same slice."""
        if other is None or self.work != other.work or self.view is not other.view:
            return False
        same = self.mask_a is other.mask_a and self.mask_b is other.mask_b
        return same and self.last is other.last
