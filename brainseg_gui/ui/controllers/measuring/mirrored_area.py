"""The area that the network finds in the mirrored slice: asked for when nobody waits for it."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QTimer

from brainseg_gui.ui.controllers.measures import Measures
from brainseg_gui.ui.controllers.networks.network import Network
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen

IDLE_MS = 2000  # without a change of anything on the screen


class MirroredArea(QObject):
    """Asks the network in use for the slice on the screen, mirrored, after a while of quiet.

    The area that it finds there widens the band beside the prediction's area. A single slice goes
    before it, and a folder under way is left alone.
    """

    def __init__(self, screen: Screen, network: Network, measures: Measures) -> None:
        super().__init__()
        self._screen, self._network, self._measures = screen, network, measures
        self._quiet = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._quiet.timeout.connect(self._ask)
        screen.changed.connect(self._on_screen)
        network.mirrored.connect(self._on_answer)

    def _on_screen(self, now: OnScreen | None, _before: OnScreen | None) -> None:
        """Begin to wait anew; every stroke comes through here."""
        if now is None or not self._wanted(now):
            self._quiet.stop()
        else:
            self._quiet.start()

    def _wanted(self, now: OnScreen) -> bool:
        said = now.prediction
        return said is not None and said.percent is not None and not self._measures.mirrored_of(now)

    def _ask(self) -> None:
        now = self._screen.now
        if now is None or not self._wanted(now):
            return
        if self._network.busy or self._screen.session.stroke_under_way:
            self._quiet.start()
        else:
            self._network.ask_mirrored()

    def _on_answer(self, digest: str, area: int) -> None:
        self._measures.note_mirrored(self._screen.now, digest, area)
