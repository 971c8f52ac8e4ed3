"""What a network is shown in an epoch: augmented batches, made beside it in worker threads."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from model_training.augment import augment
from model_training.data.examples import Examples

Augment = Callable[[np.ndarray, np.ndarray, np.random.Generator], tuple[Any, Any]]
"""(N, S, S, C) images and (N, S, S, 1) masks, both uint8, and random numbers in; images and masks
out, float32 in [0, 1], as NumPy arrays or as tensors of the backend."""

MOST_WORKERS = 12
QUEUE = 16  # batches ready before they are needed


def augmentation() -> Callable[..., tuple[Any, Any]]:
    """Return `augment`, or what does the same on the GPU where PyTorch trains on one.

    A GPU takes a batch in less time than a dozen threads need to make one. TensorFlow and JAX would
    take the batch back from the device only to send it there again.
    """
    if keras.config.backend() != "torch":
        return augment
    from torch import cuda

    if not cuda.is_available():
        return augment
    from model_training.augment.by_torch import augment_by_torch

    return augment_by_torch


def default_workers() -> int:
    """Return how many threads make batches; two at least, since only then Keras works ahead."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(MOST_WORKERS, max(2, (available or 2) - 1))


class Batches(keras.utils.PyDataset):
    """The batches of one epoch: their order and content depend on the seed alone.

    Parameters
    ----------
    examples : Examples
    size : int
        Slices a batch.
    seed : tuple of int
        Of the run, the stage and the epoch. A new epoch is a new object: Keras' workers run ahead
        into the next one before they say that the last is over.
    augment : callable
    workers : int or None
        Threads; `default_workers` where None.
    """

    def __init__(
        self,
        examples: Examples,
        size: int,
        seed: tuple[int, ...],
        augment: Augment,
        workers: int | None = None,
    ) -> None:
        super().__init__(workers=workers or default_workers(), max_queue_size=QUEUE)
        self._examples = examples
        self._size = size
        self._seed = seed
        self._augment = augment
        self._order = np.random.default_rng(seed).permutation(len(examples))

    def __len__(self) -> int:
        return math.ceil(len(self._examples) / self._size)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        # A last batch that would be short is filled up: one compiled shape, even weights.
        places = np.arange(index * self._size, (index + 1) * self._size) % len(self._order)
        chosen = self._order[places]
        images, masks = self._examples.images[chosen], self._examples.masks[chosen, ..., None]
        return self._augment(images, masks, np.random.default_rng((*self._seed, index)))

    def some_images(self, most: int) -> Iterator[Any]:
        """Yield the images of up to `most` batches."""
        return (self[index][0] for index in range(min(most, len(self))))
