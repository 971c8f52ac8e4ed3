"""How the prediction on the screen stands among the others of the list, beside the decision."""

from __future__ import annotations

from collections.abc import Collection

from PyQt5.QtCore import QObject, QTimer

from brainseg_gui.core.measures.rank import percent_below
from brainseg_gui.review.prediction_cache import PredictionView
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.panels.decision_panel import DecisionPanel
from brainseg_gui.ui.worklist.model import WorklistModel

FEWEST = 5  # predicted slices that a rank among them says something of
SOON_MS = 300  # after predictions arrived: thousands may


class RiskLine(QObject):
    """Writes the text of the risk; it is a rank, and no word says more than that."""

    def __init__(self, screen: Screen, model: WorklistModel, panel: DecisionPanel) -> None:
        super().__init__()
        self._screen, self._model, self._panel = screen, model, panel
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._write)
        screen.changed.connect(self._on_screen)
        model.counted.connect(self._on_counted)

    def _on_counted(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        if now is None or before is None or now.prediction is not before.prediction:
            self._write()

    def _write(self) -> None:
        now = self._screen.now
        risks = {it.digest: it.risk for it in self._model.entries() if it.risk is not None}
        said = now.prediction if now is not None else None
        self._panel.risk.setText(risk_text(said, risks.values()))


def risk_text(prediction: PredictionView | None, risks: Collection[float]) -> str:
    """Return what is said of a prediction's risk.

    Parameters
    ----------
    prediction : PredictionView or None
    risks : collection of float
        Of all predicted slices, this one among them.
    """
    if prediction is None:
        return ""
    if not prediction.mask.any():
        return "No tumour predicted"
    if len(risks) < FEWEST:
        return f"Risk: compared from {FEWEST} predicted slices on"
    percent = percent_below(prediction.risk, risks)
    return f"Riskier than {percent} % of {len(risks)} predicted slices"
