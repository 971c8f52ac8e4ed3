"""What of a report was not measured yet, and measuring it from the review and the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from brainseg_gui.core.masks.packing import unpack_mask
from brainseg_gui.core.measures.compared import compared
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.reports.reading.holdings import Holdings
from brainseg_gui.reports.reading.review import Choice, Known, SeenBy
from brainseg_gui.review.values.measured import REFERENCE, Measured, mask_key
from brainseg_gui.review.values.record import SliceLabel

Read = Callable[[str], Slice | None]
"""Returns the slice with a digest, as it is turned now; None where no file has it."""


@dataclass(frozen=True)
class Wanted:
    """Masks of one slice that are to be measured.

    Attributes
    ----------
    digest, name : str
    pairs : tuple of (bytes, bytes or None)
        Packed masks; None is the reference.
    """

    digest: str
    name: str
    pairs: tuple[tuple[bytes, bytes | None], ...]

    @property
    def needs_file(self) -> bool:
        """Tell whether the reference is needed, which only the file has."""
        return any(other is None for _, other in self.pairs)


def wanted(
    holdings: Holdings, slices: Iterable[Known], choices: Iterable[Choice], seen_by: SeenBy
) -> tuple[Wanted, ...]:
    """Return what `figures` would show with these choices and was not measured yet."""
    readers: dict[str, list[str]] = {}
    for digest, reader in holdings.corrections:
        readers.setdefault(digest, []).append(reader)
    choices, found = tuple(choices), []
    for known in slices:
        pairs = dict.fromkeys(_pairs(holdings, known, choices, seen_by, readers))
        missing = tuple(
            (one, other)
            for one, other in pairs
            if not _is_measured(holdings, known.digest, one, other)
        )
        if missing:
            found.append(Wanted(known.digest, known.name, missing))
    return tuple(found)


def measure(wanted: Wanted, label: SliceLabel | None, slice_: Slice | None) -> Iterator[Measured]:
    """Measure what is wanted of a slice, as far as it is there.

    Parameters
    ----------
    wanted : Wanted
    label : SliceLabel or None
        As the review knows the slice; None where only the file does.
    slice_ : Slice or None
        Where a reference is wanted.
    """
    if label is None and slice_ is None:
        return
    if label is None:
        assert slice_ is not None
        label = SliceLabel.of(wanted.name, slice_)
    reference = slice_.reference if slice_ is not None else None
    for one, other in wanted.pairs:
        against = reference if other is None else _mask(other, label)
        mask = _mask(one, label)
        if against is not None and against.shape == mask.shape:
            yield Measured(label, mask_key(one), _key(other), compared(mask, against))


def with_measured(holdings: Holdings, measured: Iterable[Measured]) -> Holdings:
    """Return holdings in which these measures are known, and the slices that they are of."""
    its = tuple(measured)
    labels = {it.label.digest: it.label for it in its}
    new = {it.key: it.values for it in its}
    return replace(
        holdings, measures={**holdings.measures, **new}, labels={**labels, **holdings.labels}
    )


def measure_all(
    wanted: Iterable[Wanted], labels: Mapping[str, SliceLabel], read: Read
) -> Iterator[tuple[Measured, ...]]:
    """Measure slice by slice; what comes for each may be nothing.

    Raises
    ------
    ValueError, zlib.error
        If a mask of the review is damaged.
    """
    for it in wanted:
        slice_ = read(it.digest) if it.needs_file or it.digest not in labels else None
        yield tuple(measure(it, labels.get(it.digest), slice_))


def _pairs(
    holdings: Holdings,
    known: Known,
    choices: Iterable[Choice],
    seen_by: SeenBy,
    readers: Mapping[str, list[str]],
) -> Iterator[tuple[bytes, bytes | None]]:
    digest, predictions = known.digest, holdings.predictions.get(known.digest, ())
    corrections = [holdings.corrections[digest, it].packed for it in readers.get(digest, ())]
    if known.has_reference is not False:
        yield from ((it, None) for it in corrections)
    for choice in choices if predictions else ():
        chosen = choice.of(predictions, known.patient, seen_by)
        if chosen is not None:
            if known.has_reference is not False:
                yield chosen.packed, None
            yield from ((it, chosen.packed) for it in corrections)


def _is_measured(holdings: Holdings, digest: str, one: bytes, other: bytes | None) -> bool:
    """Tell whether all is known of two masks; reviews of layout 4 know nothing of lesions."""
    found = holdings.measures.get((digest, mask_key(one), _key(other)))
    return found is not None and (other is not None or found.lesions is not None)


def _key(packed: bytes | None) -> str:
    return REFERENCE if packed is None else mask_key(packed)


def _mask(packed: bytes, label: SliceLabel) -> Mask:
    mask: Mask = np.asarray(unpack_mask(packed, label.shape))
    return mask
