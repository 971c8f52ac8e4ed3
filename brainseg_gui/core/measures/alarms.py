"""What is unlike a good prediction, each in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.image.moved import Move
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.types import Mask

PIECE = 0.05  # of the largest piece, from which another one counts

# Dice of a mask with that of the moved slice, below which most masks were poor (a Dice below 0.7):
# 79 % on 144 slices new to `standard`, and 67 % on 498 new to its sibling of fold 0; that is said
# of 4 and 5 % of the good ones, and of 68 and 42 % of the poor.
STEADY = {Move.MIRRORED: 0.75, Move.DOWN: 0.9, Move.RIGHT: 0.9}


def alarms(mask: Mask, usual: Sequence[float] | None = None) -> tuple[str, ...]:
    """Return what about a predicted mask wants a look.

    Parameters
    ----------
    mask : (H, W) bool
    usual : two floats, optional
        Between which shares of the image tumours of its type mostly are.

    Examples
    --------
    >>> alarms(np.zeros((8, 8), bool))
    ('No tumour was found.',)
    """
    area = int(np.count_nonzero(mask))
    if not area:
        return ("No tumour was found.",)
    said = []
    if (pieces := _pieces(mask)) > 1:
        said.append(f"The mask is in {pieces} pieces.")
    if mask[[0, -1]].any() or mask[:, [0, -1]].any():
        said.append("The mask touches the edge of the image.")
    if usual is not None and not usual[0] <= area / mask.size <= usual[1]:
        size = "smaller" if area / mask.size < usual[0] else "larger"
        said.append(f"The mask is {size} than tumours of its type mostly are.")
    return tuple(said)


def fragile(mask: Mask, again: Mapping[Move, Mask]) -> tuple[str, ...]:
    """Return what to say of a mask that a small move of the slice makes another one.

    Parameters
    ----------
    mask : (H, W) bool
        Predicted for the slice as it is.
    again : mapping of Move to (H, W) bool
        Predicted for the slice moved, and moved back.

    Examples
    --------
    >>> mask = np.eye(4, dtype=bool)
    >>> fragile(mask, {Move.MIRRORED: mask[:, ::-1], Move.DOWN: mask})
    ('Fragile: moves when the slice is mirrored (Dice 0.00 with itself).',)
    """
    if not mask.any():
        return ()  # which is alarm enough
    found = {move: dice(mask, other) or 0.0 for move, other in again.items()}
    moving = {move: score for move, score in found.items() if score < STEADY[move]}
    shifts = [score for move, score in moving.items() if move is not Move.MIRRORED]
    said = [("under a one-pixel shift", min(shifts))] if shifts else []
    if Move.MIRRORED in moving:
        said.append(("when the slice is mirrored", moving[Move.MIRRORED]))
    return tuple(f"Fragile: moves {how} (Dice {score:.2f} with itself)." for how, score in said)


def _pieces(mask: Mask) -> int:
    from scipy import ndimage  # here, for the window to open without it

    box = box_of(mask)
    assert box is not None, "the caller says so of an empty mask"
    labels, _ = ndimage.label(mask[box.slices], np.ones((3, 3)))
    areas = np.bincount(labels.ravel())[1:]
    return int(np.count_nonzero(areas >= PIECE * areas.max()))
