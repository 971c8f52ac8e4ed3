"""What a robot's hands do with each tool to bring a mask nearer to the reference.

Every action is the best of a few that a reader would think of: hands that know the answer. None
leaves anything to chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy import ndimage

from brainseg_gui.core.clicks.errors import Piece, largest_error
from brainseg_gui.core.masks.islands import Islands
from brainseg_gui.core.masks.stroke import swept
from brainseg_gui.core.types import Mask, Probability

RADII = (0.75, 1.0, 1.25, 1.5, 2.0, 3.0)  # of the error's inscribed radius
Hand = Callable[[Mask, Mask], Mask]


def overlap(mask: Mask, reference: Mask) -> float:
    """Return the Dice of a mask with a reference that is not empty."""
    both = int(np.count_nonzero(mask & reference))
    return 2 * both / (int(np.count_nonzero(mask)) + int(np.count_nonzero(reference)))


def dab(mask: Mask, reference: Mask) -> Mask:
    """Click with a round brush in the middle of the largest error, with the best of all radii."""
    return _best(_dabs(mask, largest_error(mask, reference)), mask, reference)


def stroke(mask: Mask, reference: Mask) -> Mask:
    """Draw with a brush of the best radius wherever in the largest error it has room.

    A brush has room where a quarter of its radius sticks out at most; it goes as far as it can
    from the middle of the error without being lifted.
    """
    return _best(_strokes(mask, largest_error(mask, reference)), mask, reference)


def lasso(mask: Mask, reference: Mask) -> Mask:
    """Draw one region without a tremor: around an error, or along the whole reference."""
    return _best(_regions(mask, reference), mask, reference)


def threshold(probability: Probability, mask: Mask, reference: Mask) -> Mask:
    """Move the threshold to where it is best."""
    cuts = (probability >= percent / 100 for percent in range(1, 100))
    return _best(cuts, mask, reference)


def _best(made: Iterator[Mask], mask: Mask, reference: Mask) -> Mask:
    return max((mask, *made), key=lambda one: overlap(one, reference))


def _dabs(mask: Mask, error: Piece | None) -> Iterator[Mask]:
    if error is None:
        return
    depth = error.depth()
    row, column = np.unravel_index(int(np.argmax(depth)), depth.shape)
    centre = error.top + float(row) + 0.5, error.left + float(column) + 0.5
    for share in RADII:
        found = swept(mask.shape, centre, centre, 2 * share * float(depth.max()))
        if found is not None:
            box, covered = found
            made = mask.copy()
            made[box.slices][covered] = error.missed
            yield made


def _strokes(mask: Mask, error: Piece | None) -> Iterator[Mask]:
    if error is None:
        return
    depth = np.zeros(mask.shape)
    height, width = error.pixels.shape
    depth[error.top : error.top + height, error.left : error.left + width] = error.depth()
    middle = np.unravel_index(int(np.argmax(depth)), depth.shape)
    for share in (0.2, 0.35, 0.5, 0.65, 0.8, 1.0):
        radius = share * float(depth.max())
        labels, _ = ndimage.label(depth >= 0.75 * radius, np.ones((3, 3)))
        way = labels == labels[middle]
        made = mask.copy()
        made[ndimage.distance_transform_edt(~way) <= radius] = error.missed
        yield made


def _regions(mask: Mask, reference: Mask) -> Iterator[Mask]:
    yield mask | Islands(reference).largest()
    for wrong, value in ((reference & ~mask, True), (mask & ~reference, False)):
        made = mask.copy()
        made[Islands(wrong).largest()] = value
        yield made
