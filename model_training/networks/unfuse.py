"""Train on what was handed over: give a fused network its normalisations back."""

from __future__ import annotations

from collections.abc import Iterable

import keras
import numpy as np

from model_training.networks.fuse import fusible


def unfuse(fused: keras.Model, model: keras.Model, batches: Iterable[np.ndarray]) -> None:
    """Give `model` the function of `fused`, with normalisations that suit the images.

    What `model_training.networks.fuse.fuse` wrote into kernel and bias cannot be told apart any
    more. So each normalisation is given the moments that its maps have on `batches`, and the scale
    and shift that undo it: in prediction nothing changes, and in training the maps are normalised
    as they would be had the network just come to this point.

    Parameters
    ----------
    fused : keras.Model
        From `fuse`; it takes images of the size of `batches`.
    model : keras.Model
        The network as it is trained, of any weights. Changed in place.
    batches : iterable of (N, S, S, C) float32
        One at least.

    Raises
    ------
    ValueError
        If they are not the same network.
    """
    carriers = {norm: carrier.name for norm, carrier in fusible(model)}
    known = {layer.name: layer.get_weights() for layer in fused.layers if layer.weights}
    wanted = {layer.name for layer in model.layers if layer.weights}
    if odd := sorted(known.keys() ^ (wanted - carriers.keys())):
        raise ValueError(f"layer {odd[0]} is in only one of them")
    for name in known.keys() - set(carriers.values()):
        model.get_layer(name).set_weights(known[name])
    moments = _moments(fused, list(carriers.values()), batches)
    for norm, carrier in carriers.items():
        kernel, bias = known[carrier]
        layer = model.get_layer(carrier)
        layer.set_weights([kernel, np.zeros_like(bias)] if layer.use_bias else [kernel])
        mean, variance = moments[carrier]
        scale = np.sqrt(variance + model.get_layer(norm).epsilon)
        model.get_layer(norm).set_weights([scale, mean, mean - bias, variance])


def _moments(
    model: keras.Model, names: list[str], batches: Iterable[np.ndarray]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return mean and variance of each map that the named layers give out."""
    if not names:
        return {}
    probe = keras.Model(model.input, [model.get_layer(name).output for name in names])
    sums: list[list[np.ndarray]] = []
    for images in batches:
        maps = [keras.ops.convert_to_numpy(one) for one in probe.predict_on_batch(images)]
        axes = [tuple(range(one.ndim - 1)) for one in maps]
        sums.append(
            [
                np.stack([one.mean(axis, dtype=np.float64), (one**2).mean(axis, dtype=np.float64)])
                for one, axis in zip(maps, axes, strict=True)
            ]
        )
    means = [np.mean(parts, axis=0) for parts in zip(*sums, strict=True)]
    return {
        name: (first.astype(np.float32), np.maximum(second - first**2, 0).astype(np.float32))
        for name, (first, second) in zip(names, means, strict=True)
    }
