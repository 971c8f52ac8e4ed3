"""What is written when all masks are: files that gather them, tables, the manifest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from brainseg_gui.core.slices import Tumour
from brainseg_gui.files.writers.given import Gathered, Given, Item
from brainseg_gui.files.writers.table import Gatherer, Writer, gatherers_in, row_named, sum_of
from brainseg_gui.review.exports import Export
from brainseg_gui.review.handover.existing import Existing
from brainseg_gui.review.handover.journal import Done
from brainseg_gui.review.handover.manifest import (
    Entry,
    Held,
    entry,
    entry_of_stack,
    write_manifest,
)
from brainseg_gui.review.handover.names import Names
from brainseg_gui.review.handover.options import Options
from brainseg_gui.review.handover.provenance import TABLE, Measured, Row, rows_of, write_table
from brainseg_gui.review.values.stored import PackedCorrection


class Gathering:
    """Writes the files of an export that are about all of its masks.

    Parameters
    ----------
    export : Export
    folder : Path
    options : Options
    names : Names
    done : sequence of (PackedCorrection, Done)
        The masks that were written.
    along : sequence of (PackedCorrection, Done)
        Others, that are in files of whole stacks.
    held : Held
        What files that are replaced held before.
    whole : bool
        Whether all were written that were asked for.

    Attributes
    ----------
    files : list of Path
        That were written of all masks together, beside tables and manifest.
    notes : list of str
        What must be known of them, one sentence each.
    """

    def __init__(
        self,
        export: Export,
        folder: Path,
        options: Options,
        names: Names,
        done: Sequence[tuple[PackedCorrection, Done]],
        along: Sequence[tuple[PackedCorrection, Done]],
        *,
        held: Held,
        whole: bool,
    ) -> None:
        self._export, self._folder, self._options = export, folder, options
        self._names, self._done, self._whole = names, done, whole
        self._all, self._held = [*done, *along], held
        keys = {(it.digest, it.reader) for it, _ in along}
        known = (export.whole or export).decided if keys else ()
        also = (it for it in known if (it.version.digest, it.version.reader) in keys)
        self._decided = [*export.decided, *also]
        self._entries: list[Entry] = []
        self.files: list[Path] = []
        self.notes: list[str] = []

    def steps(
        self, measured: Mapping[int, Measured], failed: Callable[[], bool]
    ) -> Iterator[Callable[[], None]]:
        """Yield what is to be done, one after the other: each may fail without the others.

        Parameters
        ----------
        measured : mapping of int to Measured
            By the id of a version.
        failed : callable
            Tells whether anything could not be written by then.
        """
        rows = self._rows(measured)
        self._note_masks(rows)
        items = [_item(self._folder, *it) for it in self._done]
        for gatherer in gatherers_in(self._options.formats):
            yield lambda it=gatherer: self._gather(it, Gathered(items, rows))  # type: ignore[misc]
        keeps = self._export.partial or not self._whole
        yield lambda: write_table(rows, self._folder, keeps_others=keeps)
        yield lambda: self._note(TABLE, "csv", {}) if rows else None
        review = "" if self._options.pseudonyms is not None else self._export.review
        whole = self._whole and not failed()
        yield lambda: write_manifest(self._folder, review, self._entries, whole=whole)

    def _rows(self, measured: Mapping[int, Measured]) -> list[Row]:
        written: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for it, done in self._all:
            written[it.digest, it.reader] += done.paths.values()
        known = [it for it in self._decided if it.version.id in measured]
        return rows_of(known, self._export.where, written, measured, self._names)

    def _note_masks(self, rows: Sequence[Row]) -> None:
        """Put every file of a mask into the manifest, by the row of the verdict that stands."""
        by_id = {row["id"]: row for row in rows}
        standing = {
            (it.version.digest, it.version.reader): by_id.get(it.version.id)
            for it in self._decided
            if it.stands
        }
        stacks: dict[str, tuple[int, list[Entry]]] = {}
        for it, done in self._all:
            plain = {
                **{"digest": self._names.digest(it.digest), "reader": it.reader},
                **{"verdict": it.verdict.value, "origin": self._names.origin(it.origin)},
            }
            row = standing.get((it.digest, it.reader)) or plain
            row = {**row, **{key: done.said.get(key) for key in ("slice", "patient", "tumour")}}
            row["area_px"] = done.said.get("area_px")
            formats = {file: kind for kind, file in done.paths.items()}
            kind = ""
            depths = done.said.get("stacks") or {}
            for file, sum_ in done.sums.items():
                kind = formats.get(file, kind)  # a file that goes with another comes after it
                said = entry(file, kind, sum_, row)
                if file in depths:
                    stacks.setdefault(file, (depths[file], []))[1].append(said)
                else:
                    self._entries.append(said)
        self._entries += [
            entry_of_stack(*it, zero=_is_zero_elsewhere(it[1])) for it in stacks.values()
        ]

    def _gather(self, gatherer: Gatherer, gathered: Gathered) -> None:
        """Write one file; of an export that was stopped only what can be gone on with."""
        path = self._folder / gatherer.file
        if not gatherer.joins:
            skips = self._options.existing is Existing.SKIP and path.exists()
            if skips or not self._whole:
                return
            number = 1
            while self._options.existing is Existing.VERSION and path.exists():
                number += 1
                name = Path(gatherer.file)
                path = self._folder / f"{name.stem}-{number}{name.suffix}"
        gatherer.write(path, gathered)
        self.files.append(path)
        count = {} if gatherer.joins else {"masks": len(gathered.items)}
        self.notes += self._held.fewer(path.name, len(gathered.items)) if count else ()
        self._note(path.name, gatherer.name, {}, count)

    def _note(self, name: str, kind: str, row: Row, more: Entry | None = None) -> None:
        said = entry(name, kind, sum_of(self._folder / name), row)
        self._entries.append({**said, **(more or {})})


def _is_zero_elsewhere(slices: Sequence[Entry]) -> bool:
    """Tell whether a file of several slices has those that are not exported, too."""
    row = row_named(str(slices[0]["format"]))
    return isinstance(row, Writer) and row.stack is not None and row.stack.zero_elsewhere


def _item(folder: Path, it: PackedCorrection, done: Done) -> Item:
    """Return a mask as files that gather many want it."""
    said = done.said
    tumour = str(said.get("tumour") or "")
    given = Given(
        name=str(said.get("slice") or ""),
        patient=str(said.get("patient") or ""),
        subject=str(said.get("subject") or ""),
        tumour=Tumour.__members__.get(tumour.upper()),
        verdict=it.verdict.value,
        reader=it.reader,
    )
    files = {kind: (folder / file,) for kind, file in done.paths.items()}
    return Item(given, lambda: it.file_mask, files)
