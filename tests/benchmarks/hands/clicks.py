"""A click of the corrector, from pixels to mask, by way of its process as the window asks it."""

from __future__ import annotations

import time

import numpy as np

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.clicks.robot import centre_click
from brainseg_gui.core.types import Mask
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.bundles import default_corrector
from brainseg_gui.inference.corrector_client import CorrectorClient
from brainseg_gui.inference.model_card import BundleError
from tests.benchmarks.instruments.rows import NotMeasured, Row, Setup, spread
from tests.benchmarks.instruments.samples import demo_slices

BUDGET_MS = 100
CLICKS = 3


def measure(setup: Setup) -> list[Row]:
    """Let a robot correct the demo's slices from an empty mask; the first click prepares each."""
    try:
        bundle = default_corrector()
    except BundleError as error:
        raise NotMeasured(str(error)) from error
    first: list[float] = []
    later: list[float] = []
    with CorrectorClient(bundle) as client:
        client.start()
        for path in demo_slices()[: 3 if setup.quick else None]:
            slice_, rng = read_slice(path), np.random.default_rng(0)
            assert slice_.reference is not None
            mask: Mask = np.zeros(slice_.shape, bool)
            clicks: list[Click] = []
            for number in range(CLICKS):
                click = centre_click(mask, slice_.reference, rng)
                if click is None:
                    break
                clicks.append(click)
                start = time.perf_counter()
                mask = client.correct(slice_.pixels, mask, clicks)
                (later if number else first).append(time.perf_counter() - start)
    return [
        Row(
            "click of the corrector until its mask, p95",
            *(float(np.percentile(first + later, 95)) * 1e3, "ms", BUDGET_MS),
            note=f"first on a slice {spread(first, 1e3)}, later {spread(later, 1e3)}",
        )
    ]
