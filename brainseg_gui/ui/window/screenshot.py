"""Write what the window shows to a PNG and close: for documents, and where there is no screen."""

from __future__ import annotations

import sys
from pathlib import Path

from PyQt5.QtCore import QBuffer, QObject, QTimer

from brainseg_gui.files.atomic import make_folder, write_atomically
from brainseg_gui.files.errors import WriteError
from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.window.main_window import MainWindow

SETTLE_MS = 400
LIMIT_MS = 60_000


class Screenshot(QObject):
    """Waits until the first slice is shown and predicted, or cannot be, then writes and closes.

    Attributes
    ----------
    status : int
        0 once the picture is written.
    """

    def __init__(self, window: MainWindow, path: Path, *, opens: bool) -> None:
        super().__init__(window)
        self.status = 1
        self._window, self._path, self._parts = window, path, window.parts
        self._parts.screen.changed.connect(self._on_screen)
        self._parts.slices.broken.connect(lambda *_: self._soon())
        self._parts.network.answered.connect(self._on_answered)
        self._parts.data_set.complained.connect(lambda _sentence: self._soon())
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._write)
        QTimer.singleShot(LIMIT_MS, self._write)
        if not opens:
            self._soon()

    def _on_screen(self, now: OnScreen | None, _before: OnScreen | None) -> None:
        """Without a network that works, the slice is all there will be."""
        network = self._parts.network
        if now is not None and (network.predictor is None or network.complaint):
            self._soon()

    def _on_answered(self) -> None:
        """A network may fail before there is a slice to show."""
        if self._parts.screen.now is not None:
            self._soon()

    def _soon(self) -> None:
        self._settle.start()

    def _write(self) -> None:
        picture = QBuffer()
        picture.open(QBuffer.WriteOnly)
        self._window.grab().save(picture, "PNG")
        try:
            make_folder(self._path.parent)
            write_atomically(self._path, bytes(picture.data()))
            self.status = 0
        except WriteError as error:
            print(f"brainseg-gui: {error}", file=sys.stderr)
        self._window.close()
