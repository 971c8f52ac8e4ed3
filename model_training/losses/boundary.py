"""A loss by distance: a wrong pixel costs more the farther it lies from the tumour's edge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from keras import ops

from model_training.losses.options import Tensor, check_numbers

LONGEST_REACH = 256


@dataclass(frozen=True)
class Boundary:
    """Σ φp / S², where φ is the signed distance from the target's edge: below 0 inside.

    It lies between -1 and 1 and is negative for a good answer. It belongs into a sum with a loss
    by overlap, as in its paper: alone it may settle at an empty answer.

    Attributes
    ----------
    reach : int
        φ is in units of `reach` pixels and ends at -1 and 1; the paper's does not end. On a slice
        without tumour, for which the paper defines none, φ is 1.

    Raises
    ------
    ValueError
        If `reach` is no whole number from 1 to 256.

    References
    ----------
    Kervadec et al., "Boundary loss for highly unbalanced segmentation", 2019, arXiv:1812.07032. The
    weights of a sum stay as they are throughout; the paper shifts them from the overlap to the
    boundary epoch by epoch.
    """

    reach: int = 32

    def __post_init__(self) -> None:
        check_numbers(self)
        if not isinstance(self.reach, int) or not 1 <= self.reach <= LONGEST_REACH:
            raise ValueError(
                f"reach must be a whole number of pixels from 1 to {LONGEST_REACH}, "
                f"found {self.reach}"
            )

    def __call__(self, target: Tensor, probability: Tensor) -> Tensor:
        """Return the (N,) loss."""
        distance = ops.stop_gradient(signed_distance(target, self.reach))
        return ops.mean(ops.multiply(probability, distance), axis=(1, 2, 3)) / self.reach


def signed_distance(target: Tensor, reach: int) -> Tensor:
    """Return how far each pixel lies outside (above 0) or inside (below 0) of a mask.

    Parameters
    ----------
    target : (N, S, S, C) float32
        Coverages; inside is what is covered by more than half.
    reach : int
        In pixels; no distance is larger.

    Returns
    -------
    (N, S, S, C) float32: the Euclidean distance to the nearest pixel of the other kind,
    exact up to `reach`.

    Notes
    -----
    A squared distance is an erosion by a parabola, along one axis after the other; and
    k² = 1 + 3 + 5 + … makes each of them `reach` erosions by three pixels, which every backend
    does on its own device; on two CPU cores about 0.3 s for 16 slices of 256 px and a reach of 32.
    """
    inside = ops.cast(target > 0.5, "float32")
    far = float(reach) ** 2
    # Squared distance to the nearest pixel outside, and to the nearest one inside.
    squares = ops.concatenate([far * inside, far * (1 - inside)], axis=-1)
    for axis in (1, 2):
        # A loop of the backend: XLA would merge unrolled steps and be 60 times as slow.
        step = partial(_erode, axis=axis, beyond=far)
        squares = ops.fori_loop(0, reach, step, squares)
    distances = ops.sqrt(squares)
    to_outside, to_inside = ops.split(distances, 2, axis=-1)
    return to_inside - to_outside


def _erode(step: Tensor, values: Tensor, axis: int, beyond: float) -> Tensor:
    """Return the lower of each pixel and its two neighbours along an axis raised by 2 step + 1."""
    widths = [(int(i == axis),) * 2 for i in range(4)]
    padded = ops.pad(values, widths, constant_values=beyond)
    before, after = [slice(None)] * 4, [slice(None)] * 4
    before[axis], after[axis] = slice(None, -2), slice(2, None)
    neighbours = ops.minimum(padded[tuple(before)], padded[tuple(after)])
    return ops.minimum(values, neighbours + ops.cast(2 * step + 1, "float32"))
