"""What a brush of the right size does: the least that a corrector must beat."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.clicks.errors import largest_error
from brainseg_gui.core.types import Mask

LARGER = 1.25  # than the largest circle that fits into the error


def ideal_dab(mask: Mask, reference: Mask, click: Click) -> Mask:
    """Return a mask after one dab at a click, with the brush that suits the error best.

    The radius is 1.25 times that of the largest circle that fits into the largest error, which
    nobody who has no reference can know: a reader with a brush is slower.

    Parameters
    ----------
    mask, reference : (H, W) bool
    click : Click
        From a robot of `brainseg_gui.core.clicks.robot`.
    """
    piece = largest_error(mask, reference)
    dabbed = np.array(mask, bool)
    if piece is None:
        return dabbed
    radius = LARGER * float(piece.depth().max())
    rows = np.arange(mask.shape[0])[:, None] + 0.5 - click.row
    columns = np.arange(mask.shape[1]) + 0.5 - click.column
    dabbed[rows**2 + columns**2 <= radius**2] = click.inside
    dabbed[click.pixel] = click.inside
    return dabbed
