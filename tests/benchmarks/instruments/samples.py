"""Slices to measure with: the demo's, many of them, or larger."""

from __future__ import annotations

import os
import shutil
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from brainseg_gui.resources import resource

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers.mat_writer import write_mat


def demo_slices() -> list[Path]:
    """Return the demo's slices, 512 x 512 pixels, in natural order."""
    return list(find_slices([resource("demo")]))


def fill(folder: Path, count: int, different: int | None = None) -> list[Path]:
    """Put `count` slices into a folder, made of the first `different` ones of the demo.

    Each of those is copied once and linked from then on, so that thousands take no time to make.
    """
    originals = demo_slices()[:different]
    paths: list[Path] = []
    for number, original in enumerate(islice(cycle(originals), count)):
        path = folder / f"{number + 1}.mat"
        if number < len(originals):
            shutil.copyfile(original, path)
        else:
            _link(paths[number % len(originals)], path)
        paths.append(path)
    return paths


def write_enlarged(path: Path, factor: int, number: int = 0) -> Path:
    """Write one of the demo's slices with `factor` times as many pixels a side, its mask smooth."""
    from skimage.transform import resize

    small = read_slice(demo_slices()[number])
    assert small.reference is not None
    shape = tuple(side * factor for side in small.shape)
    pixels = resize(small.pixels, shape, order=1, anti_aliasing=False)
    mask = resize(small.reference.astype(np.float32), shape, order=1, anti_aliasing=False) >= 0.5
    write_mat(path, Slice(np.rint(pixels).astype(np.float32), mask, patient=small.patient))
    return path


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a disk without hard links
        shutil.copyfile(source, target)
