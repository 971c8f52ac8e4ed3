"""Resizing gives what scikit-image gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage.transform import resize

from brainseg_gui.core.image.resample import resize_square


def by_scikit_image(image: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    return resize(image, (side, side), order=1, mode="edge", anti_aliasing=side < len(image))


@pytest.mark.parametrize(
    ("before", "after"), [(512, 256), (512, 192), (256, 512), (192, 611), (300, 256), (64, 64)]
)
def test_usual_sizes_agree_with_scikit_image(before: int, after: int) -> None:
    image = np.random.default_rng(0).random((before, before), np.float32)
    np.testing.assert_allclose(
        resize_square(image, after), by_scikit_image(image, after), atol=1e-6
    )


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 99))
def test_any_size_agrees_with_scikit_image(before: int, after: int, seed: int) -> None:
    image = np.random.default_rng(seed).random((before, before), np.float32)
    np.testing.assert_allclose(
        resize_square(image, after), by_scikit_image(image, after), atol=1e-6
    )


def test_a_constant_image_stays_constant() -> None:
    np.testing.assert_allclose(
        resize_square(np.full((37, 37), 0.3, np.float32), 20), 0.3, atol=1e-6
    )
