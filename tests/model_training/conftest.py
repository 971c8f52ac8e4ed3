"""What several tests of networks share."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import pytest

from model_training.networks import NETWORKS, Network
from model_training.simulation import slices
from model_training.training import run
from tests.model_training.run_factory import shallow_network, without_graphs


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
    with pytest.MonkeyPatch.context() as patch:
        without_graphs(patch)
        patch.setattr(run, "write_picture", lambda *arguments: None)
        patch.setitem(NETWORKS, "shallow", Network("Convolutions", "none", shallow_network))
        yield


@pytest.fixture(scope="module")
def coarse_scanner() -> Iterator[None]:
    """Simulate slices from fewer points than they are drawn from: a tenth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slices, "SCANNED", 112)
        yield
