"""Measure networks as they are used: whole slices in, masks of their own size out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.slices import Slice, patient_group
from model_training.evaluation.calibration import Calibration
from model_training.evaluation.postprocess import Choice, Grid, Postprocess, choose, dice_grid
from model_training.evaluation.predict import Predict, predictor
from model_training.evaluation.runners import BATCH, Runner, one_by_one
from model_training.evaluation.scores import SliceScore, score_slice
from model_training.evaluation.sheet import WORST, Tile, draw_tile
from model_training.evaluation.summary import headline

NamedSlice = tuple[str, Slice]


@dataclass(frozen=True)
class Way:
    """One way to a mask: a network, or several, and the settings from probability to mask."""

    predict: Predict
    settings: Postprocess


@dataclass
class Measured:
    """What was found in one way; filled slice by slice.

    Attributes
    ----------
    scores : list of SliceScore
    calibration : Calibration
        Of the probabilities, both-empty slices included.
    both_empty : int
        Slices without tumour in reference and prediction: they have no Dice.
    without_reference : int
        Slices that nothing can be measured on.
    worst : list of Tile
        Pictures of the slices with the lowest Dice, the lowest first.
    """

    scores: list[SliceScore] = field(default_factory=list)
    calibration: Calibration = field(default_factory=Calibration.nothing)
    both_empty: int = 0
    without_reference: int = 0
    worst: list[Tile] = field(default_factory=list)

    def add(
        self,
        name: str,
        slice_: Slice,
        probability: np.ndarray,
        mask: np.ndarray,
        score: SliceScore | None,
    ) -> None:
        """Take one slice with a reference, its (H, W) probability, its mask and their score."""
        assert slice_.reference is not None
        self.calibration += Calibration.of(probability, slice_.reference)
        if score is None:
            self.both_empty += 1
            return
        self.scores.append(score)
        if len(self.worst) < WORST or (score.dice, name) < self.worst[-1].key:
            self.worst.append(draw_tile(name, slice_, mask, score.dice))
            self.worst.sort(key=lambda tile: tile.key)
            del self.worst[WORST:]


def measure(
    ways: Mapping[str, Way],
    slices: Iterable[NamedSlice],
    spacing_mm: float | None = None,
    fold: int | None = None,
) -> dict[str, Measured]:
    """Measure each way on the same slices, a batch at a time.

    Parameters
    ----------
    ways : mapping from name to Way
    slices : iterable of (name, Slice)
        Read while they are measured; never all in memory.
    spacing_mm : float, optional
        Side of a pixel where the files do not say it.
    fold : int, optional
    """
    found = {name: Measured() for name in ways}
    for batch in _batches(_with_reference(slices, found)):
        pixels = [slice_.pixels for _, slice_ in batch]
        for way_name, way in ways.items():
            answers = way.predict(pixels)
            for (name, slice_), probability in zip(batch, answers, strict=True):
                mask = way.settings.mask(probability)
                score = score_slice(name, slice_, mask, spacing_mm, fold)
                found[way_name].add(name, slice_, probability, mask, score)
    return found


def choose_on(
    predict_with: Callable[[str], Predict], slices: Iterable[NamedSlice], grid: Grid
) -> tuple[Choice, Choice]:
    """Choose on validation slices: the threshold alone, and threshold, island and flips together.

    Nothing but a table of Dice is kept of a slice.

    Parameters
    ----------
    predict_with : callable
        Returns the network's probabilities under test-time flips, a name from `FLIPS`.
    slices : iterable of (name, Slice)
    grid : Grid

    Raises
    ------
    ValueError
        If no slice has a reference.
    """
    predicts = [predict_with(flips) for flips in grid.flips]
    tables, patients = [], []
    for batch in _batches((n, s) for n, s in slices if s.reference is not None):
        pixels = [slice_.pixels for _, slice_ in batch]
        answers = [predict(pixels) for predict in predicts]
        for (_, slice_), *probabilities in zip(batch, *answers, strict=True):
            assert slice_.reference is not None
            tables.append(dice_grid(probabilities, slice_.reference, grid))
            patients.append(patient_group(slice_.patient))
    everything = np.array(tables)
    alone = everything[:, :1, :, :1] if tables else everything
    return choose(alone, patients, grid.plain()), choose(everything, patients, grid)


def measure_slices(
    run: Runner, steps: Preprocessing, threshold: float, slices: Iterable[Slice]
) -> dict[str, Any]:
    """Measure one network in few numbers, as a card holds them.

    Returns
    -------
    dict
        As `summarise`, and `both_empty`: slices without tumour in reference and mask, which
        have no Dice and are left out of the means. Slices without a reference are left out.

    Raises
    ------
    ValueError
        If there is nothing to measure.
    """
    way = Way(predictor(one_by_one(run), steps), Postprocess(threshold))
    return card_numbers(measure({"network": way}, (("", slice_) for slice_ in slices))["network"])


def card_numbers(measured: Measured) -> dict[str, Any]:
    """Return the headline of what was measured; ValueError if there is nothing."""
    if not measured.scores:
        raise ValueError("none of the slices has a reference to measure against")
    return headline(measured.scores) | {"both_empty": measured.both_empty}


def _with_reference(
    slices: Iterable[NamedSlice], found: Mapping[str, Measured]
) -> Iterator[NamedSlice]:
    for name, slice_ in slices:
        if slice_.reference is not None:
            yield name, slice_
        else:
            for measured in found.values():
                measured.without_reference += 1


def _batches(slices: Iterable[NamedSlice]) -> Iterator[Sequence[NamedSlice]]:
    iterator = iter(slices)
    while batch := list(islice(iterator, BATCH)):
        yield batch
