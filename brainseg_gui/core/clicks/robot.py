"""A reader who can be repeated: where the next click goes, seen mask and reference.

The same two robots train, measure and time the corrector. Both click into the largest piece of
the error, as a reader would; the first exactly in its middle, the second somewhere in its inner
half and with an unsteady hand. A network that is good only for the first has learnt the robot.

References
----------
Sofiiuk et al., "Reviving iterative training with mask guidance for interactive segmentation",
2021, arXiv:2102.06583; Chen et al., "FocalClick", 2022, arXiv:2204.02574.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.clicks.errors import Piece, largest_error
from brainseg_gui.core.types import Mask

INNER = 0.5  # of the greatest depth, from which on the second robot clicks
UNSTEADY = 1.5  # standard deviation of its hand in pixels
Robot = Callable[[Mask, Mask, np.random.Generator], Click | None]


def centre_click(mask: Mask, reference: Mask, rng: np.random.Generator) -> Click | None:
    """Return a click on the pixel of the largest error that lies farthest from its border.

    Parameters
    ----------
    mask, reference : (H, W) bool
    rng : numpy Generator
        Chooses among pixels that lie equally deep.

    Returns
    -------
    Click or None
        In the middle of the pixel; None where there is no error.
    """
    piece = largest_error(mask, reference)
    if piece is None:
        return None
    depth = piece.depth()
    return _on(piece, np.argwhere(depth == depth.max()), rng)


def jittered_click(mask: Mask, reference: Mask, rng: np.random.Generator) -> Click | None:
    """Return a click somewhere in the inner half of the largest error, by an unsteady hand.

    Parameters and result are those of `centre_click`. The hand never leaves the error: a reader
    sees what they click on.
    """
    piece = largest_error(mask, reference)
    if piece is None:
        return None
    depth = piece.depth()
    click = _on(piece, np.argwhere(depth > INNER * depth.max()), rng)
    row, column = np.array([click.row, click.column]) + rng.normal(0, UNSTEADY, 2)
    moved = Click(float(row), float(column), click.inside)
    at = moved.pixel[0] - piece.top, moved.pixel[1] - piece.left
    inside = all(0 <= place < side for place, side in zip(at, piece.pixels.shape, strict=True))
    return moved if inside and piece.pixels[at] else click


def _on(piece: Piece, places: np.ndarray, rng: np.random.Generator) -> Click:
    row, column = places[rng.integers(len(places))]
    return Click(float(piece.top + row) + 0.5, float(piece.left + column) + 0.5, piece.missed)


ROBOTS: dict[str, Robot] = {"centre": centre_click, "jittered": jittered_click}
