"""Read slices and prepare their views in a thread; neighbours are ready before they are wanted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.slices import Slice
from brainseg_gui.core.view import Levels, View
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.ui.canvas.slice_view import SliceView, view_of
from brainseg_gui.ui.jobs.job import News, Work
from brainseg_gui.ui.jobs.service import Service

KEPT = 12
LATE_S = 0.2  # that a file may still take when another slice is wanted by now
KEPT_BYTES = 256 * 2**20  # a few large images instead of a dozen usual ones


class SliceReader(Service):
    """Answers the newest request first, then prefetches; the last dozen views are kept.

    Signals
    -------
    ready(Path, View, SliceView)
    failed(Path, str reason)

    Parameters
    ----------
    prepare : callable, optional
        Takes the digest of each slice that was read, in this thread: what else is shown of it can
        be made ready here.
    upright : callable, optional
        Takes each slice as it was read, in this thread; returns it as the reader wants it.
    levels : callable, optional
        Takes a view, in this thread; returns the levels that it is likely to be shown with.
    """

    ready = pyqtSignal(object, object, object)
    failed = pyqtSignal(object, str)

    task = "Reading"
    urgent = True

    def __init__(
        self,
        prepare: Callable[[str], None] | None = None,
        parent: QObject | None = None,
        upright: Callable[[Slice], Slice] | None = None,
        levels: Callable[[View], Levels] = lambda view: view.first_levels,
    ) -> None:
        super().__init__(parent)
        self._levels = levels
        self._prepare, self._upright = prepare, upright or (lambda slice_: slice_)
        self._kept: OrderedDict[tuple[Path, View], SliceView] = OrderedDict()
        self._reading = Path()

    def take(self, path: Path, view: View) -> SliceView | None:
        """Return a view that is ready, or None; then `request` it."""
        with self.changed:
            return self._kept.get((path, view))

    def request(self, paths: list[Path], view: View) -> None:
        """Read the first path, then prefetch the others; earlier requests are dropped."""
        self.submit((tuple(paths), view))

    def forget(self) -> None:
        """Let go of all views, of the one being read too: the files may have changed."""
        with self.changed:
            super().forget()
            self._kept.clear()

    def file_worth_s(self) -> float:
        """Return less for a file that hangs while another slice is to be on the screen."""
        with self.changed:
            wanted = self._waiting.get(0)
        worth_s = super().file_worth_s()
        if wanted is None or wanted[0][:1] == (self._reading,):
            return worth_s
        return min(worth_s, LATE_S)

    def failure(self, sentence: str) -> News:
        """Return the reason why the file under way cannot be read."""
        return self.failed, self._reading, sentence

    def serve(self, kind: int, request: tuple[tuple[Path, ...], View]) -> Work:
        """Read what is not kept yet."""
        paths, view = request
        for path in paths:
            yield None
            if not self._refreshed((path, view)):
                self._reading = path
                yield from self.guarded(self._read(path, view))

    def _read(self, path: Path, view: View) -> Work:
        try:
            found = view_of(self._upright(read_slice(path)), view)
        except SliceError as error:
            yield self.failure(error.reason)
            return
        found.prepare(self._levels(view))
        if self._prepare is not None:
            self._prepare(found.slice.digest)
        self._keep((path, view), found)
        yield self.ready, path, view, found

    def _refreshed(self, key: tuple[Path, View]) -> bool:
        """Tell whether a view is kept; it then is for longer."""
        with self.changed:
            if key not in self._kept:
                return False
            self._kept.move_to_end(key)
            return True

    def _keep(self, key: tuple[Path, View], found: SliceView) -> None:
        """Keep a view, unless all was forgotten while the file was read."""
        with self.changed:
            if self.outdated:
                return
            self._kept[key] = found
            while len(self._kept) > KEPT or (len(self._kept) > 1 and self._too_large()):
                self._kept.popitem(last=False)

    def _too_large(self) -> bool:
        return sum(view.nbytes for view in self._kept.values()) > KEPT_BYTES
