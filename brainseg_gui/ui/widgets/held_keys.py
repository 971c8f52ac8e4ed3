"""Which keys are down, as the hand knows it."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt5 import sip
from PyQt5.QtCore import QEvent, QObject, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QWindow
from PyQt5.QtWidgets import QAction, QApplication

from brainseg_gui.ui.widgets.physical_keys import latin_key

UP_MS = 100
MODIFIERS = frozenset({Qt.Key_Shift, Qt.Key_Control, Qt.Key_Alt, Qt.Key_Meta, Qt.Key_AltGr})


class HeldKeys(QObject):
    """Tells a key that is pressed from one that is still held.

    A window system repeats a key that is held by releases and presses, and not always says that
    it does: a key is up once no press follows its release within `UP_MS`. One that was only tapped
    is up for other keys at once: hands that grade and accept are quicker than that. An action that
    is not to be repeated is not, whoever repeats it. Only the window that has the keyboard is
    watched: all that goes on in the program would take a tenth of its time.

    Parameters
    ----------
    actions : iterable of QAction
    parent : QObject

    Signals
    -------
    released(int key)
        It is up, or the window lost the keyboard and would not hear of it.

    Attributes
    ----------
    fresh : bool
        The last press, of a key or of the mouse, came while every other key was up.
    again : bool
        The last press was of a key that was down: it is held.
    """

    released = pyqtSignal(int)

    def __init__(self, actions: Iterable[QAction], parent: QObject) -> None:
        super().__init__(parent)
        self.fresh = True
        self._down: dict[int, QTimer] = {}  # each with what waits for it to be up
        self._repeated: set[int] = set()  # of those
        self._came_up: dict[int, int] = {}  # when each did, by the clock of the window system
        self.again = False
        self._window: QWindow | None = None
        for action in actions:
            action.installEventFilter(self)
        QApplication.instance().focusWindowChanged.connect(self._watch)
        self._watch(QApplication.focusWindow())

    @property
    def any_down(self) -> bool:
        """Tell whether a key is held, or came up a moment ago."""
        return bool(self._down)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """See keys and buttons; swallow only what a held key says to an action again."""
        if event is None:
            return False
        kind = event.type()
        if kind == QEvent.ShortcutOverride and isinstance(event, QKeyEvent):
            self._pressed(event)
        elif kind == QEvent.Shortcut and isinstance(watched, QAction):
            return self.again and not watched.autoRepeat()
        elif kind == QEvent.KeyRelease and isinstance(event, QKeyEvent):
            self._released(event)
        elif kind == QEvent.MouseButtonPress:
            self.fresh, self.again = True, False
        return False

    def _watch(self, window: QWindow | None) -> None:
        if self._window is not None and not sip.isdeleted(self._window):
            self._window.removeEventFilter(self)
        for key in tuple(self._down):
            self._up(key)
        self._window = window
        if window is not None:
            window.installEventFilter(self)

    def _pressed(self, event: QKeyEvent) -> None:
        key = latin_key(event)
        if key in MODIFIERS:
            return
        # A window that was busy hears of both at once: then the times of the events count.
        soon = event.timestamp() - self._came_up.get(key, event.timestamp() - UP_MS) < UP_MS
        self.again = event.isAutoRepeat() or key in self._down or soon
        self.fresh = not (self.again or any(map(self._may_be_held, self._down)))
        if self.again:
            self._repeated.add(key)
        if key not in self._down:
            timer = self._down[key] = QTimer(self, singleShot=True)
            timer.timeout.connect(lambda: self._up(key))
        self._down[key].stop()

    def _released(self, event: QKeyEvent) -> None:
        key = latin_key(event)
        self._came_up[key] = event.timestamp()
        if key in self._down:
            self._down[key].start(UP_MS)

    def _may_be_held(self, key: int) -> bool:
        """Tell whether a key is down, or came up as one does that is held and repeated."""
        return key in self._repeated or not self._down[key].isActive()

    def _up(self, key: int) -> None:
        timer = self._down.pop(key, None)
        self._repeated.discard(key)
        if timer is not None:
            timer.stop()
            timer.deleteLater()
            self.released.emit(key)
