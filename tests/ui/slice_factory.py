"""Write small slices for the window, each with its own light spot."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.files.writers.mat_writer import write_mat

SIDE = 128


def make_slice(
    shape: tuple[int, int] = (SIDE, SIDE), *, seed: int = 0, patient: str = "7", bare: bool = False
) -> Slice:
    """Return a head with a light lying ellipse, which is the reference; `bare` leaves all out."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    height, width = shape
    head = np.hypot((rows / height - 0.5) / 0.45, (columns / width - 0.5) / 0.45) < 1
    tumour = np.hypot((rows / height - 0.4) / 0.08, (columns / width - 0.6) / 0.16) < 1
    noise = np.random.default_rng(seed).integers(0, 60, shape)
    pixels = (head * (400 + noise) + tumour * 500).astype(np.float32)
    if bare:
        return Slice(pixels)
    return Slice(pixels, tumour, patient=patient, tumour=Tumour.GLIOMA)


def write_slices(folder: Path, *names: str, shape: tuple[int, int] = (SIDE, SIDE)) -> Path:
    """Write one slice for each name, all different; return the folder."""
    for seed, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_content(shape, seed))
    return folder


@cache
def _content(shape: tuple[int, int], seed: int) -> bytes:
    """Return the file of a slice, which hundreds of tests want."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "slice.mat"
        write_mat(path, make_slice(shape, seed=seed, patient=str(100 + seed)))
        return path.read_bytes()
