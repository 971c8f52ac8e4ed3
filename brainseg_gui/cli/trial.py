"""Ask the networks about one slice, in the way the window does, and say how it went."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.extras import GPU, is_installed, missing
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.corrector_client import CorrectorClient
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.model_card import ModelCard
from brainseg_gui.resources import resource

REPEATS = 5


def trial_predictions(
    bundle: Path, card: ModelCard, *, deep: bool = False
) -> Iterator[tuple[str, str, bool]]:
    """Yield, for each engine, its name, how it did on the first demo slice, and whether well.

    Parameters
    ----------
    bundle : Path
    card : ModelCard
    deep : bool
        Try TensorFlow too, and compare the masks.

    Raises
    ------
    EngineError
        If an engine cannot be used.
    SliceError
        If the demo slice cannot be read.
    """
    slice_ = _trial_slice()
    state, mask = _try(bundle, card, "onnxruntime", slice_)
    yield "trial", state, True
    if deep and not is_installed("tensorflow"):
        yield "trial", f"no comparison: {missing('TensorFlow is', GPU)}", True
    elif deep:
        state, other = _try(bundle, card, "tensorflow", slice_)
        differing = int(np.count_nonzero(mask != other))
        yield "trial", f"{state}; pixels unlike ONNX Runtime's: {differing}", differing == 0


def trial_corrections(bundle: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield how long a click of a corrector takes on the first demo slice.

    Raises
    ------
    BundleError, EngineError
        If the corrector cannot be used.
    SliceError
        If the demo slice cannot be read.
    """
    slice_, times = _trial_slice(), []
    height, width = slice_.shape
    click = Click(height / 2, width / 2, inside=True)
    with CorrectorClient(bundle) as client:
        client.start()
        for _ in range(REPEATS):
            start = time.perf_counter()
            client.correct(slice_.pixels, np.zeros(slice_.shape, bool), [click])
            times.append(time.perf_counter() - start)
    yield "trial", f"onnxruntime on CPU: {np.median(times) * 1e3:.0f} ms a click", True


def _trial_slice() -> Slice:
    """Return the first demo slice, or a bright disc where the demo is not installed."""
    for path in find_slices([resource("demo")]):
        return read_slice(path)
    rows, columns = np.mgrid[:512, :512]
    pixels = 300.0 * (np.hypot(rows - 256, columns - 256) < 200)
    disc = np.hypot(rows - 200, columns - 300) < 30
    return Slice((pixels + 300 * disc).astype(np.float32), reference=disc)


def _try(bundle: Path, card: ModelCard, engine: str, slice_: Slice) -> tuple[str, Mask]:
    start = time.perf_counter()
    with EngineClient(bundle, engine) as client:
        info = client.start()
        probability = client.probability(slice_.pixels)
        first = time.perf_counter() - start
        times = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            client.probability(slice_.pixels)
            times.append(time.perf_counter() - start)
    mask = probability >= card.threshold
    score = dice(mask, slice_.reference) if slice_.reference is not None else None
    state = (
        f"{info.engine} on {info.device}: {np.median(times) * 1e3:.0f} ms a slice, first mask "
        f"after {first:.1f} s, Dice {'unknown' if score is None else f'{score:.2f}'}"
    )
    return state, mask
