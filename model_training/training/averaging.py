"""A network with averaged weights: smoother than the one that is being trained, mostly better.

Polyak & Juditsky, "Acceleration of stochastic approximation by averaging", 1992. The exponential
average lives in the optimiser, so that it is computed where the weights are, on every backend.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import keras
import numpy as np

# Under PyTorch, Keras puts another class in the place of AdamW, but not of a class made from it. It
# updates all weights in a few kernels, where AdamW itself takes a dozen for each of them.
AdamW: Any = type(keras.optimizers.AdamW())


@keras.saving.register_keras_serializable("brainseg")
class AveragingAdamW(AdamW):
    """AdamW that never puts its averages in the place of the weights it trains."""

    _rate: Any = None  # of the step under way

    def apply(self, grads: Sequence[Any], trainable_variables: Any = None) -> None:
        """Ask for the learning rate once a step: Keras asks anew to decay each of the weights."""
        self._rate = super()._get_current_learning_rate()
        try:
            super().apply(grads, trainable_variables)
        finally:
            self._rate = None

    def _get_current_learning_rate(self) -> Any:
        return super()._get_current_learning_rate() if self._rate is None else self._rate

    def finalize_variable_values(self, var_list: list[Any]) -> None:
        """Leave the weights alone: an epoch may follow, and the averages are read elsewhere."""


def averaged_weights(model: keras.Model) -> list[np.ndarray]:
    """Return the weights of a compiled model, the trained ones averaged if its optimiser does."""
    optimiser = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    if not optimiser.use_ema:
        return model.get_weights()
    averages = {
        trained.path: average
        for trained, average in zip(
            model.trainable_variables, optimiser._model_variables_moving_average, strict=True
        )
    }
    return [np.asarray(averages.get(w.path, w).numpy()) for w in model.weights]


def estimate_statistics(model: keras.Model, batches: Iterable[np.ndarray]) -> None:
    """Measure anew, in place, what the batch normalisations expect of their inputs.

    Averaged weights make other activations than the weights that the running statistics were
    gathered with (Izmailov et al., "Averaging weights leads to wider optima", 2018,
    arXiv:1803.05407). Each batch counts the same.

    Parameters
    ----------
    model : keras.Model
        Without dropout, which would widen the statistics.
    batches : iterable of (N, S, S, C) float32
    """
    layers = [
        layer
        for layer in model._flatten_layers()
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    momenta = [layer.momentum for layer in layers]
    if not layers:
        return
    try:
        for number, images in enumerate(batches):
            for layer in layers:
                layer.momentum = number / (number + 1)
            model(images, training=True)
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
