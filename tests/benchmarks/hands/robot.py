"""How many actions of each tool bring a prediction to the reference, in a robot's hands.

The slices are of patients that neither the network that made the prediction nor the corrector was
trained on. Nothing here is left to chance: the same slices, the same hands, the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.clicks.robot import centre_click
from brainseg_gui.core.image.resample import resize_lines
from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.core.types import Mask, Probability
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import read_infos, read_slice
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.inference.bundles import default_corrector
from brainseg_gui.inference.corrector_client import CorrectorClient
from brainseg_gui.inference.model_card import CORRECTOR, BundleError, Seen, read_card
from tests.benchmarks.instruments import robot_hands as hands
from tests.benchmarks.instruments.robot_hands import Hand
from tests.benchmarks.instruments.robot_scribble import scribbled
from tests.benchmarks.instruments.rows import NotMeasured, Row, Setup

SLICES, FEW = 200, 10
MOST = 20  # actions; a slice that needs more counts as one that needs one more
TARGETS = (0.95, 0.90)
BUDGET = 0.5  # of the brush's actions may a reader need who clicks


@dataclass(frozen=True, eq=False)
class Case:
    """A slice, and what a network said of it that had not seen its patient.

    Attributes
    ----------
    slice : Slice
        With a reference.
    probability : (H, W) float32
        The outline alone can be trusted where nothing but the mask was kept.
    """

    slice: Slice
    probability: Probability

    @property
    def reference(self) -> Mask:
        """Return what the hands work towards."""
        assert self.slice.reference is not None
        return self.slice.reference

    @property
    def start(self) -> Mask:
        """Return the prediction's mask."""
        return np.asarray(self.probability >= 0.5)


def measure(setup: Setup) -> list[Row]:
    """Let the robot correct the same slices with each tool in turn."""
    if setup.slices is None or setup.predictions is None:
        raise NotMeasured("name slices by --slices, and what was said of them by --predictions")
    try:
        bundle = default_corrector()
    except BundleError as error:
        raise NotMeasured(str(error)) from error
    graded, said = kept(setup.predictions)
    new = unseen(setup.slices, said, bundle)
    count = min(len(new), 3 if setup.quick else SLICES)
    chosen = [new[at] for at in np.linspace(0, len(new) - 1, count).round().astype(int)]
    cases = [case_of(read_slice(path), said[int(path.stem)]) for path in chosen]
    with CorrectorClient(bundle) as client:
        client.start()
        tools: dict[str, Callable[[Case], Iterator[Mask]]] = {
            "brush, dabs": partial(_by, hands.dab),
            "brush, strokes": partial(_by, hands.stroke),
            "lasso": partial(_by, hands.lasso),
            "scribble, random walker": _scribbled,
            "click to fix": partial(_clicked, client),
        }
        if graded:
            tools["threshold, then dabs"] = _thresholded
        scores = {
            tool: [_scores(does(case), case) for case in cases] for tool, does in tools.items()
        }
    return _rows(scores, [case.slice.tumour for case in cases])


# --- slices ---


def kept(folder: Path) -> tuple[bool, dict[int, NDArray[np.float32]]]:
    """Return whether probabilities were kept, and (S, S) of them, or of masks, by slice number."""
    kept: dict[int, NDArray[np.float32]] = {}
    files = sorted(folder.glob("probability_*.npz"))
    for path in files or sorted(folder.glob("masks_*.npz")):
        with np.load(path) as data:
            if files:
                said = data["probability"] / np.float32(255)
            else:
                side = math.isqrt(8 * data["bits"].shape[1])
                bits = np.unpackbits(data["bits"], axis=1, count=side**2)
                said = bits.reshape(-1, side, side).astype(np.float32)
            kept |= zip(data["n"].tolist(), said, strict=True)
    return bool(files), kept


def unseen(folder: Path, numbers: Container[int], bundle: Path) -> list[Path]:
    """Return the slices of those numbers whose patients the corrector has not seen."""
    card = read_card(bundle, CORRECTOR)
    paths = [
        path
        for path in find_slices([folder])
        if path.stem.isdecimal() and int(path.stem) in numbers
    ]
    found = [
        path
        for path, info in zip(paths, read_infos(paths), strict=True)
        if isinstance(info, SliceInfo)
        and info.has_reference
        and card.seen(info.patient) is Seen.NEW
    ]
    if not found:
        raise NotMeasured(f"no slice in {folder} is of a patient that the corrector has not seen")
    return found


def case_of(slice_: Slice, said: NDArray[np.float32]) -> Case:
    """Return a slice with what was said of it, at its own size."""
    height, width = slice_.shape
    tall = resize_lines(said, height)
    wide = np.ascontiguousarray(resize_lines(np.ascontiguousarray(tall.T), width).T)
    return Case(slice_, Probability(wide))


# --- the robot ---


def _by(hand: Hand, case: Case) -> Iterator[Mask]:
    """Yield the mask after each action of a hand, from the prediction on."""
    yield from _on(hand, case.start, case)


def _on(hand: Hand, mask: Mask, case: Case) -> Iterator[Mask]:
    while True:
        yield mask
        mask = hand(mask, case.reference)


def _thresholded(case: Case) -> Iterator[Mask]:
    """Yield the mask after the best threshold, if it is better than the network's, and dabs."""
    best = hands.threshold(case.probability, case.start, case.reference)
    if not np.array_equal(best, case.start):
        yield case.start
    yield from _on(hands.dab, best, case)


def _scribbled(case: Case) -> Iterator[Mask]:
    """Yield the mask after each scribble along the middle of the largest error."""
    return scribbled(case.slice.pixels, case.start, case.reference)


def _clicked(client: CorrectorClient, case: Case) -> Iterator[Mask]:
    """Yield the mask after each click of the middle of the largest error."""
    mask, clicks, rng = case.start, list[Click](), np.random.default_rng(0)
    while True:
        yield mask
        click = centre_click(mask, case.reference, rng)
        if click is not None:
            clicks.append(click)
            mask = client.correct(case.slice.pixels, mask, clicks, case.probability)


def _scores(masks: Iterator[Mask], case: Case) -> list[float]:
    """Return the Dice before the first and after each action, until it is as good as is asked."""
    scores: list[float] = []
    for mask in islice(masks, MOST + 1):
        scores.append(hands.overlap(mask, case.reference))
        if scores[-1] >= max(TARGETS):
            break
    return scores


# --- figures ---


def _rows(scores: Mapping[str, list[list[float]]], kinds: list[Tumour | None]) -> list[Row]:
    rows = []
    for target in TARGETS:
        counts = {tool: _counts(lists, target) for tool, lists in scores.items()}
        for tool, needed in counts.items():
            by_kind = "; ".join(
                f"{kind.name.lower()} {_text(needed[[one is kind for one in kinds]])}"
                for kind in Tumour
                if kind in kinds
            )
            name = f"{tool}: actions to Dice {target:.2f}, median"
            note = f"{len(needed)} slices, {_text(needed)}; {by_kind}"
            rows.append(Row(name, float(np.median(needed)), "", note=note))
        brush = float(np.median(counts["brush, dabs"]))
        if target == TARGETS[0] and brush:
            share = float(np.median(counts["click to fix"])) / brush
            rows.append(Row("click to fix over dabs of the brush", share, "", BUDGET))
    return rows


def _counts(scores: list[list[float]], target: float) -> NDArray[np.int_]:
    """Return after how many actions each slice was good enough; `MOST` + 1 where it never was."""
    return np.array(
        [
            next((after for after, score in enumerate(list_) if score >= target), MOST + 1)
            for list_ in scores
        ]
    )


def _text(needed: NDArray[np.int_]) -> str:
    return f"{np.median(needed):g} ({100 * np.mean(needed <= FEW):.0f} % within {FEW})"
