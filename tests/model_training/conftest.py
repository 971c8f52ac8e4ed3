"""What several tests of networks share."""

from __future__ import annotations

from collections.abc import Iterator

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
