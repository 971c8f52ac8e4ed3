"""Measure a corrector on slices of patients that it was not trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui.core.clicks.robot import ROBOTS
from brainseg_gui.core.image.resample import resize_square
from brainseg_gui.core.slices import Slice, patient_group
from brainseg_gui.core.types import Mask
from brainseg_gui.inference.bundles import default_bundle, find_bundle, refiner_of
from brainseg_gui.inference.corrector import Corrector
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import read_card
from model_training.bundles.refiner import refine
from model_training.clicks.measure import CORRECTOR, DAB, Tried, summarise
from model_training.clicks.opening import ClickNetwork
from model_training.clicks.starts import load_starts
from model_training.clicks.trial import corrected, dabbed, try_clicks
from model_training.data.sources import Entry, Source
from model_training.evaluation.candidate import NEW, Knows, known_by_card
from model_training.evaluation.sheet import WORST, Tile, draw_tile

WORST_AFTER = 3  # clicks, by whose Dice the sheet of the worst is drawn
Predict = Callable[[Entry, Slice], np.ndarray | None]
"""A slice to the (H, W) probability that its correction starts from; None where it is not known."""


@dataclass
class Found:
    """What was measured, filled slice by slice.

    Attributes
    ----------
    tried : mapping from robot to list of Tried
    left_out : mapping from reason to number of slices
    worst : list of Tile
        The slices with the lowest Dice after three clicks of the first robot, the lowest first.
    """

    tried: dict[str, list[Tried]] = field(default_factory=lambda: {robot: [] for robot in ROBOTS})
    left_out: dict[str, int] = field(default_factory=dict)
    worst: list[Tile] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Return the numbers of each robot; ValueError if there was no slice."""
        return {robot: summarise(those) for robot, those in self.tried.items()}

    def leave_out(self, reason: str) -> None:
        """Count a slice that is not measured."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1

    def show(self, name: str, slice_: Slice, mask: Mask, dice: float) -> None:
        """Keep a picture of a slice if it is among the worst."""
        if len(self.worst) < WORST or (dice, name) < self.worst[-1].key:
            self.worst.append(draw_tile(name, slice_, mask, dice))
            self.worst.sort(key=lambda tile: tile.key)
            del self.worst[WORST:]


@dataclass(frozen=True)
class Start:
    """Where the masks come from that are to be corrected.

    Attributes
    ----------
    predict : callable
    threshold : float
    what : str
        A phrase for the report.
    knows : callable
        Whom their network has seen: its masks are too good there.
    """

    predict: Predict
    threshold: float
    what: str
    knows: Knows


def segmenter_of(bundle: str | None) -> Start:
    """Return the masks of a segmenter as starts, by default of the shipped one.

    Raises
    ------
    BundleError, EngineError
        If it cannot be used.
    """
    folder = find_bundle(bundle) if bundle else default_bundle()
    card, segmenter = read_card(folder), load_segmenter(folder, engine="onnxruntime")
    refiner = refiner_of(folder, card)
    cards = [card] if refiner is None else [card, refiner[1]]

    def knows(entry: Entry) -> str:
        found = {known_by_card(it)(entry) for it in cards} - {NEW}
        return min(found, default=NEW)

    def predict(entry: Entry, slice_: Slice) -> np.ndarray:
        return segmenter.probability(slice_.pixels)

    return Start(predict, card.threshold, f"those of {card.name}", knows)


def predictions_of(folder: Path, source: Source, threshold: float = 0.5) -> Start:
    """Return out-of-fold predictions as starts; ValueError as `load_starts`."""
    starts = load_starts(folder, source.names)
    place = {name: number for number, name in enumerate(source.names)}

    def predict(entry: Entry, slice_: Slice) -> np.ndarray | None:
        stored = starts.of(place[entry.name])
        return None if stored is None else to_slice(stored, slice_.shape)

    what = f"out-of-fold predictions in {folder.name}"
    return Start(predict, threshold, what, knows=lambda entry: NEW)


def drawn_once_more(start: Start, corrector: Corrector) -> Start:
    """Return what a reader finds where a corrector draws every mask once more before a click."""

    def predict(entry: Entry, slice_: Slice) -> np.ndarray | None:
        first = start.predict(entry, slice_)
        return None if first is None else refine(corrector, slice_.pixels, first, start.threshold)

    return replace(start, predict=predict, what=f"{start.what}, drawn once more by the corrector")


def to_slice(stored: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return the (H, W) probability of a slice from a stored (P, P) one, uint8."""
    side = max(shape)
    top, left = (side - shape[0]) // 2, (side - shape[1]) // 2
    square = resize_square(stored.astype(np.float32) / np.float32(255), side)
    return np.clip(square[top : top + shape[0], left : left + shape[1]], 0, 1)


def evaluate_clicks(
    network: ClickNetwork,
    source: Source,
    start: Start,
    *,
    seen_too: bool = False,
    show: Callable[[int, int], None] = lambda done, total: None,
) -> Found:
    """Let every robot correct every slice, with the corrector and with the ideal dab.

    Parameters
    ----------
    network : ClickNetwork
    source : Source
    start : Start
    seen_too : bool
        Whether slices of patients count on which the corrector was trained.
    show : callable, optional
        Takes how many slices are done, and of how many.

    Raises
    ------
    SliceError
        If a slice cannot be read.
    """
    found = Found()
    kept = list(_new(source, (network.knows, start.knows), found, seen_too))
    for number, entry in enumerate(kept):
        slice_ = entry.read()
        probability = start.predict(entry, slice_)
        if probability is None:
            found.leave_out("without_start")
        elif slice_.reference is None or not slice_.reference.any():
            found.leave_out("without_tumour")
        else:
            _try(network.corrector, entry, slice_, probability, start.threshold, found)
        show(number + 1, len(kept))
    return found


def _new(
    source: Source, who_knows: Sequence[Knows], found: Found, seen_too: bool
) -> Iterator[Entry]:
    for entry in source:
        answers = {knows(entry) for knows in who_knows} - {NEW}
        if answers and not seen_too:
            found.leave_out(min(answers))
        else:
            yield entry


def _try(
    corrector: Corrector,
    entry: Entry,
    slice_: Slice,
    probability: np.ndarray,
    threshold: float,
    found: Found,
) -> None:
    reference = slice_.reference
    assert reference is not None
    mask = probability >= threshold
    ways = {CORRECTOR: corrected(corrector, slice_, probability), DAB: dabbed(reference)}
    kind = slice_.tumour.text if slice_.tumour else "unknown"
    area, group = int(np.count_nonzero(reference)), patient_group(slice_.patient)
    for robot, tried in found.tried.items():
        trials: Mapping[str, Any] = {
            way: try_clicks(entry.name, mask, reference, update, robot)
            for way, update in ways.items()
        }
        tried.append(Tried(entry.name, group, kind, area, trials))
    first = next(iter(found.tried.values()))[-1].trials[CORRECTOR]
    found.show(entry.name, slice_, first.mask, float(first.dice[WORST_AFTER]))
