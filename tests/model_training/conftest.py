"""What several tests of networks share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest

from model_training.networks import NETWORKS, Network
from model_training.training import run
from tests.model_training.run_factory import shallow_network


@pytest.fixture
def float32_arithmetic() -> Iterator[None]:
    """Build and run networks in float32, whatever precision a training before has set."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    keras.utils.set_random_seed(0)
    yield
    keras.config.set_dtype_policy(before)


@pytest.fixture(scope="module")
def keras_as_it_was() -> Iterator[None]:
    """Give the precision back that the trainings of a module change."""
    policy = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(policy)


@pytest.fixture(scope="module")
def quick_trainings() -> Iterator[None]:
    """Take each step as it comes, draw no curve, and know the network "shallow".

    TensorFlow takes longer to make a graph of a step than to take it a handful of times, and to
    build a U-Net than to train what is enough for a test of runs, epochs and folders.
    `test_backends` and `test_smoke_training` train U-Nets, with graphs, and draw their curves.
    """
    compile_ = keras.Model.compile

    def eagerly(model: keras.Model, *parts: Any, **options: Any) -> None:
        compile_(model, *parts, **(options | {"run_eagerly": True, "jit_compile": False}))

    def answered(model: keras.Model, images: np.ndarray) -> Any:
        answer = model(images, training=False)
        return keras.tree.map_structure(keras.ops.convert_to_numpy, answer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "compile", eagerly)
        patch.setattr(keras.Model, "predict_on_batch", answered)
        patch.setattr(run, "write_picture", lambda *arguments: None)
        patch.setitem(NETWORKS, "shallow", Network("Convolutions", "none", shallow_network))
        yield
