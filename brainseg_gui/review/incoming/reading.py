"""The slice of a mask is read, to know which one it is and how it lies."""

from __future__ import annotations

from collections.abc import Callable

from brainseg_gui.core.image.orientation import turned
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.formats import read_slice
from brainseg_gui.review.incoming.loading import Incoming
from brainseg_gui.review.incoming.plan import Fit
from brainseg_gui.review.values.record import SliceLabel


def incoming(fit: Fit, name: str, upright: Callable[[Slice], Slice]) -> Incoming:
    """Return a mask as its slice lies on the screen.

    Parameters
    ----------
    fit : Fit
    name : str
        Of the slice in the review.
    upright : callable
        Returns a slice as the reader had it turned.

    Raises
    ------
    SliceError, ValueError
        If the slice cannot be read, or has another size by now.
    """
    slice_ = upright(read_slice(fit.entry.path))
    mask = turned(fit.mask, slice_.turn)
    if mask.shape != slice_.shape:
        raise ValueError("the slice has another size by now")
    score = None if slice_.reference is None else dice(mask, slice_.reference)
    label = SliceLabel.of(name, slice_)
    return Incoming(label, mask, fit.origin, fit.predicted, score)
