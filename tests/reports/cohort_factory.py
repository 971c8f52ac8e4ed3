"""Reviews and figures for reports, small and made through the session like everything else."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.levels import levels_of, pack_levels
from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.measures.compared import Compared, compared
from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.core.types import Mask, Probability
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.reports.figures import Figure, Reading
from brainseg_gui.reports.fixes.savings import Costs
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.measured import REFERENCE, KeptLevels, Measured, mask_key
from brainseg_gui.review.values.record import SliceLabel
from brainseg_gui.review.values.verdict import ModelUse, Verdict
from brainseg_gui.review.worklist.entry import State

SIDE = 64
NETWORK = ModelUse("small", "abc", 0.5)


def new_to_all(_weights: str, _patient: str) -> bool | None:
    """Say that no network was trained on anybody."""
    return False


def new_slice(seed: int, tumour: Tumour | None = Tumour.GLIOMA) -> Slice:
    """Return a noisy slice with a round tumour; every second slice is the same patient's."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    reference = np.hypot(rows - 30, columns - 24 - seed) < 8
    pixels = np.random.default_rng(seed).integers(0, 900, (SIDE, SIDE)).astype(np.float32)
    return Slice(pixels, reference, patient=f"P{seed // 2}", tumour=tumour)


def chance_of(slice_: Slice, seed: int) -> Probability:
    """Return a probability that falls off around the tumour, with a speck elsewhere."""
    assert slice_.reference is not None
    rows, columns = np.mgrid[:SIDE, :SIDE]
    away = np.hypot(rows - 30, columns - 24 - seed)
    chance = np.clip(1 - (away - 4) / 8, 0, 1)
    chance[60, 60] = 0.9
    return Probability(chance.astype(np.float32))


def write_folder(folder: Path, count: int = 6) -> list[Slice]:
    """Write slices `0.mat` and so on; return them."""
    folder.mkdir(parents=True, exist_ok=True)
    slices = [new_slice(seed) for seed in range(count)]
    for seed, slice_ in enumerate(slices):
        write_mat(folder / f"{seed}.mat", slice_)
    return slices


def predict(session: ReviewSession, name: str, slice_: Slice, seed: int, *, kept: bool) -> Mask:
    """Keep a prediction, with its measures and levels or without; return its mask."""
    assert slice_.reference is not None
    chance = chance_of(slice_, seed)
    mask: Mask = chance >= NETWORK.threshold
    session.keep_prediction(
        *(slice_.digest, mask, NETWORK.name, NETWORK.sum, NETWORK.threshold),
        *(0.1 * seed, dice(mask, slice_.reference), int(mask.sum())),
    )
    if kept:
        label = SliceLabel.of(name, slice_)
        key = mask_key(pack_mask(mask))
        session.measured.keep(
            Measured(label, key, REFERENCE, compared(mask, slice_.reference)),
            levels=KeptLevels(label, NETWORK.sum, pack_levels(levels_of(chance))),
        )
    return mask


def correct(session: ReviewSession, name: str, slice_: Slice, mask: Mask) -> None:
    """Paint a mask over the prediction, and call it corrected."""
    session.open(name, slice_)
    session.begin_stroke(Layer.PREDICTION)
    assert session.current is not None
    session.current.correction.mask[...] = mask
    session.end_stroke("Stroke", Box(0, SIDE, 0, SIDE))
    session.decide(Verdict.CORRECTED)


def make_review(path: Path, slices: list[Slice], *, kept: bool = True) -> Path:
    """Write a review: all predicted; every third accepted by Ada, every third corrected by Bob."""
    with closing(ReviewStore(path)) as store:
        session = ReviewSession(store, "Ada")
        for seed, slice_ in enumerate(slices):
            name = f"{seed}.mat"
            predict(session, name, slice_, seed, kept=kept)
            if seed % 3 == 0:
                session.reader = "Ada"
                session.open(name, slice_)
                session.decide(Verdict.ACCEPTED)
            elif seed % 3 == 1:
                session.reader = "Bob"
                assert slice_.reference is not None
                correct(session, name, slice_, slice_.reference)
        session.close()
    return path


def figure(number: int = 0, *, seen: bool | None = False, **values: object) -> Figure:
    """Return a figure with numbers that follow from its own."""
    own: dict[str, object] = {
        "digest": f"d{number}",
        "name": f"{number}.mat",
        "patient": f"P{number // 3}",
        "tumour": ("glioma", "meningioma")[number % 2],
        "state": State.PREDICTED,
        "network": NETWORK,
        "seen": seen,
        "risk": 0.1,
        "area_px": 100 + 7 * number,
        "reference_px": 90 + 10 * number,
        "dice": 0.5 + (number * 37 % 50) / 100,
        "iou": 0.4 + (number * 37 % 50) / 100,
        "hd95_px": 2.0 + number,
        "shift_px": 0.5 - number / 10,
        "predicted": True,
    }
    return Figure(**(own | values))  # type: ignore[arg-type]


def reading(reader: str = "Ada", verdict: Verdict = Verdict.CORRECTED, n: int = 0) -> Reading:
    """Return what a reader made of a slice."""
    found = Compared(110 + n, 100, 0.9, 0.8, 3.0, 0.5 + n, 12 + n, 2, n % 2, 0)
    return Reading(reader, verdict, "2026-01-01T10:00:00.000+00:00", 30.0 + n, 4, found, found)


def costs(patient: str, seed: int) -> tuple[Costs, Probability, Mask]:
    """Return what a reader had to change on a probability with specks, and would have had to."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:100, :100]
    away = np.hypot(rows - 50, columns - 40)
    chance = np.clip(1.1 - away / 30, 0, 1)
    chance[rng.integers(0, 100, 6), rng.integers(75, 100, 6)] = 0.7
    corrected = away < 14
    found = Probability(chance.astype(np.float32))
    return Costs.of(patient, found >= 0.4, corrected, levels_of(found)), found, corrected
