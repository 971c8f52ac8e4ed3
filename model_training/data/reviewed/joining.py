"""Slices for training with the masks that readers made of them in reviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.errors import SliceError
from brainseg_gui.review.exports import HANDED_OVER
from brainseg_gui.review.values.stored import DecidedMask, StoreError
from brainseg_gui.review.values.verdict import Verdict
from model_training.data.reviewed import tally
from model_training.data.reviewed.places import Place, digests, places_in
from model_training.data.reviewed.tally import Tally
from model_training.data.reviewed.words import Words, read_words
from model_training.data.revised import Revised, sum_of
from model_training.data.sources import Entry, Source, entries_of, find_examples


@dataclass(frozen=True)
class Reviews:
    """Which reviews are data, as it was asked for.

    Attributes
    ----------
    files : sequence of Path
    reader : str or None
        Whose verdicts count; None where the newest of a slice does.
    slices : Path or None
        Folder of their slices where they do not lie beside them.
    """

    files: Sequence[Path] = ()
    reader: str | None = None
    slices: Path | None = None


NO_REVIEWS = Reviews()


@dataclass(frozen=True)
class _Found:
    """A verdict on a slice, and the slice in its file."""

    place: Place
    words: Words
    decided: DecidedMask


@dataclass(frozen=True)
class _Outcome:
    """What becomes of the slices of DATA, by their numbers, and which come from beside it."""

    changed: dict[int, _Found] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    beside: list[_Found] = field(default_factory=list)


def find_reviewed(
    data: Path | None, reviews: Reviews, say: Callable[[str], None] | None = None
) -> Source:
    """List the slices of a folder, of reviews, or of both.

    A slice of a review takes the mask that was accepted or corrected there in place of its own,
    and is as its reader had it turned. It is known by its pixels, wherever it lies: beside the
    review, in the folder of the reviews' slices, or in `data`. What was rejected or flagged there,
    or is of no use, is left out, of `data` too; what has no verdict stays as `data` has it.

    Parameters
    ----------
    data : Path or None
    reviews : Reviews
    say : callable, optional
        Takes a line before long work, and one on what was taken and what was not.

    Raises
    ------
    ValueError
        If there is no slice, a review cannot be read, or none holds anything of the reader.
    SliceError
        If a file of `data` cannot be read.
    """
    source = Source(()) if data is None else find_examples(data)
    if not reviews.files:
        return source
    words = [read_words(file, reviews.reader) for file in reviews.files]
    _refuse_unknown(reviews.reader, words)
    if say:
        say(f"looking for the slices of {', '.join(it.file.name for it in words)}")
    places = [*_of_data(source, data), *_beside(words, reviews.slices)]
    counts = Tally(len(words))
    joined = _joined(source, _outcome(words, places, counts))
    if say:
        say(counts.sentence)
    if not len(joined):
        raise ValueError(f"no slice to be had: {counts.sentence}")
    return joined


def _refuse_unknown(reader: str | None, words: Sequence[Words]) -> None:
    known = sorted({name for its in words for name in its.readers})
    if reader is not None and reader not in known:
        files = ", ".join(its.file.name for its in words)
        raise ValueError(f"no reader {reader!r} in {files}, only {', '.join(known) or 'nobody'}")


def _of_data(source: Source, data: Path | None) -> Iterator[Place]:
    if data is None:
        return
    paths = [entry.files[0] for entry in source]
    known = digests(data if data.is_dir() else data.parent, paths)
    for number, (entry, (digest, fits_if)) in enumerate(zip(source, known, strict=True)):
        yield Place(entry.files[0], entry.name, digest, fits_if, number)


def _beside(words: Iterable[Words], slices: Path | None) -> Iterator[Place]:
    folders = [it.file.absolute().parent for it in words if it.lie_in(it.file.absolute().parent)]
    folders += [slices] if slices is not None else []
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        yield from places_in(folder)


def _outcome(words: Sequence[Words], places: Iterable[Place], counts: Tally) -> _Outcome:
    """Decide about each slice once, and count it."""
    outcome = _Outcome()
    at: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.digest:
            at[place.digest].append(place)
    said: defaultdict[str, list[tuple[Words, DecidedMask]]] = defaultdict(list)
    for its in words:
        for digest, decided in its.of.items():
            said[its.turns.stored(digest)].append((its, decided))
    for stored, verdicts in said.items():
        _decide(at.get(stored, []), verdicts, outcome, counts)
    unfinished = set().union(*(its.unfinished for its in words))
    unseen = {digest for digest, its in at.items() if all(it.entry is None for it in its)}
    counts.note(tally.UNFINISHED, *sorted((unfinished | unseen) - said.keys()))
    return outcome


def _decide(
    places: Sequence[Place],
    verdicts: Sequence[tuple[Words, DecidedMask]],
    outcome: _Outcome,
    counts: Tally,
) -> None:
    """Let the newest verdict decide of those that were given to the slice as it is turned now."""
    fitting = [
        _Found(place, words, decided)
        for words, decided in verdicts
        for place in places
        if words.digest(place.digest, place.fits_if) == decided.version.digest
    ]
    name = verdicts[-1][1].name
    if places and not fitting:
        counts.note(tally.TURNED, name)
        return
    # By the clock: the verdicts of two files have no other order.
    newest = max(fitting, key=lambda it: it.decided.version.at, default=None)
    version = max((it for _, it in verdicts), key=lambda it: it.version.at).version
    version = newest.decided.version if newest else version
    if refused := _refused(version.verdict, version.unusable):
        counts.note(refused, name)
        outcome.dropped.update(it.entry for it in places if it.entry is not None)
    elif newest is None:
        counts.note(tally.MISSING, name)
    else:
        _take(newest, places, outcome, counts)


def _refused(verdict: Verdict, unusable: bool) -> str:
    if verdict not in HANDED_OVER:
        return verdict.value
    return tally.UNUSABLE if unusable else ""


def _take(found: _Found, places: Sequence[Place], outcome: _Outcome, counts: Tally) -> None:
    counts.note(found.decided.version.verdict.value, found.place.name)
    if (number := found.place.entry) is None:
        outcome.beside.append(found)
    else:
        outcome.changed[number] = found
    for place in places:
        if place.entry is not None and place.entry != number:
            outcome.dropped.add(place.entry)
            counts.note(tally.COPIES, place.name)


def _joined(source: Source, outcome: _Outcome) -> Source:
    """Return the slices of DATA as they were changed, and behind them those from beside it."""
    entries = [
        _revised(entry, outcome.changed[number]) if number in outcome.changed else entry
        for number, entry in enumerate(source)
        if number not in outcome.dropped
    ]
    taken = {entry.name for entry in entries}
    names = []
    for found in outcome.beside:
        place = found.place
        names.append(f"{place.digest[:8]}/{place.name}" if place.name in taken else place.name)
        taken.add(names[-1])
    beside = entries_of(names, [found.place.path for found in outcome.beside])
    entries += map(_revised, beside, outcome.beside)
    return Source(tuple(entries))


def _revised(entry: Entry, found: _Found) -> Entry:
    """Return a slice that is read with its reader's mask."""
    version, words = found.decided.version, found.words
    turn = words.turns.turn(found.place.digest, found.place.fits_if)
    try:
        total = sum_of(found.decided.mask, turn.name)
    except StoreError as error:
        raise ValueError(str(error)) from error
    began = version.start is Layer.PREDICTION
    return replace(
        entry,
        patient=entry.patient or found.decided.patient,
        kind=entry.kind or found.decided.tumour,
        has_reference=True,
        read=partial(_read, entry, found),
        revised=Revised(words.file.name, version.verdict.value, began, total),
    )


def _read(entry: Entry, found: _Found) -> Slice:
    slice_ = found.words.turns.applied(entry.read())
    if slice_.digest != found.decided.version.digest:
        raise SliceError(entry.files[0], "it has other pixels than when it was reviewed")
    return replace(slice_, reference=found.decided.mask)
