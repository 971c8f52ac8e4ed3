"""What a corrector sees of spoilt references: enough to compare engines, and to measure maps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from brainseg_gui.core.clicks.crop import crop_around
from brainseg_gui.core.clicks.robot import centre_click
from brainseg_gui.core.slices import Slice
from brainseg_gui.inference.corrector import Steps
from model_training.clicks.spoil import spoil


def clicked_inputs(
    steps: Steps, slices: Iterable[Slice], rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Yield the (S, S, C + 4) float32 input of each slice with a tumour, clicked once."""
    for slice_ in slices:
        reference = slice_.reference
        if reference is None or not reference.any():
            continue
        mask = spoil(reference, rng) if len(set(reference.shape)) == 1 else ~reference
        click = centre_click(mask, reference, rng)
        clicks = [click] if click else []
        views = steps.preprocessing.at_own_size(slice_.pixels)
        crop = crop_around(mask, clicks)
        yield steps.inputs(views, mask, mask.astype(np.float32), clicks, crop)[0]
