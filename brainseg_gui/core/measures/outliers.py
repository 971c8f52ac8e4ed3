"""Masks of one patient that break with the others of their view, each in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.thumbnail import reduced
from brainseg_gui.core.measures.views import SIDE, Look, views
from brainseg_gui.core.types import Mask

FEWEST = 4  # masks of a view from which one can break with the others
FAR = 4.0  # robust standard deviations
APART = 0.2  # of a mask, that at the least lies where others of its view do
MOST = 0.75  # of a view's slices that have a mask, for an empty one to be worth a word
TO_SIGMA = 1.4826  # of a median absolute deviation, if values were normal
# Slices of a good series differ by so much at the least: in the logarithm of the area, in the
# longer side of the head, and in the median of the head.
LEAST_AREA, LEAST_PLACE, LEAST_BRIGHTNESS = 0.3, 0.03, 0.1


@dataclass(frozen=True, eq=False)
class Figures:
    """What of a mask is compared.

    Attributes
    ----------
    area : float
        In squares of the head's longer side.
    place : (2,) float64
        Its centre as (row, column) from the head's, in that side.
    brightness : float
        Mean of what lies under it, in medians of the head.
    cover : (h, w) bool
        Small pixels that it touches.
    """

    area: float
    place: NDArray[np.float64]
    brightness: float
    cover: Mask


def figures(mask: Mask, look: Look) -> Figures | None:
    """Return what of an (H, W) mask is compared; None where it is empty."""
    weights = reduced(mask.astype(np.float32), SIDE)
    total = float(weights.sum())
    if not total:
        return None
    head, side = look.head, max(look.head.shape)
    middle = np.array([(head.top + head.bottom) / 2, (head.left + head.right) / 2])
    sums = weights.sum(axis=1), weights.sum(axis=0)
    centre = np.array([((np.arange(len(it)) + 0.5) * it).sum() / total for it in sums])
    under = float((look.small * weights).sum()) / total
    return Figures(total / side**2, (centre - middle) / side, under / look.tissue, weights > 0)


@dataclass(frozen=True, eq=False)
class Marked:
    """A slice of a patient with the mask that stands for it now.

    Attributes
    ----------
    look : Look or None
        None where it is not read yet, or no head is seen.
    mask : Figures or None
    has_mask : bool
        There is a mask, be it empty.
    """

    look: Look | None
    mask: Figures | None
    has_mask: bool


def breaks(slices: Sequence[Marked]) -> list[tuple[str, ...]]:
    """Return for each slice of a patient how its mask breaks with the others of its view."""
    said: list[tuple[str, ...]] = [()] * len(slices)
    numbers = views([it.look for it in slices])
    for number in set(numbers) - {-1}:
        members = [at for at, own in enumerate(numbers) if own == number and slices[at].has_mask]
        drawn = [at for at in members if slices[at].mask is not None]
        found = _compared([it for at in drawn if (it := slices[at].mask) is not None])
        for at, words in zip(drawn, found, strict=True):
            said[at] = tuple(f"{it} {_others(slices[at], len(drawn) - 1)}." for it in words)
        if len(drawn) >= max(FEWEST, MOST * len(members)):
            for at in set(members) - set(drawn):
                said[at] = (f"No tumour is marked, unlike in {_others(slices[at], len(drawn))}.",)
    return said


def types_differ(tumours: Sequence[str]) -> list[str]:
    """Return for each slice of a patient how its type differs from the others', "" if it does not.

    Only the rarer types are named; "" among the types is one that is not known.
    """
    counts = Counter(filter(None, tumours))
    most = max(counts.values(), default=0)
    usual = [name for name, count in counts.items() if count == most]
    if len(usual) > 1:
        usual = []
    said = []
    for own in tumours:
        others = sorted(set(counts) - {own})
        fits = not own or own in usual or not others
        text = f"The file says {own}, those of other slices {' and '.join(others)}."
        said.append("" if fits else text)
    return said


def _others(slice_: Marked, count: int) -> str:
    plane = slice_.look.plane if slice_.look is not None else None
    if plane is None:
        return f"the {count} other slices that look like it"
    return f"the {count} other {plane.value} slices"


def _compared(masks: Sequence[Figures]) -> list[list[str]]:
    """Return for each mask of a view the beginnings of sentences."""
    if len(masks) < FEWEST:
        return [[] for _ in masks]
    areas = _deviations(np.log([it.area for it in masks]), LEAST_AREA)
    greys = _deviations(np.array([it.brightness for it in masks]), LEAST_BRIGHTNESS)
    away = _away([it.place for it in masks]) | _apart([it.cover for it in masks])
    tests: tuple[tuple[str, NDArray[np.bool_]], ...] = (
        ("The mask is much smaller than in", areas < -FAR),
        ("The mask is much larger than in", areas > FAR),
        ("The mask lies elsewhere than in", away),
        ("What is marked is much darker than in", greys < -FAR),
        ("What is marked is much brighter than in", greys > FAR),
    )
    return [[text for text, holds in tests if holds[at]] for at in range(len(masks))]


def _deviations(values: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    """Return by how many robust standard deviations values lie off their median."""
    off: NDArray[np.float64] = values - np.median(values)
    return off / max(TO_SIGMA * float(np.median(np.abs(off))), least)


def _away(places: Sequence[NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Return which places lie far off the middle one."""
    off = np.array(places) - np.median(places, axis=0)
    distances = np.hypot(*off.T)
    far: NDArray[np.bool_] = distances > FAR * max(
        TO_SIGMA * float(np.median(distances)), LEAST_PLACE
    )
    return far


def _apart(covers: Sequence[Mask]) -> NDArray[np.bool_]:
    """Return which masks hardly lie where any other does, where all slices are of one shape."""
    if len({cover.shape for cover in covers}) > 1:
        return np.zeros(len(covers), bool)
    count = np.sum(covers, axis=0)
    return np.array([np.mean(count[cover] > 1) < APART for cover in covers])
