"""Draw slices small and compare their masks, in a thread that nobody waits for."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.measures.outliers import Marked, breaks, figures
from brainseg_gui.core.measures.sketch import Lines, Sketch, lines_of, sketch_of
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.jobs.job import Work
from brainseg_gui.ui.jobs.service import Service

KEPT = 384  # sketches: 10 MB
REST_S = 0.004  # between files, so that the reader's own requests always get through

MaskOf = Callable[[tuple[int, int]], tuple[Layer, Mask] | None]


@dataclass(frozen=True, eq=False)
class Wanted:
    """A slice to be drawn.

    Attributes
    ----------
    path : Path
    mask : callable
        Takes the slice's (H, W); returns the mask that stands for it now and which it is, or None.
        Called in the thread; where it fails by what the review holds, there is none.
    about : object
        Comes back with the tile.
    """

    path: Path
    mask: MaskOf
    about: object = None


@dataclass(frozen=True, eq=False)
class Tile:
    """A slice as the strip shows it.

    Attributes
    ----------
    picture : (S, S) uint8
    reference : Lines
        Outlines of the reference, be it to be seen or not.
    layer : Layer
        Whose outlines the next are; `NOTHING` where there is no mask.
    outline : Lines
    about : object
        As it was asked for.
    """

    picture: NDArray[np.uint8]
    reference: Lines
    layer: Layer
    outline: Lines
    about: object


class Sketcher(Service):
    """Draws what was asked for last; pictures of some hundred slices are kept.

    Signals
    -------
    drawn(Path, Tile)
    compared(dict of Path to tuple of str)
        How the masks break with each other; after the last one was drawn.

    Parameters
    ----------
    upright : callable
        Takes each slice as it was read, in this thread; returns it as the reader wants it.
    """

    drawn = pyqtSignal(object, object)
    compared = pyqtSignal(object)

    task = "Drawing the patient's slices"

    def __init__(self, upright: Callable[[Slice], Slice], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._upright = upright
        self._sketches: OrderedDict[Path, Sketch] = OrderedDict()
        self._marked: dict[Path, Marked] = {}  # of the patient's slices

    def ask(self, patient: tuple[Path, ...], wanted: tuple[Wanted, ...]) -> None:
        """Draw slices, the first one first, and compare those of the patient; returns at once.

        Parameters
        ----------
        patient : tuple of Path
            All slices of the patient; of those not among the wanted nothing changed.
        """
        if not self.isRunning():
            self.start()
        self.submit((patient, wanted))

    def forget(self) -> None:
        """Let go of all: the files may have changed, or are turned otherwise."""
        with self.changed:
            super().forget()
            self._sketches.clear()
            self._marked.clear()

    def serve(self, kind: int, request: tuple[tuple[Path, ...], tuple[Wanted, ...]]) -> Work:
        """Draw, then compare."""
        patient, wanted = request
        for it in wanted:
            yield None
            yield from self.guarded(self._draw(it))
        with self.changed:
            self._marked = {path: self._marked[path] for path in patient if path in self._marked}
            marked = dict(self._marked)
        said = breaks(tuple(marked.values()))
        yield self.compared, dict(zip(marked, said, strict=True))

    def _draw(self, wanted: Wanted) -> Work:
        try:
            sketch = self._sketch(wanted.path)
        except SliceError:  # the row says why
            return
        found = None
        with suppress(StoreError, ValueError, zlib.error):
            found = wanted.mask(sketch.shape)
        layer, mask = (Layer.NOTHING, None) if found is None else found
        outline: Lines = () if mask is None else lines_of(mask)
        look = sketch.look
        known = None if mask is None or look is None else figures(mask, look)
        with self.changed:
            if self.outdated:
                return
            self._marked[wanted.path] = Marked(look, known, has_mask=mask is not None)
        tile = Tile(sketch.picture, sketch.reference, layer, outline, wanted.about)
        yield self.drawn, wanted.path, tile

    def _sketch(self, path: Path) -> Sketch:
        """Return the sketch of a slice, from its file where it is not kept."""
        with self.changed:
            if path in self._sketches:
                self._sketches.move_to_end(path)
                return self._sketches[path]
        self.rest(REST_S)
        found = sketch_of(self._upright(read_slice(path)))
        with self.changed:
            if not self.outdated:
                self._sketches[path] = found
                while len(self._sketches) > KEPT:
                    self._sketches.popitem(last=False)
        return found
