"""What several tests of networks share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import pytest


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
def without_graphs() -> Iterator[None]:
    """Take each step of a training as it comes.

    TensorFlow takes longer to make a graph of a step than to take it a handful of times.
    `test_backends` and `test_smoke_training` train and go on with graphs.
    """
    compile_ = keras.Model.compile

    def eagerly(model: keras.Model, *parts: Any, **options: Any) -> None:
        compile_(model, *parts, **(options | {"run_eagerly": True, "jit_compile": False}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "compile", eagerly)
        yield
