"""Fills the patient strip, keeps it up, and walks along it."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from brainseg_gui.core.measures.outliers import types_differ
from brainseg_gui.files.find import natural_key
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.controllers.strip.masks import mask_of
from brainseg_gui.ui.jobs.sketcher import Sketcher, Tile, Wanted
from brainseg_gui.ui.strip.panel import PatientStrip
from brainseg_gui.ui.worklist.panel import WorklistPanel

SOON_MS = 120  # after something changed: the slice itself is read and painted first


class Strip(QObject):
    """Shows the slices of the patient on the screen, and finds which of them break with the others.

    Pictures and outlines are drawn in a thread, and nothing waits for them; on the way from slice
    to slice only the ring moves.

    Signals
    -------
    told(str)
        Why there is no further slice.
    alarmed(tuple of str)
        How the slice on the screen breaks with the patient's others.
    """

    told = pyqtSignal(str)
    alarmed = pyqtSignal(object)

    def __init__(self, data_set: DataSet, worklist: WorklistPanel, panel: PatientStrip) -> None:
        super().__init__()
        self._data_set, self._worklist, self._panel = data_set, worklist, panel
        self._unfolded = True
        self._patient = ""
        self._breaks: dict[Path, tuple[str, ...]] = {}
        self._alarms: tuple[str, ...] = ()
        self._drawn_as: dict[Path, object] = {}  # what a slice was like when its tile was drawn
        self._edits: dict[Path, int] = {}  # how often its correction was seen to change
        self._sketcher = Sketcher(data_set.upright, self)
        self._sketcher.drawn.connect(self._on_drawn)
        self._sketcher.compared.connect(self._on_compared)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._keep_up)
        panel.chosen.connect(self.open)
        data_set.screen.settled.connect(self._on_screen)
        worklist.model.counted.connect(self._start_soon)
        data_set.opened.connect(self._forget)
        data_set.turned.connect(lambda _paths: self._forget())

    def unfold(self, on: bool) -> None:
        """Show the strip where a patient has several slices, or fold it away."""
        self._unfolded = on
        self._show_or_hide()

    def open(self, path: Path) -> None:
        """Bring a slice of the strip to the screen, whether it is listed or not."""
        if self._worklist.model.place(path) >= 0:
            self._worklist.choose(path)
        else:
            self._worklist.order.chosen = path
            self._worklist.chosen.emit(path)

    def step(self, by: int) -> None:
        """Go to the patient's slice before (-1) or after (1) the one on the screen."""
        entries = self._entries()
        path = self._data_set.slices.path
        place = next((at for at, entry in enumerate(entries) if entry.path == path), None)
        if place is None or len(entries) < 2:
            self.told.emit("No other slice of this patient is known.")
        elif not 0 <= place + by < len(entries):
            which = "last" if by > 0 else "first"
            self.told.emit(f"This is the {which} slice of patient {self._patient}.")
        else:
            self.open(entries[place + by].path)

    def close(self) -> None:
        """Stop drawing, and wait until that has ended."""
        self._soon.stop()
        self._sketcher.close()

    def _forget(self) -> None:
        """Let go of what was drawn: the files are others, or lie otherwise."""
        self._sketcher.forget()
        self._breaks, self._drawn_as = {}, {}
        self._panel.tiles.show(())
        self._show(self._data_set.screen.now)

    def _entries(self) -> list[Entry]:
        """Return the patient's slices that can be read, in the order of their names."""
        entries = self._worklist.model.of_patient(self._patient)
        return sorted(
            (entry for entry in entries if not entry.problem),
            key=lambda entry: natural_key(entry.name),
        )

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        if now is None or before is None or now.slice is not before.slice:
            self._show(now)
        elif now.last is not before.last:
            self._edits[now.path] = self._edits.get(now.path, 0) + 1
            self._start_soon()

    def _show(self, now: OnScreen | None) -> None:
        """Show whose slices they are; of the same patient the ring moves, and no more."""
        patient = "" if now is None else now.slice.patient
        if patient != self._patient:
            self._patient, self._breaks, self._drawn_as = patient, {}, {}
            self._panel.tiles.show(self._entries())
        self._show_or_hide()
        self._panel.show_current(None if now is None else now.path)
        self._say()
        self._start_soon()

    def _show_or_hide(self) -> None:
        several = self._panel.tiles.rowCount() > 1
        self._panel.setVisible(self._unfolded and several)

    def _start_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _keep_up(self) -> None:
        """Show how the patient's slices stand now, and have drawn what looks otherwise."""
        entries, tiles, now = self._entries(), self._panel.tiles, self._data_set.screen.now
        if tuple(entry.path for entry in entries) != tiles.paths:
            known = {path: it.tile for path in tiles.paths if (it := tiles.item(path)) and it.tile}
            tiles.show(entries, known)
            self._panel.show_current(None if now is None else now.path)
            self._show_or_hide()
        for entry in entries:
            tiles.change(entry.path, entry=entry)
        self._warn(entries)
        if len(entries) > 1:
            self._ask(entries, now)

    def _ask(self, entries: list[Entry], now: OnScreen | None) -> None:
        keys = {entry.path: self._key(entry) for entry in entries}
        outdated = [it for it in entries if self._drawn_as.get(it.path) != keys[it.path]]
        if not outdated:
            return
        places = {entry.path: place for place, entry in enumerate(entries)}
        own = 0 if now is None else places.get(now.path, 0)
        outdated.sort(key=lambda entry: abs(places[entry.path] - own))  # those in sight first
        wanted = (
            Wanted(it.path, mask_of(self._data_set, it, now), keys[it.path]) for it in outdated
        )
        self._sketcher.ask(tuple(places), tuple(wanted))

    def _on_drawn(self, path: Path, tile: Tile) -> None:
        if self._panel.tiles.item(path) is not None:
            self._drawn_as[path] = tile.about
            self._panel.tiles.change(path, tile=tile)

    def _on_compared(self, said: dict[Path, tuple[str, ...]]) -> None:
        self._breaks = said
        self._warn(self._entries())

    def _warn(self, entries: list[Entry]) -> None:
        types = types_differ([entry.tumour for entry in entries])
        for entry, differs in zip(entries, types, strict=True):
            found = (*self._breaks.get(entry.path, ()), *([differs] if differs else ()))
            self._panel.tiles.change(entry.path, warnings=found)
        self._say()

    def _say(self) -> None:
        now = self._data_set.screen.now
        item = None if now is None else self._panel.tiles.item(now.path)
        alarms = () if item is None else item.warnings
        if alarms != self._alarms:
            self._alarms = alarms
            self.alarmed.emit(alarms)

    def _key(self, entry: Entry) -> object:
        """Return what the tile of a slice depends on."""
        return (
            *(entry.digest, entry.turn, entry.predicted, entry.risk, entry.predicted_px),
            *(entry.corrected, self._data_set.session.reader, self._edits.get(entry.path, 0)),
        )
