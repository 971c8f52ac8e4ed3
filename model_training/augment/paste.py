"""Paste the tumour of one slice into another: tumours in places where the set has none.

After CarveMix (Zhang et al. 2021, arXiv:2108.06883) and copy-paste (Ghiasi et al. 2021,
arXiv:2012.07177). A network that knows by heart where the tumour of a training slice lies has
still to find the one that came in, and may take nothing else there for a tumour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from model_training.augment.settings import AugmentSettings

SEAM = 1 / 64  # standard deviation of the blurred seam, as a share of the side
REACH = 3  # standard deviations after which nothing of the seam is left
LEAST_PIXELS = 4.0  # of coverage: less of a tumour is not worth a paste
AIR = 0.1  # mean over the channels below which a pixel is taken for air
LEAST_IN_HEAD = 0.9  # share of the tumour that must not come to lie in air


def paste_tumours(
    images: np.ndarray, masks: np.ndarray, rng: np.random.Generator, settings: AugmentSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Return a batch in which some slices have received the tumour of another one.

    Takes what `augment` takes, and changes none of it. A slice's own tumour stays where the other
    does not cover it. A tumour that would lie in air is not pasted.
    """
    count, side = images.shape[:2]
    pastes = draw_pastes(count, side, rng, settings)
    if not pastes:
        return images, masks
    pasted_images, pasted_masks = images.copy(), masks.copy()
    for paste in pastes:
        giver, taker = paste.giver, paste.taker
        source, target = _places(masks[giver, ..., 0], paste)
        image, mask = images[giver][source], masks[giver][source]
        here, own = images[taker][target], masks[taker][target]
        if mask.sum() < LEAST_PIXELS or _in_air(here, mask):
            continue
        cover = seam(mask, SEAM * side)
        pasted_images[taker][target] = here + np.float32(paste.visible) * cover * (image - here)
        pasted_masks[taker][target] = np.maximum(own * (1 - cover), mask)
    return pasted_images, pasted_masks


@dataclass(frozen=True)
class Paste:
    """Whose tumour goes where.

    Attributes
    ----------
    taker, giver : int
        Places in the batch.
    mirrored : bool
        Whether it comes from the other side of the head.
    down, right : int
        Shift in pixels.
    visible : float
        How far it covers what was there.
    """

    taker: int
    giver: int
    mirrored: bool
    down: int
    right: int
    visible: float


def draw_pastes(
    count: int, side: int, rng: np.random.Generator, settings: AugmentSettings
) -> list[Paste]:
    """Draw the pastes of a batch of `count` slices, one a slice at most."""
    if count < 2 or not settings.paste_chance:
        return []
    pastes, shift = [], round(settings.paste_shift * side)
    for taker in range(count):
        if rng.random() >= settings.paste_chance:
            continue
        giver = int(taker + rng.integers(1, count)) % count
        mirrored = bool(rng.random() < 0.5)
        down, right = map(int, rng.integers(-shift, shift + 1, 2))
        pastes.append(
            Paste(taker, giver, mirrored, down, right, rng.uniform(*settings.paste_opacity))
        )
    return pastes


def seam(mask: np.ndarray, width: float) -> np.ndarray:
    """Return how far an (h, w, 1) mask's surroundings come along: 1 in the tumour, 0 far off.

    `width` is the standard deviation of the blur in pixels.
    """
    blurred = ndimage.gaussian_filter(mask, width, axes=(0, 1), truncate=REACH, mode="nearest")
    return np.clip(2 * blurred, mask, 1)


def _places(mask: np.ndarray, paste: Paste) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return where to take an (S, S) mask's tumour with its surroundings, and where to put it.

    Where it is mirrored the first slices run backwards. What would lie outside the image is left
    out.
    """
    side = len(mask)
    margin = int(REACH * SEAM * side) + 1
    source, target = [], []
    for axis in (0, 1):
        filled = np.flatnonzero(mask.any(axis=1 - axis))
        if not filled.size:
            return (slice(0), slice(0)), (slice(0), slice(0))
        start, stop = max(0, filled[0] - margin), min(side, filled[-1] + 1 + margin)
        turned = paste.mirrored and axis == 1
        to = (side - stop if turned else start) + (paste.down, paste.right)[axis]
        before, after = max(0, -to), max(0, to + stop - start - side)
        target.append(slice(to + before, max(to + before, to + stop - start - after)))
        source.append(
            _backwards(start + after, stop - before)
            if turned
            else slice(start + before, max(start + before, stop - after))
        )
    return (source[0], source[1]), (target[0], target[1])


def _backwards(start: int, stop: int) -> slice:
    """Return the slice from `stop - 1` down to `start`; none where they leave nothing."""
    if stop <= start:
        return slice(0)
    return slice(stop - 1, start - 1 if start else None, -1)


def _in_air(image: np.ndarray, mask: np.ndarray) -> bool:
    """Tell whether too little of an (h, w, 1) mask would lie in the head."""
    head = image.mean(axis=-1, keepdims=True) > AIR
    return float((mask * head).sum()) < LEAST_IN_HEAD * float(mask.sum())
