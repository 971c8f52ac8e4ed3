"""What the tests of studies share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import pytest


@pytest.fixture(scope="module", autouse=True)
def without_graphs() -> Iterator[None]:
    """Take each step of a training as it comes.

    A study trains many networks for a handful of steps each, and TensorFlow takes longer to make a
    graph of a step than to take it. The tests of a training itself leave the graphs on.
    """
    compile_ = keras.Model.compile

    def eagerly(model: keras.Model, *parts: Any, **options: Any) -> None:
        compile_(model, *parts, **(options | {"run_eagerly": True, "jit_compile": False}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "compile", eagerly)
        yield
