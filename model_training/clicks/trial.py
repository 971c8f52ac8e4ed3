"""One slice under the clicks of a robot: how good its mask is after each."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.clicks.dab import ideal_dab
from brainseg_gui.core.clicks.robot import ROBOTS
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.inference.corrector import Corrector

CAP = 20  # clicks after which a reader has given up
SHOWN = 10  # clicks that every slice is given
GOOD_ENOUGH = 0.95  # Dice beyond which no click after these is made
SEED = 18

Update = Callable[[Mask, Sequence[Click]], Mask]
"""A mask and all clicks so far, the last one new, to the next mask."""


@dataclass(frozen=True, eq=False)
class Trial:
    """What one way of correcting made of one slice.

    Attributes
    ----------
    dice : (CAP + 1,) float64
        Before the first click and after each; the last value goes on where no more was clicked.
    clicks : int
        How many were made.
    seconds : tuple of float
        That each took.
    mask : (H, W) bool
        After the third click, or the last one before it.
    """

    dice: np.ndarray
    clicks: int
    seconds: tuple[float, ...]
    mask: Mask


def corrected(corrector: Corrector, slice_: Slice, probability: np.ndarray | None) -> Update:
    """Return the way of a corrector on a slice."""

    def update(mask: Mask, clicks: Sequence[Click]) -> Mask:
        return corrector.correct(slice_.pixels, mask, clicks, probability)

    return update


def dabbed(reference: Mask) -> Update:
    """Return the way of the ideal dab on a slice."""

    def update(mask: Mask, clicks: Sequence[Click]) -> Mask:
        return ideal_dab(mask, reference, clicks[-1])

    return update


def try_clicks(name: str, start: Mask, reference: Mask, update: Update, robot: str) -> Trial:
    """Let a robot correct a slice.

    Parameters
    ----------
    name : str
        Of the slice: the robot's hand is seeded by it, the same for every way and in every run.
    start, reference : (H, W) bool
        Neither both empty.
    update : callable
    robot : str
        A name from `ROBOTS`.
    """
    seed = [SEED, zlib.crc32(name.encode()), sorted(ROBOTS).index(robot)]
    rng, clicker = np.random.default_rng(seed), ROBOTS[robot]
    mask, kept, clicks = start, start, list[Click]()
    scores, seconds = [_dice(start, reference)], list[float]()
    while len(clicks) < SHOWN or (len(clicks) < CAP and max(scores) < GOOD_ENOUGH):
        if (click := clicker(mask, reference, rng)) is None:
            break
        clicks.append(click)
        begun = time.perf_counter()
        mask = update(mask, clicks)
        seconds.append(time.perf_counter() - begun)
        scores.append(_dice(mask, reference))
        kept = mask if len(clicks) <= 3 else kept
    filled = np.array(scores + scores[-1:] * (CAP + 1 - len(scores)))
    return Trial(filled, len(clicks), tuple(seconds), kept)


def _dice(mask: Mask, reference: Mask) -> float:
    found = dice(mask, reference)
    return 1.0 if found is None else found
