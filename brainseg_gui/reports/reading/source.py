"""The report on a review, or on a table of predictions, without a window."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from brainseg_gui.core.slices import Slice
from brainseg_gui.files import reading
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import natural_key
from brainseg_gui.files.formats import read_slice
from brainseg_gui.reports.audit.ranking import Ranking
from brainseg_gui.reports.figures import Figure
from brainseg_gui.reports.fixes.fixes import Fixes, costs_of
from brainseg_gui.reports.reading.holdings import Holdings, Network
from brainseg_gui.reports.reading.measuring import Wanted, measure_all, wanted, with_measured
from brainseg_gui.reports.reading.review import Choice, Known, SeenBy, figures, known_of
from brainseg_gui.reports.sizes import Bands
from brainseg_gui.review.handover.whereabouts import Whereabouts
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.values.measured import Measured, Vote
from brainseg_gui.review.values.record import SliceLabel
from brainseg_gui.review.values.stored import StoreError

Progress = Callable[[int, int], None]
"""Told how many slices of how many are measured."""


@dataclass(frozen=True)
class Asked:
    """What a report is to be about.

    Attributes
    ----------
    review : Path
    slices : Path or None
        Folder in which what was not measured yet is looked for; None looks nowhere.
    networks : sequence of str
        Names of the networks in question; empty for the one with the most predictions.
    reader : str or None
        Only what this reader made of the slices.
    """

    review: Path
    slices: Path | None = None
    networks: Sequence[str] = ()
    reader: str | None = None


@dataclass(frozen=True, eq=False)
class Found:
    """What a review says.

    Attributes
    ----------
    figures : tuple of Figure
    fixes : Fixes
    votes : tuple of Vote
    known : dict of str to Known
        The slices by digest.
    ranking : Ranking
        Of the out-of-fold predictions.
    notes : tuple of str
        One sentence each.
    problems : tuple of str
        Files that could not be read, each with its reason.
    readers : tuple of str
        Of the whole review.
    """

    figures: tuple[Figure, ...]
    fixes: Fixes
    votes: tuple[Vote, ...]
    known: dict[str, Known]
    ranking: Ranking
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    readers: tuple[str, ...]


class UnknownReaderError(ValueError):
    """A reader who said nothing in the review; the message is one sentence."""


def read_review(asked: Asked, seen_by: SeenBy, progress: Progress = lambda *_: None) -> Found:
    """Read a review, and measure what was not measured yet; the review stays as it is.

    Raises
    ------
    StoreError
        If it cannot be read.
    UnknownReaderError
        If nobody of that name said anything.
    """
    with closing(look_at(asked.review)) as session:
        contents = session.contents
        reading.wish_for(contents.wishes())
        readers = contents.readers()
        if asked.reader is not None and asked.reader not in readers:
            names = ", ".join(readers) or "nobody"
            raise UnknownReaderError(f"no reader {asked.reader!r} in {asked.review.name}: {names}")
        holdings = Holdings.of(contents)
        networks = tuple(
            it for it in holdings.networks if not asked.networks or it[0] in asked.networks
        )
        choice, audit = Choice(networks[:1]), Choice((), new_to_patient=True)
        known = _known(holdings)
        todo = wanted(holdings, known, (choice, audit), seen_by)
        # The files are looked at only where something is to be measured in them.
        folder = asked.slices if any(_needs_file(it, holdings) for it in todo) else None
        where = Whereabouts.of(folder, contents.turns())
        called = (_called(it, where) for it in known)
        known = tuple(sorted(called, key=lambda it: natural_key(it.name)))
        reader = _Reader(where, holdings)
        holdings = with_measured(holdings, _measured(todo, holdings, reader, progress))
        known = tuple(reader.better(it) for it in known)
        found = figures(holdings, known, choice, seen_by)
        mine = tuple(_only(it, asked.reader) for it in found)
        fixed = tuple(costs_of(mine, holdings, contents.measured))
    bands = Bands.of(it.size_px for it in found)
    return Found(
        mine,
        Fixes.of(mine, bands, fixed),
        tuple(vote for its in holdings.votes.values() for vote in its.values()),
        {it.digest: it for it in known},
        Ranking.of(figures(holdings, known, audit, seen_by)),
        _notes(networks, reader),
        tuple(reader.problems),
        readers,
    )


class _Reader:
    """Reads the slices of a review from their folder, and notes what came of it."""

    def __init__(self, where: Whereabouts, holdings: Holdings) -> None:
        self._where, self._labels = where, holdings.labels
        self._read: dict[str, tuple[SliceLabel, bool]] = {}
        self.problems: list[str] = []
        self.missing = 0

    def __call__(self, digest: str) -> Slice | None:
        """Return a slice, None where no file has it or it cannot be read."""
        path = self._where.path(digest)
        if path is None:
            self.missing += 1
            return None
        try:
            slice_ = self._where.turns.applied(read_slice(path))
        except SliceError as error:
            self.problems.append(f"{path}: {error.reason}")
            return None
        if slice_.digest != digest:  # it lies in another position now
            self.missing += 1
            return None
        name = self._where.names_of(digest)[0]
        self._read[digest] = SliceLabel.of(name, slice_), slice_.reference is not None
        return slice_

    def better(self, known: Known) -> Known:
        """Return what is known of a slice, with what its file said."""
        if known.digest not in self._read:
            return known
        label, has_reference = self._read[known.digest]
        return replace(
            known, patient=label.patient, tumour=label.tumour, has_reference=has_reference
        )


def _known(holdings: Holdings) -> tuple[Known, ...]:
    """Return the slices of a review; of those that were only predicted the name may be unknown."""
    labels = {it.digest: it for it in known_of(holdings)}
    said = dict.fromkeys((*labels, *holdings.predictions, *holdings.statuses))
    return tuple(labels.get(digest, Known(digest, digest[:8])) for digest in said)


def _called(known: Known, where: Whereabouts) -> Known:
    """Return a slice by the name that it has now."""
    its = where.names_of(known.digest)
    return replace(known, name=its[0]) if its else known


def _needs_file(it: Wanted, holdings: Holdings) -> bool:
    return it.needs_file or it.digest not in holdings.labels


def _measured(
    todo: Sequence[Wanted], holdings: Holdings, reader: _Reader, progress: Progress
) -> Iterator[Measured]:
    try:
        for done, its in enumerate(measure_all(todo, holdings.labels, reader), 1):
            yield from its
            progress(done, len(todo))
    except (ValueError, zlib.error) as error:
        raise StoreError(f"A mask of the review is damaged: {error}.") from error


def _only(figure: Figure, reader: str | None) -> Figure:
    if reader is None:
        return figure
    return replace(figure, readings=tuple(it for it in figure.readings if it.reader == reader))


def _notes(networks: Sequence[Network], reader: _Reader) -> tuple[str, ...]:
    said = []
    if networks:
        name, threshold = networks[0]
        said.append(f"The predictions are those of {name} at the threshold {threshold:g}.")
    if len(networks) > 1:
        others = ", ".join(f"{name} at {threshold:g}" for name, threshold in networks[1:])
        said.append(f"The review holds those of other networks as well: {others}.")
    if reader.missing:
        said.append(f"{reader.missing} slices were not found, and could not be measured.")
    return tuple(said)
