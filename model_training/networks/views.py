"""One network that answers with the mean over several views of a slice.

Test-time augmentation (for example Wang et al. 2019, arXiv:1807.07356), written into the network
itself: whoever runs the bundle, on whatever engine, need not know of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers

from brainseg_gui.core.image.resample import resize_matrix

Tensor = Any


@dataclass(frozen=True)
class Views:
    """What a network looks at before it answers.

    Attributes
    ----------
    sizes : tuple of int
        Sides in pixels to which its input is brought, rising; the input has the last.
    mirrored : bool
        Whether it looks at the left-right mirror image of each as well.
    """

    sizes: tuple[int, ...]
    mirrored: bool = False

    @property
    def input_size(self) -> int:
        """Return the side of the network's input in pixels."""
        return self.sizes[-1]

    def __len__(self) -> int:
        return len(self.sizes) * (1 + self.mirrored)

    def __str__(self) -> str:
        mirror = "the slice and its left-right mirror image" if self.mirrored else "the slice"
        return f"mean over {mirror} at {' and '.join(map(str, self.sizes))} px"


def with_views(model: keras.Model, views: Views) -> keras.Model:
    """Return a network that answers with the mean of `model` over views of its input.

    Parameters
    ----------
    model : keras.Model
        (N, S, S, C) to (N, S, S, 1), with layers that work at any size.
    views : Views
    """
    inner = of_any_size(model)
    side = views.input_size
    image = keras.Input((side, side, model.input_shape[-1]), name="image")
    answers = []
    for size in views.sizes:
        for mirror in (False, True)[: 1 + views.mirrored]:
            name = f"{size}{'_mirrored' * mirror}"
            seen = _resized(image, side, size, mirror, name=f"view_{name}")
            answers.append(_resized(inner(seen), size, side, mirror, name=f"answer_{name}"))
    mean = layers.Average(name="mean")(answers) if len(answers) > 1 else answers[0]
    return keras.Model(image, mean, name=f"{model.name}_views")


def without_views(model: keras.Model) -> keras.Model:
    """Return the network within one from `with_views`; any other is returned as it is."""
    return next((layer for layer in model.layers if isinstance(layer, keras.Model)), model)


def _resized(x: Tensor, before: int, after: int, mirror: bool, *, name: str) -> Tensor:
    """Resize as the preprocessing does, and mirror, by products with matrices.

    Engines do not agree on how to resize, and take a slice apart line by line to mirror it.
    """
    matrix = resize_matrix(before, after).T.astype(np.float32)
    if before != after:
        x = _product(x, "nhwc,hi->niwc", (before, before), (after, before), matrix, f"{name}_rows")
    if before != after or mirror:
        columns = matrix[::-1] if mirror else matrix
        x = _product(
            x, "nhwc,wi->nhic", (after, before), (after, after), columns, f"{name}_columns"
        )
    return x


def _product(
    x: Tensor,
    equation: str,
    before: tuple[int, int],
    after: tuple[int, int],
    matrix: np.ndarray,
    name: str,
) -> Tensor:
    channels = int(x.shape[-1])
    layer = layers.EinsumDense(equation, (*after, channels), trainable=False, name=name)
    layer.build((None, *before, channels))  # x may be of any size, and the kernel is not
    layer.set_weights([matrix])
    return layer(x)


def of_any_size(model: keras.Model) -> keras.Model:
    """Return a copy of a network, or the network itself, that takes images of any size."""
    if model.input_shape[1] is None:
        return model
    image = keras.Input((None, None, model.input_shape[-1]), name="image")
    copy = keras.models.clone_model(model, input_tensors=image)
    copy.set_weights(model.get_weights())
    return copy
