"""Read slices and prepare their views in a thread; neighbours are ready before they are wanted."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QObject, QThread, pyqtSignal

from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.readers.mat import read_slice
from brainseg_gui.ui.canvas.slice_view import SliceView, View, view_of

log = logging.getLogger(__name__)

KEPT = 12
KEPT_BYTES = 256 * 2**20  # a few large images instead of a dozen usual ones


class SliceReader(QThread):
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
    """

    ready = pyqtSignal(object, object, object)
    failed = pyqtSignal(object, str)

    def __init__(
        self, prepare: Callable[[str], None] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._prepare = prepare
        self._wanted: list[tuple[Path, View]] = []
        self._kept: OrderedDict[tuple[Path, View], SliceView] = OrderedDict()
        self._condition = threading.Condition()
        self._forgotten = 0  # how often: what was being read then is old as well
        self._stopping = False

    def take(self, path: Path, view: View) -> SliceView | None:
        """Return a view that is ready, or None; then `request` it."""
        with self._condition:
            return self._kept.get((path, view))

    def request(self, paths: list[Path], view: View) -> None:
        """Read the first path, then prefetch the others; earlier requests are dropped."""
        with self._condition:
            self._wanted = [(path, view) for path in paths]
            self._condition.notify()

    def forget(self) -> None:
        """Let go of all views: the files may have changed."""
        with self._condition:
            self._forgotten += 1
            self._wanted.clear()
            self._kept.clear()

    def close(self) -> None:
        """Stop the thread and wait for it."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        self.wait()

    def run(self) -> None:
        """Serve requests until `close`."""
        while (wanted := self._next()) is not None:
            (path, view), forgotten = wanted
            found = self._read(path, view)
            if not self._keep((path, view), found, forgotten):
                continue
            if isinstance(found, SliceView):
                self.ready.emit(path, view, found)
            else:
                self.failed.emit(path, found)

    def _read(self, path: Path, view: View) -> SliceView | str:
        """Return the view of a file, or why there is none."""
        try:
            found = view_of(read_slice(path), view)
            found.prepare()
            if self._prepare is not None:
                self._prepare(found.slice.digest)
            return found
        except SliceError as error:
            return error.reason
        except Exception as error:  # thread boundary: PyQt5 aborts on a raise here
            log.exception("reading %s", path)
            return f"{type(error).__name__}: {error}"

    def _next(self) -> tuple[tuple[Path, View], int] | None:
        with self._condition:
            while not self._stopping:
                while self._wanted:
                    key = self._wanted.pop(0)
                    if key not in self._kept:
                        return key, self._forgotten
                    self._kept.move_to_end(key)
                self._condition.wait()
            return None

    def _keep(self, key: tuple[Path, View], found: SliceView | str, forgotten: int) -> bool:
        """Keep a view; False, of a reason too, if all was forgotten while the file was read."""
        with self._condition:
            if forgotten != self._forgotten:
                return False
            if isinstance(found, SliceView):
                self._kept[key] = found
            while len(self._kept) > KEPT or (len(self._kept) > 1 and self._too_large()):
                self._kept.popitem(last=False)
            return True

    def _too_large(self) -> bool:
        return sum(view.nbytes for view in self._kept.values()) > KEPT_BYTES
