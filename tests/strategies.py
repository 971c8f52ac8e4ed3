"""Masks and images for hypothesis to draw."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from brainseg_gui.core.types import Mask, Probability

SHAPES = st.tuples(st.integers(1, 24), st.integers(1, 24))


def masks(
    shape: st.SearchStrategy[tuple[int, int]] | tuple[int, int] = SHAPES,
) -> st.SearchStrategy[Mask]:
    """(H, W) bool masks."""
    return arrays(bool, shape)


def mask_pairs() -> st.SearchStrategy[tuple[Mask, Mask]]:
    """Two masks of one size."""
    return SHAPES.flatmap(lambda shape: st.tuples(masks(shape), masks(shape)))


def probabilities() -> st.SearchStrategy[Probability]:
    """(H, W) float32 in [0, 1]."""
    return arrays(np.float32, SHAPES, elements=st.floats(0, 1, width=32)).map(Probability)


def images() -> st.SearchStrategy[NDArray[np.int16]]:
    """(H, W) int16 pixels, as the scanner writes them."""
    return arrays(np.int16, SHAPES)
