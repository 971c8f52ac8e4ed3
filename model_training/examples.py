"""Slices as the arrays a network is trained on, cached on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brainseg_gui.core.preprocess import Preprocessing
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.mat import read_slice


@dataclass(frozen=True, eq=False)
class Examples:
    """N preprocessed slices with their reference.

    Attributes
    ----------
    images : (N, S, S, C) uint8
        The network's input times 255; eight bits keep thousands of slices in memory.
    masks : (N, S, S) uint8
        Coverage of each pixel by the reference, times 255.
    patients, kinds, names : (N,) str
        Patient id, tumour type ("" where unknown) and path or name.
    """

    images: np.ndarray
    masks: np.ndarray
    patients: np.ndarray
    kinds: np.ndarray
    names: np.ndarray

    def __len__(self) -> int:
        return len(self.images)

    def take(self, which: np.ndarray) -> Examples:
        """Return the examples at an index or bool array."""
        return Examples(
            self.images[which],
            self.masks[which],
            self.patients[which],
            self.kinds[which],
            self.names[which],
        )


def prepare(slices: Iterable[tuple[str, Slice]], steps: Preprocessing) -> Examples:
    """Preprocess named slices; one without a reference is a ValueError that names it."""
    images, masks, patients, kinds, names = [], [], [], [], []
    for name, slice_ in slices:
        if slice_.reference is None:
            raise ValueError(f"{name}: a slice without a mask cannot be trained on")
        images.append(_to_bytes(steps.apply(slice_.pixels)))
        masks.append(_to_bytes(steps.mask(slice_.reference)))
        patients.append(slice_.patient)
        kinds.append(slice_.tumour.text if slice_.tumour else "")
        names.append(name)
    if not names:
        raise ValueError("there are no slices to train on")
    return Examples(
        np.stack(images), np.stack(masks), np.array(patients), np.array(kinds), np.array(names)
    )


def load_examples(paths: list[Path], steps: Preprocessing, cache: Path) -> Examples:
    """Read and preprocess `.mat` slices, or take them from `cache` where they were before."""
    file = cache / f"{fingerprint(paths)[:16]}-{'-'.join(steps.channels)}-{steps.size}.npz"
    if file.exists():
        with np.load(file) as stored:
            return Examples(**{name: stored[name] for name in stored.files})
    examples = prepare(((str(path), read_slice(path)) for path in paths), steps)
    cache.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".part.npz")
    np.savez(temporary, **vars(examples))
    temporary.replace(file)
    return examples


def fingerprint(paths: list[Path]) -> str:
    """Return a SHA-256 over paths, sizes and times of files: changes when the data do."""
    digest = hashlib.sha256()
    for path in paths:
        status = path.stat()
        digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _to_bytes(values: np.ndarray) -> np.ndarray:
    return np.rint(values * 255).astype(np.uint8)
