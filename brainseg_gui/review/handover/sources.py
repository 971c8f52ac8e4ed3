"""The slices behind the masks of an export: read once each, for what is written and measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.core.types import Mask
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers.given import Given
from brainseg_gui.files.writers.table import writers_in
from brainseg_gui.review.exports import Export
from brainseg_gui.review.handover.names import Names
from brainseg_gui.review.handover.options import Options
from brainseg_gui.review.handover.provenance import Measured, measured
from brainseg_gui.review.values.stored import DecidedMask, PackedCorrection


class Sources:
    """Says what is known of each mask.

    Parameters
    ----------
    export : Export
    options : Options
    names : Names
        What slices and patients are called.

    Attributes
    ----------
    measured : dict of int to Measured
        By the id of a version.
    """

    def __init__(self, export: Export, options: Options, names: Names) -> None:
        self._where, self._options, self._names = export.where, options, names
        self._spacing_mm = export.spacing_mm
        self._wants = any(it.from_slice for it in writers_in(options.formats))
        self._versions: defaultdict[str, list[DecidedMask]] = defaultdict(list)
        for it in (export.whole or export).decided:
            self._versions[it.version.digest].append(it)
        self._asked = {it.version.digest for it in export.decided}
        self._last: tuple[Path, Slice | None] | None = None
        self.measured: dict[int, Measured] = {}

    def given(self, it: PackedCorrection) -> Given:
        """Return what a writer is told of a mask; the slice only where a format wants it."""
        path = self._where.file_of(it.digest, it.name)
        slice_ = self._slice(it.digest, path) if self._wants else None
        own = None if slice_ is None else slice_.spacing_mm
        return Given(
            name=self._names.slice(it.name),
            patient=self._names.patient(it.patient),
            subject=self._names.subject(it.patient),
            tumour=self._tumour(it.digest, slice_),
            verdict=it.verdict.value,
            reader=it.reader,
            slice=slice_,
            source=path,
            unread="" if path is not None else self._where.why_unread(it.name),
            spacing_mm=own or self._spacing_mm,
            turn=it.turn,
            shows_reference=it.verdict.is_decision,
            scale=self._options.scale,
            view=self._options.view,
            window=self._options.levels,
        )

    def said(self, it: PackedCorrection, given: Given, mask: Mask) -> dict[str, Any]:
        """Return, as plain values, what is said of a mask beside its files.

        A Dice is measured for verdicts alone: what has none may be read with the reference hidden.
        """
        self._measure(it.digest)
        return {
            "slice": given.name,
            "patient": given.patient,
            "subject": given.subject,
            "tumour": given.tumour_text,
            "spacing_mm": given.spacing_mm,
            "area_px": int(mask.sum()),
            "measured": [
                (number, self.measured[number].area_px, self.measured[number].dice)
                for number in (version.version.id for version in self._versions[it.digest])
            ],
        }

    def remember(self, said: Mapping[str, Any]) -> None:
        """Take over what was measured before an export was stopped."""
        with suppress(TypeError, ValueError):
            for number, area, score in said.get("measured", ()):
                self.measured[int(number)] = Measured(area, score)

    def measure_all(self) -> None:
        """Measure every version, of slices whose masks are not exported too."""
        for digest in self._asked:
            self._measure(digest)

    def _measure(self, digest: str) -> None:
        fresh = [it for it in self._versions[digest] if it.version.id not in self.measured]
        if fresh:
            slice_ = self._slice(digest, self._where.path(digest))
            turn = self._where.turns.way(digest)
            self.measured |= {it.version.id: measured(it, slice_, turn) for it in fresh}

    def _slice(self, digest: str, path: Path | None) -> Slice | None:
        """Return the slice in a file, as it is there; None where another one is by now."""
        if path is None:
            return None
        if self._last is None or self._last[0] != path:
            self._last = path, None
            with suppress(SliceError):
                self._last = path, read_slice(path)
        found = self._last[1]
        stored = self._where.turns.stored(digest)
        return found if found is not None and found.stored_digest == stored else None

    def _tumour(self, digest: str, slice_: Slice | None) -> Tumour | None:
        if slice_ is not None and slice_.tumour is not None:
            return slice_.tumour
        said = next((it.tumour for it in self._versions[digest] if it.tumour), "")
        return Tumour.__members__.get(said.upper())
