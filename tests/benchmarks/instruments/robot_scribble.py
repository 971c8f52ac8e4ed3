"""What a smart scribble would be worth: a tool that the program does not have, and this says why.

The robot scribbles along the middle of the largest error; a random walker (Grady, IEEE TPAMI 28
(2006) 1768) on the image in a crop decides what the scribble takes with it. Scribbles before stay.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.morphology import skeletonize
from skimage.segmentation import random_walker

from brainseg_gui.core.clicks.errors import Piece, largest_error
from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.types import Mask, Pixels

MARGIN = 48  # pixels of the crop around all scribbles
CERTAIN = 4  # pixels from the outline where the mask before is believed
REACH = 2.5  # inscribed radii of the error around the scribble where it is not
BETA = 400  # of 90, 400 and 2000 the best
OPEN, TUMOUR, OTHER = 0, 1, 2


def scribbled(pixels: Pixels, start: Mask, reference: Mask) -> Iterator[Mask]:
    """Yield the (H, W) mask before the first and after each scribble, without end."""
    low, high = np.percentile(pixels, (1, 99.5))
    image = ndimage.gaussian_filter(np.clip((pixels - low) / (high - low), 0, 1), 1)
    mask, scribbles = start, np.zeros(start.shape, np.uint8)
    while True:
        yield mask
        error = largest_error(mask, reference)
        if error is not None:
            mask = _walked(image, mask, scribbles, error)


def _walked(
    image: NDArray[np.float64], mask: Mask, scribbles: NDArray[np.uint8], error: Piece
) -> Mask:
    """Note a scribble along an error, and return the mask that follows from all of them."""
    kind = TUMOUR if error.missed else OTHER
    depth = error.depth()
    line = ndimage.binary_dilation(skeletonize(depth >= 0.4 * depth.max()), mask=error.pixels)
    height, width = line.shape
    scribbles[error.top : error.top + height, error.left : error.left + width][line] = kind
    around = box_of(scribbles > 0)
    if around is None:  # an error without a middle
        return mask
    crop = around.widened(MARGIN).clipped(mask.shape)
    seeds = _seeds(
        mask[crop.slices], scribbles[crop.slices], kind, REACH * max(depth.max(), CERTAIN)
    )
    made = mask.copy()
    if len(np.unique(seeds)) == 3:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its tolerance
            found = random_walker(image[crop.slices], seeds, beta=BETA, mode="cg_j", tol=1e-2)
        made[crop.slices] = found == TUMOUR
    return made


def _seeds(mask: Mask, scribbles: NDArray[np.uint8], kind: int, reach: float) -> NDArray[np.int32]:
    """Return what is certain: scribbles, and the mask before where it is far from its outline."""
    distance = ndimage.distance_transform_edt
    seeds = np.zeros(mask.shape, np.int32)
    seeds[distance(mask) > CERTAIN], seeds[distance(~mask) > CERTAIN] = TUMOUR, OTHER
    near = distance(scribbles != kind) <= reach
    seeds[near & (seeds != kind)] = OPEN
    edge = np.ones(mask.shape, bool)
    edge[1:-1, 1:-1] = False
    seeds[edge & ~mask] = OTHER
    return np.where(scribbles > 0, scribbles, seeds).astype(np.int32)
