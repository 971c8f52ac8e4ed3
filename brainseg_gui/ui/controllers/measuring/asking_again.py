"""What the network says of the slice moved a little: asked for when nobody waits for it."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from brainseg_gui.core.image.moved import Move
from brainseg_gui.core.measures.alarms import fragile
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.controllers.measures import Measures
from brainseg_gui.ui.controllers.networks.network import Network
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen

IDLE_MS = 2000  # without a change of anything on the screen


class AskingAgain(QObject):
    """Asks the network in use for the slice on the screen, moved, after a while of quiet.

    The area that it finds in the mirror widens the band beside the prediction's area, and a mask
    that moves too much is an alarm. A single slice goes before it, and a folder under way is left
    alone.

    Signals
    -------
    alarmed(tuple of str)
        What is to be said of the slice on the screen.
    """

    alarmed = pyqtSignal(object)

    def __init__(self, screen: Screen, network: Network, measures: Measures) -> None:
        super().__init__()
        self._screen, self._network, self._measures = screen, network, measures
        self._alarms: dict[tuple[str, str], tuple[str, ...]] = {}  # of all slices asked about
        self._asked: tuple[str, str] | None = None  # and not yet answered
        self._quiet = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._quiet.timeout.connect(self._ask)
        screen.changed.connect(self._on_screen)
        network.answered_again.connect(self._on_answer)

    def _on_screen(self, now: OnScreen | None, _before: OnScreen | None) -> None:
        """Begin to wait anew; every stroke comes through here."""
        about = _about(now)
        if self._asked not in (None, about):
            self._asked = None
            self._network.leave_again()
        if self._wanted(about):
            self._quiet.start()
        else:
            self._quiet.stop()
        self.alarmed.emit(self._alarms.get(about, ()) if about else ())

    def _wanted(self, about: tuple[str, str] | None) -> bool:
        return about is not None and about != self._asked and about not in self._alarms

    def _ask(self) -> None:
        about = _about(self._screen.now)
        if not self._wanted(about):
            return
        if self._network.busy or self._screen.session.stroke_under_way:
            self._quiet.start()
        else:
            self._asked = about
            self._network.ask_again()

    def _on_answer(self, digest: str, masks: Mapping[Move, Mask]) -> None:
        now = self._screen.now
        about = _about(now)
        if now is None or about is None or about != self._asked or about[0] != digest:
            return  # of a slice, or a network, that was left meanwhile
        assert now.prediction is not None, "there is nothing to ask about without"
        self._asked = None
        self._alarms[about] = fragile(now.prediction.mask, masks)
        self._measures.note_mirrored(now, int(masks[Move.MIRRORED].sum()))
        self.alarmed.emit(self._alarms[about])


def _about(now: OnScreen | None) -> tuple[str, str] | None:
    """Return the slice, and the network whose answer for it is at hand to the last pixel."""
    said = now.prediction if now is not None else None
    if now is None or said is None or said.percent is None or said.model is None:
        return None
    return now.slice.digest, said.model.sum
