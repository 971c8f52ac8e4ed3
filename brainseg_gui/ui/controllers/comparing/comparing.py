"""Which two masks are compared, kept up to date while something shows it."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Version
from brainseg_gui.ui.controllers.comparing.comparison import Comparison
from brainseg_gui.ui.controllers.comparing.sides import (
    Choice,
    Side,
    chosen,
    network_side,
    sides_of,
    with_side,
)
from brainseg_gui.ui.controllers.networks.other_networks import OtherNetworks
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.panels.comparing.row import CompareRow


class Comparing(QObject):
    """Finds the two masks, by the reader's choice or by itself; works only while it is used.

    A step of the reader is followed once the event loop is free: a stroke never waits for it.

    Signals
    -------
    changed(Comparison or None)
        Other masks are compared, or they are no more what they were.
    followed()
        The last step was taken into account, whether it changed them or not.
    complained(str)

    Attributes
    ----------
    now : Comparison or None
        None while nobody uses it, or where there are no two masks.
    """

    changed = pyqtSignal(object)
    followed = pyqtSignal()
    complained = pyqtSignal(str)

    def __init__(self, screen: Screen, row: CompareRow, others: OtherNetworks) -> None:
        super().__init__()
        self._screen, self._row, self._others = screen, row, others
        self.now: Comparison | None = None
        self._choice = Choice()
        self._held: Choice | None = None  # for this slice alone: its pieces are being kept
        self._users: set[str] = set()
        self._known: tuple[Version, ...] | None = None  # of this slice, once they were asked for
        self._masks: dict[int, Mask] = {}  # of those
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._update)
        screen.changed.connect(self._on_screen)
        row.opening.connect(self._offer)
        row.chosen.connect(self._choose)
        others.changed.connect(self._on_other)
        self._update()

    def use(self, user: str, on: bool) -> None:
        """Somebody shows what is compared from now on, or no more."""
        (self._users.add if on else self._users.discard)(user)
        if not self._users:
            self._held = None
        self._update()

    def hold(self) -> None:
        """Keep comparing these two on this slice, also once there is a correction."""
        if self.now is not None:
            self._held = Choice(self.now.a, self.now.b)

    def catch_up(self) -> None:
        """Follow the last step now, where that was put off."""
        if self._later.isActive():
            self._later.stop()
            self._update()

    def exchange(self) -> None:
        """Let A and B change places."""
        shown = self._shown()
        if shown is not None:
            self._take(Choice(shown[1], shown[0]))

    def _choose(self, place: str, side: Side | None) -> None:
        self._take(with_side(self._held or self._choice, place, side))

    def _take(self, choice: Choice) -> None:
        self._choice, self._held = choice, None
        self._update()

    def _offer(self) -> None:
        """List what there is, the versions too: a list is about to be opened."""
        now = self._screen.now
        if now is not None:
            self._known = None  # another reader's may have come
            self._row.show_sides(sides_of(now, self._versions(), self._networks()), self._shown())

    def _on_other(self) -> None:
        """Compare with what another network has just said: it was asked for that."""
        sides = list(self._networks())
        self._take(Choice(Side(Layer.PREDICTION), sides[-1]) if sides else Choice())

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        """Follow at once what is shown; what the reader's own hand did, once there is time."""
        edited = False
        if now is None or before is None or not _same_work(now, before):
            self._held = self._known = None
            self._masks.clear()
        else:
            if now.status != before.status:
                self._known = None
            edited = now.past is before.past and now.last is not before.last
        if edited:
            self._later.start()
        else:
            self._later.stop()
            self._update()

    def _update(self) -> None:
        """Compare anew, where anything of it changed."""
        if self._screen.session.stroke_under_way:
            return  # its end is told
        now, found = self._screen.now, self._found() if self._users else None
        sides = sides_of(now, self._known or ()) if now is not None else ()
        self._row.show_sides(sides, self._shown())
        same = self.now is None if found is None else found.is_as(self.now)
        if not same:
            self.now = found
            self.changed.emit(found)
        self.followed.emit()

    def _found(self) -> Comparison | None:
        now, shown = self._screen.now, self._shown()
        if now is None or shown is None or now.past is not None:
            return None
        a, b = (self._mask(now, side) for side in shown)
        if a is None or b is None or a.shape != b.shape:
            return None
        touched = any(mask is now.correction for mask in (a, b))
        return Comparison(now.view, now.reader, *shown, a, b, now.last if touched else None)

    def _shown(self) -> tuple[Side, Side] | None:
        now, choice = self._screen.now, self._held or self._choice
        if now is None:
            return None
        return chosen(
            choice,
            now,
            self._versions() if choice.names_version else (),
            self._networks() if choice.names_network else (),
        )

    def _networks(self) -> dict[Side, Mask]:
        """Return the masks of networks that are not in use; the last one last."""
        return {network_side(it.name, it.model): it.mask for it in self._others.masks()}

    def _versions(self) -> tuple[Version, ...]:
        if self._known is None:
            try:
                self._known = self._screen.session.versions()
            except StoreError as error:
                self.complained.emit(str(error))
                self._known = ()
        return self._known

    def _mask(self, now: OnScreen, side: Side) -> Mask | None:
        if side.network:
            return self._networks().get(side)
        if side.version is None:
            return now.layer(side.layer)
        found = self._masks.get(side.version.id)
        if found is None:
            try:
                found = self._screen.session.version_mask(side.version.id)
            except StoreError as error:
                self.complained.emit(str(error))
                return None
            self._masks[side.version.id] = found
        return found


def _same_work(now: OnScreen, before: OnScreen) -> bool:
    return now.slice is before.slice and now.reader == before.reader
