"""What a review hands over, as it is at one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.core.slices import Tumour
from brainseg_gui.review.contents import Contents
from brainseg_gui.review.handover.manifest import written_below
from brainseg_gui.review.handover.names import Hidden
from brainseg_gui.review.handover.whereabouts import Whereabouts
from brainseg_gui.review.values.stored import DecidedMask, PackedCorrection
from brainseg_gui.review.values.verdict import Verdict

HANDED_OVER = frozenset({Verdict.CORRECTED, Verdict.ACCEPTED})
# How verdicts are spelt where others than those are asked for; a rejected mask never leaves.
SELECTABLE = {
    "accepted": Verdict.ACCEPTED,
    "corrected": Verdict.CORRECTED,
    "flagged": Verdict.FLAGGED,
    "undecided": Verdict.IN_PROGRESS,
}


@dataclass(frozen=True)
class Export:
    """What a review hands over, as it was at one moment; the review itself is let go of.

    Attributes
    ----------
    corrections : tuple of PackedCorrection
        Each once for every file that has its pixels, under that one's name.
    others : tuple of PackedCorrection
        Masks that are not among those, because of their verdict or for want of one.
    turned_away : tuple of PackedCorrection
        Masks that are not, because their slices are turned otherwise now than when they were made.
    by_reader : bool
        Whether names must say whose mask it is.
    decided : tuple of DecidedMask
    where : Whereabouts
        Of the slices.
    spacing_mm : float or None
        Side of a pixel as it was declared for the data set.
    review : str
        Name of its file.
    whole : Export or None
        What these slices were taken of, where they are not all: a file that holds a whole stack
        takes the others of the stack from there.
    partial : bool
        Whether it is of some slices alone.
    """

    corrections: tuple[PackedCorrection, ...]
    others: tuple[PackedCorrection, ...]
    turned_away: tuple[PackedCorrection, ...]
    by_reader: bool
    decided: tuple[DecidedMask, ...]
    where: Whereabouts
    spacing_mm: float | None = None
    review: str = ""
    partial: bool = False
    whole: Export | None = None

    def narrowed(self, only: Collection[str] | None) -> Export:
        """Return what is handed over of the slices with these digests alone; None: of all."""
        if only is None:
            return self

        def those(masks: tuple[PackedCorrection, ...]) -> tuple[PackedCorrection, ...]:
            return tuple(it for it in masks if it.digest in only)

        return replace(
            self,
            corrections=those(self.corrections),
            others=those(self.others),
            turned_away=those(self.turned_away),
            decided=tuple(it for it in self.decided if it.version.digest in only),
            partial=True,
            whole=self.whole or self,
        )

    @property
    def along(self) -> tuple[PackedCorrection, ...]:
        """Return masks that are not asked for, but handed over where their stacks are."""
        asked = {it.digest for it in self.corrections}
        return tuple(it for it in (self.whole or self).corrections if it.digest not in asked)

    @property
    def gone(self) -> int:
        """Return how many masks have no slice any more, which some formats want."""
        return sum(self.where.file_of(it.digest, it.name) is None for it in self.corrections)

    def tumour_of(self, digest: str) -> Tumour | None:
        """Return the type of a slice's tumour, where a verdict was given on it and it is known."""
        said = (it.tumour for it in self.decided if it.version.digest == digest and it.tumour)
        return Tumour.__members__.get(next(said, "").upper())

    def count(self, verdict: Verdict) -> int:
        """Return how many masks have a verdict."""
        return sum(it.verdict is verdict for it in self.corrections)

    def hidden(self, pseudonyms: Pseudonyms) -> Hidden:
        """Return pseudonyms for all that is named here."""
        its: tuple[PackedCorrection | DecidedMask, ...] = (*self.corrections, *self.decided)
        files = (name for names in self.where.names.values() for name in names)
        return Hidden.of(pseudonyms, (it.patient for it in its), (*(it.name for it in its), *files))


@dataclass(frozen=True)
class Wanted:
    """Which masks of a review are asked for.

    Attributes
    ----------
    reader : str or None
        Only what this one made.
    select : frozenset of Verdict
        IN_PROGRESS are those without a verdict.
    only : frozenset of str or None
        The slices with these digests alone.
    """

    reader: str | None = None
    select: frozenset[Verdict] = HANDED_OVER
    only: Collection[str] | None = None


ALL = Wanted()


def read_export(
    contents: Contents,
    wanted: Wanted = ALL,
    *,
    slices: Path | None = None,
    spacing_mm: float | None = None,
    review: str = "",
) -> Export:
    """Read all that an export writes; a few megabytes for thousands of masks.

    Parameters
    ----------
    contents : Contents
    wanted : Wanted
    slices : Path, optional
        Folder of the slices: a mask is named by the files that have its pixels there now. What
        exports wrote there are no slices.
    spacing_mm, review
        As of an `Export`.

    Raises
    ------
    StoreError
        If the review cannot be read.
    """
    reader = wanted.reader
    by_reader = reader is None and len(contents.readers()) > 1
    masks, decided = contents.packed_masks(reader), contents.decided(reader)
    selected = [it for it in masks if it.verdict in wanted.select]
    folder = slices if selected or decided else None
    where = Whereabouts.of(folder, contents.turns(), written_below(folder))
    shown = [it for it in selected if where.shows(it.digest)]
    export = Export(
        tuple(it for mask in shown for it in where.placed(mask)),
        tuple(it for it in masks if it.verdict not in wanted.select),
        tuple(it for it in selected if not where.shows(it.digest)),
        *(by_reader, decided, where, spacing_mm, review),
    )
    return export.narrowed(wanted.only)


def before(export: Export, *, filtered: bool = False) -> str:
    """Return in one sentence what is going to be written, and what is not."""
    counts = {word: export.count(verdict) for word, verdict in SELECTABLE.items()}
    found = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    as_filtered = ", as filtered" if filtered else ""
    out = Counter(it.verdict for it in export.others)
    left = [f"{count} {_word(verdict)}" for verdict, count in out.items()]
    if aside := len(export.turned_away):
        left.append(f"{aside} of slices that lie otherwise now than when they were made")
    rest = f"; left out: {', '.join(left)}" if left else ""
    return f"Masks to write: {found or 'none'}{as_filtered}{rest}."


def _word(verdict: Verdict) -> str:
    return "without a verdict" if verdict is Verdict.IN_PROGRESS else verdict.value
