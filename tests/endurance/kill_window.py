"""The window that is killed: `kill_window.py SEED FOLDER …`, a `brainseg-gui` that works by itself.

It draws, undoes, redoes, walks and decides with mouse and keys, and says on stdout, unbuffered:
`told SENTENCE` of what the program before left; `begin NAME WHAT`; `drawing NAME MASK` while the
button is down; `done NAME MASK ROWS VERSIONS`, with what it added to the ledger so far.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator

import numpy as np
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QApplication

from brainseg_gui.cli.gui import main
from brainseg_gui.ui.app import make_application
from brainseg_gui.ui.controllers import seen
from brainseg_gui.ui.widgets import held_keys
from brainseg_gui.ui.window.main_window import MainWindow
from tests.endurance.kill_child import fingerprint
from tests.ui.hands import Hands

KEYS = {
    "undo": (Qt.Key_Z, Qt.ControlModifier),
    "redo": (Qt.Key_Y, Qt.ControlModifier),
    "next": (Qt.Key_D, Qt.NoModifier),
    "previous": (Qt.Key_A, Qt.NoModifier),
    "flag": (Qt.Key_F, Qt.NoModifier),
    "reject": (Qt.Key_Backspace, Qt.NoModifier),
}
WEIGHTS = {"stroke": 60, "undo": 12, "redo": 8, "next": 8, "previous": 8, "flag": 2, "reject": 2}


held_keys.UP_MS = seen.LEAST_MS = 0  # its hands are quicker than people's


class Reader:
    """Works on a window, one event each time that `go_on` is called."""

    def __init__(self, window: MainWindow, rng: random.Random) -> None:
        self._window, self._rng = window, rng
        self._hands = Hands(window, None)  # type: ignore[arg-type]
        window.parts.tools.choose("brush")
        self._rows = self._versions = 0
        self._work = self._all()

    def go_on(self) -> None:
        """Do the next thing, once the slice that was chosen is on the screen."""
        parts = self._window.parts
        if not parts.slices.arriving and parts.screen.now is not None:
            next(self._work)

    def _all(self) -> Iterator[None]:
        say("told", self._window.parts.data_set.session.recovered or "nothing")
        while True:
            (what,) = self._rng.choices(list(WEIGHTS), list(WEIGHTS.values()))
            opened = self._hands.current
            before = self._place()
            say("begin", opened.name, what)
            if what == "stroke":
                yield from self._stroke()
            else:
                self._hands.key(*KEYS[what])
            if self._hands.current is opened:
                self._rows += self._place() != before
            self._versions += what in {"flag", "reject"}
            mask = np.packbits(opened.correction.mask).tobytes()
            say("done", opened.name, fingerprint(mask), self._rows, self._versions)
            yield

    def _stroke(self) -> Iterator[None]:
        side = min(self._hands.mask.shape)
        points = [
            (self._rng.uniform(5, side - 5), self._rng.uniform(5, side - 5))
            for _ in range(self._rng.randint(1, 6))
        ]
        button = self._rng.choice([Qt.LeftButton, Qt.LeftButton, Qt.RightButton])
        self._hands.mouse.press(points[0], button)
        for point in points:
            self._hands.mouse.move(point)
            mask = np.packbits(self._hands.mask).tobytes()
            say("drawing", self._hands.current.name, fingerprint(mask))
            yield
        self._hands.mouse.release(points[-1], button)

    def _place(self) -> tuple[int, int]:
        history = self._hands.current.correction.history
        return len(history.done), len(history.undone)


def say(*words: object) -> None:
    """Say a line at once."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def go_on() -> None:
    """Let the reader work as soon as there is a window."""
    windows = [it for it in QApplication.topLevelWidgets() if isinstance(it, MainWindow)]
    if not windows or not windows[0].isActiveWindow():
        return
    if not readers:
        readers.append(Reader(windows[0], random.Random(sys.argv[1])))
    readers[0].go_on()


if __name__ == "__main__":
    application = make_application()
    readers: list[Reader] = []
    timer = QTimer(interval=1)
    timer.timeout.connect(go_on)
    timer.start()
    sys.exit(main(sys.argv[2:]))
