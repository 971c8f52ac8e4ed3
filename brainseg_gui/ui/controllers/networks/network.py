"""The network at the reader's side: asks the predictor, shows what comes back."""

from __future__ import annotations

import threading
from collections.abc import Collection
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.inference.model_card import FILES, ModelCard
from brainseg_gui.review.values.verdict import ModelUse
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.jobs.predictor import Predictor
from brainseg_gui.ui.panels.model_panel import ModelPanel


class Network(QObject):
    """Keeps one `Predictor`, and replaces it when another bundle is chosen.

    Signals
    -------
    answered()
        The network answered, or failed to: nothing more comes for the request.
    changed()
        What can be asked changed: a network is ready, gone, or busy with a folder.
    complained(str)
    told(str)
        A sentence that is good to know.
    engine_ready(str)
    answered_again(str digest, dict of Move to mask)
        What `ask_again` was about.
    measured(Path, tuple of Measured, KeptLevels)
        What was measured of a prediction.
    valued(str)
        How well its risks find poor masks, a sentence; empty where that was not measured.

    Parameters
    ----------
    data_set : DataSet
    panel : ModelPanel
    free : threading.Event
        Set while a folder may be predicted; between two slices it waits until then.
    """

    answered = pyqtSignal()
    changed = pyqtSignal()
    complained = pyqtSignal(str)
    told = pyqtSignal(str)
    engine_ready = pyqtSignal(str)
    answered_again = pyqtSignal(str, object)
    measured = pyqtSignal(object, object, object)
    valued = pyqtSignal(str)

    def __init__(self, data_set: DataSet, panel: ModelPanel, free: threading.Event) -> None:
        super().__init__()
        self._data_set, self._panel, self._free = data_set, panel, free
        self._screen = data_set.screen
        self._predictor: Predictor | None = None
        self.card: ModelCard | None = None
        self.complaint = ""  # of the network in use
        self.busy = False
        self.on_opening = True
        self._screen.changed.connect(self._on_screen)

    @property
    def available(self) -> bool:
        """Tell whether there is a network to ask."""
        return self._predictor is not None and self.card is not None

    @property
    def predictor(self) -> Predictor | None:
        """Return the worker that owns the engine."""
        return self._predictor

    def use(self, bundle: Path) -> None:
        """Start a network; one that was there before is let go with its predictions."""
        self.close()
        self.card = self._screen.card = None
        self._data_set.use_networks(())
        self._data_set.rows.seen.use(lambda _patient: False)
        self.complaint = ""
        self.valued.emit("")
        data_set = self._data_set
        put, upright = data_set.predictions.put, data_set.upright
        predictor = Predictor(bundle, put, self, upright, self._free, judged=True)
        predictor.card_read.connect(self._on_card)
        predictor.engine_ready.connect(self.engine_ready)
        predictor.engine_ready.connect(self._value)
        predictor.answered_again.connect(self.answered_again)
        predictor.predicted.connect(self._on_predicted)
        predictor.measured.connect(self.measured)
        predictor.skipped.connect(
            lambda path, reason: self._data_set.rows.note(path, problem=reason)
        )
        predictor.failed.connect(self._on_failed)
        predictor.restarted.connect(self.told)
        predictor.restarted.connect(self._value)  # it may be the second network that is gone
        predictor.progressed.connect(self._panel.show_progress)
        predictor.batch_finished.connect(self._on_batch_finished)
        self._predictor = predictor
        self._panel.state.setText("Loading the network…")
        predictor.start()
        self.changed.emit()

    def predict_on_opening(self, on: bool) -> None:
        """Predict slices as they are opened, or only when asked."""
        self.on_opening = on
        self._ask_if_wanted()

    def ask(self) -> None:
        """Ask for the slice on the screen."""
        now = self._screen.now
        if self._predictor and now:
            self._predictor.ask(now.path, now.slice)

    def ask_again(self) -> None:
        """Ask for the slice on the screen, moved a little; it is nobody's hurry."""
        now = self._screen.now
        if self._predictor and now:
            self._predictor.ask_again(now.slice)

    def leave_again(self) -> None:
        """Want that no more."""
        if self._predictor:
            self._predictor.ask_again(None)

    def ask_folder(self, only: Collection[Path] | None = None) -> None:
        """Ask for every slice without a prediction, or for those of some slices."""
        paths = self._data_set.rows.unpredicted()
        if only is not None:
            paths = [path for path in paths if path in only]
        if not paths:
            self.told.emit(f"Every {'' if only is None else 'chosen '}slice has its prediction.")
        elif self._predictor:
            self.busy = True
            self._predictor.ask_folder(paths)
            self.changed.emit()

    def cancel(self) -> None:
        """Stop the folder; what is done is kept."""
        if self._predictor:
            self._predictor.cancel()

    def close(self) -> None:
        """Let the network go, and wait until its process is gone."""
        if self._predictor is not None:
            self._predictor.close()
            self._predictor.deleteLater()
            self._predictor = None
        self.busy = False
        self._panel.end_progress()

    def _on_card(self, card: ModelCard) -> None:
        self.card = card
        self._panel.state.setText(
            f"{card.name} · {card.architecture} · threshold {card.threshold:g}"
        )
        self._screen.card = card
        self._data_set.rows.seen.use(card.was_trained_on)
        # Which engine will run is not known yet; what either said of a slice can be shown.
        sums = {card.sum_of(engine): None for engine in FILES}
        self._data_set.use_networks([ModelUse(card.name, it, card.threshold) for it in sums])
        self.changed.emit()
        self._ask_if_wanted()

    def _value(self) -> None:
        if self.card is not None and self._predictor is not None:
            self.valued.emit(self.card.risk_worth(self._predictor.judges))

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        if now is not None and (before is None or now.view is not before.view):
            self._ask_if_wanted()

    def _ask_if_wanted(self) -> None:
        """Ask for the slice on the screen, if that is wanted and not known to the last pixel."""
        now = self._screen.now
        wanted = self.on_opening and self.available  # before that, `_on_card` comes here again
        if now and wanted and not self._data_set.predictions.has_probability(now.slice.digest):
            self.ask()

    def _on_predicted(self, path: Path, digest: str) -> None:
        view = self._data_set.predictions.once(digest)  # of a folder, few are looked at
        if view is not None and view.model is not None:
            self._data_set.session.keep_prediction(
                digest,
                view.mask,
                view.model.name,
                view.model.sum,
                view.model.threshold,
                view.risk,
                view.dice,
                view.area,
            )
        if view is not None:
            self._data_set.rows.note_prediction(path, digest, view)
        now = self._screen.now
        if now is not None and now.slice.digest == digest:
            self._screen.refresh()
            self.answered.emit()

    def _on_failed(self, sentence: str) -> None:
        if self.card is None:
            self._panel.state.setText(sentence)
        self.complaint = sentence
        self.complained.emit(sentence)
        self.changed.emit()
        self.answered.emit()

    def _on_batch_finished(self, done: int, failed: int, cancelled: bool) -> None:
        self.busy = False
        self._panel.end_progress()
        self._data_set.rows.sort_anew()
        ending = "stopped" if cancelled else "finished"
        trouble = f", {failed} could not be read" if failed else ""
        self.told.emit(f"Predicting {ending}: {done} slices predicted{trouble}.")
        self.changed.emit()
