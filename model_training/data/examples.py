"""Slices as the arrays a network is trained on, prepared once and kept on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.reading import ask_with
from model_training.data import example_cache
from model_training.data.sources import Entry, Source, source_of_files


@dataclass(frozen=True, eq=False)
class Examples:
    """N preprocessed slices with their reference.

    Attributes
    ----------
    images : (N, S, S, C) uint8
        The network's input times 255; eight bits keep thousands of slices in memory. Straight from
        a cache it is mapped from the disk and read-only.
    masks : (N, S, S) uint8
        Coverage of each pixel by the reference, times 255.
    patients, kinds, names : (N,) str
        Patient id, tumour type ("" where unknown) and name in the source.
    """

    images: np.ndarray
    masks: np.ndarray
    patients: np.ndarray
    kinds: np.ndarray
    names: np.ndarray

    def __len__(self) -> int:
        return len(self.images)

    def take(self, which: np.ndarray) -> Examples:
        """Return the examples at an index or bool array, copied into memory."""
        return Examples(
            np.asarray(self.images)[which],
            np.asarray(self.masks)[which],
            self.patients[which],
            self.kinds[which],
            self.names[which],
        )


def load_examples(
    source: Source | Sequence[Path],
    steps: Preprocessing,
    cache: Path,
    say: Callable[[str], None] | None = None,
) -> Examples:
    """Read and preprocess slices, or take them from `cache` where that was done before.

    Parameters
    ----------
    source : Source, or a sequence of files
    steps : Preprocessing
    cache : Path
        A folder, made where missing; several runs may share it at the same time.
    say : callable, optional
        Takes one line for the user before long work.

    Raises
    ------
    ValueError
        If there is no slice, or one has no mask; the sentence names it.
    SliceError
        If a slice cannot be read.
    WriteError
        If the cache cannot be written.
    """
    if not isinstance(source, Source):
        source = source_of_files(list(source))
    _refuse_unmasked(source)
    folder = cache / cache_key(source, steps)
    arrays = example_cache.load(folder)
    if arrays is None:
        if say:
            say(f"preparing {len(source)} slices at {steps.size} px in {cache}, once")
        example_cache.store(folder, prepare(source, steps))
        arrays = example_cache.load(folder)
        if arrays is None:
            raise ValueError(f"{folder}: what was just written there does not read back")
    images, masks = arrays
    return Examples(
        images, masks, np.array(source.patients), np.array(source.kinds), np.array(source.names)
    )


def cache_key(source: Source, steps: Preprocessing) -> str:
    """Return a name that changes with the data and with the preprocessing."""
    views = "-".join(steps.channels).replace(":", "_")
    return f"{source.fingerprint()[:16]}-{views}-{steps.size}"


def prepare(source: Source, steps: Preprocessing) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the (S, S, C) image and (S, S) mask of each slice as uint8, read by several threads."""
    with ThreadPoolExecutor(os.cpu_count(), initializer=partial(ask_with, eager=True)) as pool:
        try:
            yield from pool.map(partial(_prepare, steps), source)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _prepare(steps: Preprocessing, entry: Entry) -> tuple[np.ndarray, np.ndarray]:
    slice_ = entry.read()
    if slice_.reference is None:
        raise ValueError(_unmasked(entry.name, slice_))
    return _to_bytes(steps.apply(slice_.pixels)), _to_bytes(steps.mask(slice_.reference))


def _refuse_unmasked(source: Source) -> None:
    """Refuse a slice without a mask before thousands of others are read."""
    if not len(source):
        raise ValueError("there are no slices to train on")
    for entry in source:
        if not entry.has_reference:
            raise ValueError(_unmasked(entry.name, entry.read()))


def _unmasked(name: str, slice_: Slice) -> str:
    return ". ".join((f"{name}: a slice without a mask cannot be trained on", *slice_.notes))


def _to_bytes(values: np.ndarray) -> np.ndarray:
    return np.rint(values * 255).astype(np.uint8)
