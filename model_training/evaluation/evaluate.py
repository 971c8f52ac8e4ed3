"""Measure networks, together and each alone, on the patients that are new to all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_training.data.sources import Source
from model_training.evaluation.candidate import TRAINED_ON, WITHOUT_PATIENT, Candidate, divide
from model_training.evaluation.fixes import suggestion_in
from model_training.evaluation.html import LEFT_OUT
from model_training.evaluation.measure import Measured, Way, card_numbers, measure
from model_training.evaluation.postprocess import Postprocess
from model_training.evaluation.predict import mean_of, predictor
from model_training.evaluation.report import build_report
from model_training.evaluation.split_note import SplitNote, measured_on

ENSEMBLE = "ensemble"


@dataclass(frozen=True)
class NewSlices:
    """The slices of a data set that are new to every network.

    Attributes
    ----------
    candidates : sequence of Candidate
    source : Source
    left_out : mapping from reason to number of slices
    """

    candidates: Sequence[Candidate]
    source: Source
    left_out: Mapping[str, int]

    def left_out_sentences(self) -> list[str]:
        """Return a sentence for each reason for which slices are left out."""
        return [
            f"{count} slices left out: {LEFT_OUT[reason]}"
            for reason, count in self.left_out.items()
            if count
        ]


@dataclass(frozen=True)
class Evaluation:
    """What some networks reach.

    Attributes
    ----------
    slices : NewSlices
    spacing_mm : float or None
    ways : mapping from name to Measured
        The headline first.
    """

    slices: NewSlices
    spacing_mm: float | None
    ways: Mapping[str, Measured]

    @property
    def split(self) -> SplitNote:
        """Return the note of the least trustworthy split among the networks, on these slices."""
        notes = [candidate.split for candidate in self.slices.candidates]
        note = next((note for note in notes if note.mark), notes[0])
        return measured_on(note, self.slices.source)

    def headline(self) -> dict[str, Any]:
        """Return the few numbers that a card holds; ValueError if nothing could be measured."""
        numbers = card_numbers(next(iter(self.ways.values())))
        return numbers | ({"split": self.split.label} if self.split.mark else {})

    def report(self, data: str) -> dict[str, Any]:
        """Return the report on a data set of that name; ValueError if nothing could be measured."""
        facts = {
            "unfinished": "",
            "networks": [candidate.facts for candidate in self.slices.candidates],
            "left_out": dict(self.slices.left_out),
            "spacing_mm": self.spacing_mm,
        }
        title = f"{_names(self.slices.candidates)} on {data}"
        return build_report(title, self.split, self.ways, facts)


def new_to_all(source: Source, candidates: Sequence[Candidate], folder: Path) -> NewSlices:
    """Return the slices of a folder's source that no network has seen.

    Raises
    ------
    ValueError
        If there are none; the sentence says why.
    """
    entries, left_out = divide(source, candidates)
    if not entries:
        raise ValueError(
            f"no slice in {folder} is new to {_names(candidates)}: {left_out[TRAINED_ON]} are "
            f"of patients trained on, {left_out[WITHOUT_PATIENT]} name no patient"
        )
    return NewSlices(candidates, Source(tuple(entries)), left_out)


def evaluate(
    slices: NewSlices, spacing_mm: float | None = None, fixes: Path | None = None
) -> Evaluation:
    """Measure networks on slices that are new to them.

    Parameters
    ----------
    slices : NewSlices
    spacing_mm : float, optional
        Side of a pixel where the files do not say it.
    fixes : Path, optional
        What readers keep fixing: the settings that it suggests are measured beside the headline.

    Raises
    ------
    SliceError
        If a slice cannot be read.
    ValueError
        If there is nothing to be learned from `fixes`.
    """
    ways = _ways(slices.candidates)
    if fixes is not None:
        headline = next(iter(ways.values()))
        suggested = suggestion_in(fixes, headline.settings.threshold)
        name = f"as readers fix: {suggested.threshold:g}, islands {suggested.smallest_island:g}"
        ways[name] = Way(headline.predict, suggested)
    found = measure(ways, slices.source.slices(), spacing_mm)
    return Evaluation(slices, spacing_mm, found)


def _ways(candidates: Sequence[Candidate]) -> dict[str, Way]:
    """Return the headline first: the one network, or the mean of all and then each alone."""
    predicts = [predictor(candidate.run, candidate.steps) for candidate in candidates]
    alone = {
        f"{number}: {candidate.name}": Way(predict, Postprocess(candidate.threshold))
        for number, (candidate, predict) in enumerate(zip(candidates, predicts, strict=True), 1)
    }
    if len(candidates) == 1:
        return {candidates[0].name: next(iter(alone.values()))}
    # Each network's own threshold was chosen for itself; their mean is the least partial.
    threshold = sum(candidate.threshold for candidate in candidates) / len(candidates)
    return {ENSEMBLE: Way(mean_of(predicts), Postprocess(threshold))} | alone


def _names(candidates: Sequence[Candidate]) -> str:
    if len(candidates) > 3:
        return f"{len(candidates)} networks"
    return " and ".join(candidate.name for candidate in candidates)
