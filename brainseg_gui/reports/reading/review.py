"""From what a review holds to the figures of its slices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from brainseg_gui.core.measures.compared import Compared
from brainseg_gui.core.measures.lesions import Lesion, lesions_in
from brainseg_gui.reports.figures import Figure, Reading
from brainseg_gui.reports.reading.holdings import Holdings, Network
from brainseg_gui.review.values.measured import REFERENCE, Fault, PackedPrediction, mask_key
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.review.worklist.entry import State

SeenBy = Callable[[str, str], bool | None]
"""Tells of a network, by the sum of its weights, whether it was trained on a patient; None where
nobody can say."""


@dataclass(frozen=True)
class Known:
    """What is known of a slice beside the review.

    Attributes
    ----------
    digest, name, patient, tumour : str
    reference_px : int or None
        Area of the reference, where there is one and it was looked at.
    has_reference : bool or None
        None where nobody looked.
    state : State or None
        Of the reader at work; None for that of whoever said something last.
    hidden : bool
        The reader at work must not know of the reference yet.
    """

    digest: str
    name: str
    patient: str = ""
    tumour: str = ""
    reference_px: int | None = None
    has_reference: bool | None = None
    state: State | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Choice:
    """Which prediction of a slice the figures are about.

    Attributes
    ----------
    networks : sequence of Network
        Those in question, the first that said something is taken; empty for any.
    new_to_patient : bool
        Only one of a network that was not trained on the patient: the prediction is out of fold.
    """

    networks: Sequence[Network] = ()
    new_to_patient: bool = False

    def of(
        self, predictions: Sequence[PackedPrediction], patient: str, seen_by: SeenBy
    ) -> PackedPrediction | None:
        """Return the prediction, the latest of equals; None where none is asked for."""
        its = list(reversed(predictions))
        if self.new_to_patient:
            its = [it for it in its if seen_by(it.model.sum, patient) is False]
        if not self.networks:
            return next(iter(its), None)
        said = {(it.model.name, it.model.threshold): it for it in reversed(its)}
        return next((said[it] for it in self.networks if it in said), None)


def known_of(holdings: Holdings) -> tuple[Known, ...]:
    """Return what the review itself knows of its slices, as they were last called."""
    return tuple(
        Known(it.digest, it.name, it.patient, it.tumour) for it in holdings.labels.values()
    )


def figures(
    holdings: Holdings, slices: Iterable[Known], choice: Choice, seen_by: SeenBy
) -> tuple[Figure, ...]:
    """Return the figures of some slices, in their order; what was not measured is not there."""
    return tuple(_figure(holdings, it, choice, seen_by) for it in slices)


def _figure(holdings: Holdings, known: Known, choice: Choice, seen_by: SeenBy) -> Figure:
    digest = known.digest
    predictions = holdings.predictions.get(digest, ())
    chosen = choice.of(predictions, known.patient, seen_by) if predictions else None
    readings = _readings(holdings, digest, chosen)
    measured = _of_reference(holdings, known, chosen)
    reference_px = known.reference_px
    if reference_px is None and (any_ := measured or _any_reference(readings)):
        reference_px = any_.other_px
    found = Figure(
        digest,
        known.name,
        known.patient,
        known.tumour,
        _state(readings, predicted=chosen is not None) if known.state is None else known.state,
        chosen.model if chosen else None,
        seen_by(chosen.model.sum, known.patient) if chosen else None,
        chosen.risk if chosen else None,
        chosen.area if chosen else None,
        reference_px,
        measured.dice if measured else _dice(known, chosen),
        measured.iou if measured else None,
        measured.hd95_px if measured else None,
        measured.shift_px if measured else None,
        chosen is not None,
        False,
        readings,
        _faults(holdings, digest),
        _lesions(measured),
    )
    return found.without_reference() if known.hidden else found


def _of_reference(
    holdings: Holdings, known: Known, chosen: PackedPrediction | None
) -> Compared | None:
    """Return the measures of a prediction, unless this file of the slice has no reference."""
    if chosen is None or known.has_reference is False:
        return None
    return holdings.measures.get((known.digest, chosen.key, REFERENCE))


def _lesions(measured: Compared | None) -> tuple[Lesion, ...] | None:
    if measured is not None and measured.lesions is not None:
        with suppress(ValueError):  # what a damaged review says of them is as if it said nothing
            return lesions_in(measured.lesions)
    return None


def _any_reference(readings: Sequence[Reading]) -> Compared | None:
    return next((it.against_reference for it in readings if it.against_reference), None)


def _dice(known: Known, chosen: PackedPrediction | None) -> float | None:
    """Return the Dice that was kept beside a prediction before there was a place for more."""
    return None if chosen is None or known.has_reference is False else chosen.dice


def _readings(
    holdings: Holdings, digest: str, chosen: PackedPrediction | None
) -> tuple[Reading, ...]:
    its = holdings.statuses.get(digest)
    if not its:
        return ()
    predicted = chosen.key if chosen else None
    found = []
    for reader in sorted(its):
        status = its[reader]
        effort = holdings.efforts.get((digest, reader))
        correction = holdings.corrections.get((digest, reader))
        against: list[Compared | None] = [None, None]
        if correction is not None:
            key = mask_key(correction.packed)
            against[0] = holdings.measures.get((digest, key, REFERENCE))
            against[1] = holdings.measures.get((digest, key, predicted)) if predicted else None
        found.append(
            Reading(
                reader,
                status.verdict,
                status.at,
                effort.seconds if effort else 0.0,
                effort.edits if effort else 0,
                *against,
            )
        )
    return tuple(found)


def _state(readings: Sequence[Reading], *, predicted: bool) -> State:
    """Return how far a slice has come by the reader who did something last."""
    touched = [it for it in readings if it.verdict is not Verdict.UNREVIEWED]
    if touched:
        return State[max(touched, key=lambda it: it.at).verdict.name]
    return State.PREDICTED if predicted else State.READY


def _faults(holdings: Holdings, digest: str) -> tuple[tuple[str, Fault], ...]:
    its = holdings.votes.get(digest, {})
    return tuple((it, its[it].fault) for it in sorted(its) if its[it].fault is not Fault.NONE)
