"""On how many devices a network is trained, and when it pays to compile it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import keras

Context = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Devices:
    """Where a network is built and trained.

    Attributes
    ----------
    count : int
    together : callable
        Context in which a network is built, and trained, on all of them; one that is built and
        used outside of it stays on one device.
    """

    count: int = 1
    together: Context = nullcontext


def choose_devices(count: int, batch_size: int, parts: int = 1) -> Devices:
    """Share every batch among `count` devices, each with a copy of the network.

    Parameters
    ----------
    count : int
    batch_size : int
        That is divided.
    parts : int
        How many such batches make one step.

    Raises
    ------
    ValueError
        If there are not so many, a batch cannot be divided evenly, or the backend has no way to
        do it.
    """
    if count == 1:
        return Devices()
    if count < 1:
        raise ValueError(f"the number of devices must be 1 or more, found {count}")
    if batch_size % count:
        raise ValueError(f"a batch of {batch_size} slices cannot be divided by {count} devices")
    backend = keras.config.backend()
    if backend == "tensorflow":
        if parts > 1:
            raise ValueError(
                "TensorFlow cannot both share batches among devices and take them in parts; "
                "leave fit_memory_gb out, or train on one device"
            )
        return _mirrored(count)
    if backend == "jax":
        return _data_parallel(count)
    raise ValueError(f"several devices need the backend tensorflow or jax, this is {backend}")


def worth_compiling(count: int = 1) -> bool:
    """Whether XLA makes the training faster.

    JAX knows nothing else. TensorFlow's own kernels are faster on a CPU, and several devices are
    not compiled together; PyTorch runs as it is.
    """
    backend = keras.config.backend()
    if backend != "tensorflow":
        return backend == "jax"
    import tensorflow

    return count == 1 and bool(tensorflow.config.list_physical_devices("GPU"))


def _mirrored(count: int) -> Devices:
    import tensorflow

    found = tensorflow.config.list_logical_devices("GPU")
    found = found or tensorflow.config.list_logical_devices("CPU")
    _refuse_too_many(count, len(found))
    strategy = tensorflow.distribute.MirroredStrategy([device.name for device in found[:count]])
    return Devices(count, together=strategy.scope)


def _data_parallel(count: int) -> Devices:
    found = keras.distribution.list_devices()
    _refuse_too_many(count, len(found))
    shared = keras.distribution.DataParallel(devices=found[:count])
    return Devices(count, together=shared.scope)


def _refuse_too_many(count: int, found: int) -> None:
    if count > found:
        raise ValueError(f"{count} devices were asked for, {found} found")
