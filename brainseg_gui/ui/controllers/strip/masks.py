"""Which mask stands for a slice that is not on the screen, found where nobody waits for it."""

from __future__ import annotations

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.jobs.sketcher import MaskOf


def mask_of(data_set: DataSet, entry: Entry, now: OnScreen | None) -> MaskOf:
    """Return a function that finds a slice's correction, else its prediction, in any thread.

    What only the window's thread may touch is copied before it is returned.
    """
    if now is not None and now.path == entry.path:
        layer = Layer.PREDICTION if now.correction is None else Layer.CORRECTION
        shown = now.layer(layer)
        drawn = None if shown is None else (layer, shown.copy())
        return lambda _shape: drawn
    if entry.corrected:
        return _correction(data_set, entry.digest)
    return _prediction(data_set, entry.digest)


def _correction(data_set: DataSet, digest: str) -> MaskOf:
    session = data_set.session
    contents, reader, at_hand = session.contents, session.reader, session.at_hand(digest)

    def find(_shape: tuple[int, int]) -> tuple[Layer, Mask] | None:
        mask = contents.correction(digest, reader) if at_hand is None else at_hand
        return None if mask is None else (Layer.CORRECTION, mask)

    return find


def _prediction(data_set: DataSet, digest: str) -> MaskOf:
    contents, predictions = data_set.session.contents, data_set.predictions
    kept = data_set.rows.kept(digest)

    def find(shape: tuple[int, int]) -> tuple[Layer, Mask] | None:
        mask = predictions.mask_of(digest)
        if mask is None and kept is not None:
            mask = contents.predicted(digest, kept.model, shape)
        return None if mask is None else (Layer.PREDICTION, mask)

    return find
