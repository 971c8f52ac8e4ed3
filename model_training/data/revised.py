"""A reader's mask that stands in place of the one in a slice's file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.types import Mask


@dataclass(frozen=True)
class Revised:
    """What stands in place of a slice's own mask.

    Attributes
    ----------
    review : str
        Name of the file that it is from.
    verdict : str
        "accepted" or "corrected".
    from_prediction : bool
        The mask began as what a network had said: a network that is measured against it is
        measured a little against itself.
    sum : str
        SHA-256 of the mask and of how its slice was turned: data change when a mask does.
    """

    review: str
    verdict: str
    from_prediction: bool
    sum: str


def sum_of(mask: Mask, turn: str) -> str:
    """Return a SHA-256 of an (H, W) bool mask and the name of its slice's turn."""
    digest = hashlib.sha256(f"{mask.shape} {turn}".encode())
    digest.update(np.packbits(mask).tobytes())
    return digest.hexdigest()
