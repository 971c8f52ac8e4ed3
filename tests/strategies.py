"""Masks and images for hypothesis to draw."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

SHAPES = st.tuples(st.integers(1, 24), st.integers(1, 24))


def masks(shape: st.SearchStrategy[tuple[int, int]] | tuple[int, int] = SHAPES):
    """(H, W) bool masks."""
    return arrays(bool, shape)


def mask_pairs():
    """Two masks of one size."""
    return SHAPES.flatmap(lambda shape: st.tuples(masks(shape), masks(shape)))


def probabilities():
    """(H, W) float32 in [0, 1]."""
    return arrays(np.float32, SHAPES, elements=st.floats(0, 1, width=32))


def images():
    """(H, W) int16 pixels, as the scanner writes them."""
    return arrays(np.int16, SHAPES)
