"""A network that answers with its mean over views is one network, to whoever runs it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest

from brainseg_gui.core.image.resample import resize_square
from model_training.networks import NetworkShape, build_network
from model_training.networks.fuse import fuse
from model_training.networks.views import Views, with_views, without_views
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2

pytestmark = KERAS_BEFORE_NUMPY_2
SIDE = 32


@pytest.fixture(scope="module")
def network() -> Iterator[keras.Model]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    keras.utils.set_random_seed(0)
    model = build_network("unet", NetworkShape(SIDE, 2, feature_maps=4, depth=2))
    yield fuse(model)
    keras.config.set_dtype_policy(before)


def image_of(side: int) -> np.ndarray:
    return np.random.default_rng(0).random((side, side, 2), np.float32)


def answer(model: keras.Model, image: np.ndarray) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(image[None]))[0, ..., 0]


def resized(image: np.ndarray, side: int) -> np.ndarray:
    return np.stack([resize_square(channel, side) for channel in np.moveaxis(image, -1, 0)], -1)


def at_size(network: keras.Model, image: np.ndarray, side: int) -> np.ndarray:
    """Answer to the image brought to a size, brought back; by NumPy and the network alone."""
    twin = twin_of(side)
    twin.set_weights(network.get_weights())
    return resize_square(answer(twin, resized(image, side)), image.shape[0])


@functools.cache
def twin_of(side: int) -> keras.Model:
    return fuse(build_network("unet", NetworkShape(side, 2, feature_maps=4, depth=2)))


@pytest.mark.parametrize("sizes", [(SIDE,), (24, SIDE), (SIDE, 48)])
@pytest.mark.parametrize("mirrored", [False, True])
def test_it_answers_with_the_mean_over_sizes_and_mirror_images(
    network: keras.Model, sizes: tuple[int, ...], mirrored: bool
) -> None:
    views = Views(sizes, mirrored)
    image = image_of(views.input_size)
    expected = [at_size(network, image, size) for size in sizes]
    if mirrored:
        flipped = image[:, ::-1].copy()
        expected += [at_size(network, flipped, size)[:, ::-1] for size in sizes]
    assert len(expected) == len(views)
    found = answer(with_views(network, views), image)
    np.testing.assert_allclose(found, np.mean(expected, axis=0), atol=1e-5)


def test_it_is_written_and_read_with_kerass_own_layers(
    network: keras.Model, tmp_path: Path
) -> None:
    model = with_views(network, Views((24, SIDE), mirrored=True))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras", compile=False)
    image = image_of(SIDE)
    np.testing.assert_allclose(answer(again, image), answer(model, image), atol=1e-6)
    for mine, theirs in zip(without_views(again).get_weights(), network.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert without_views(network) is network
