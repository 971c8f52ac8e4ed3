"""How good the prediction on the screen may be, and how it stands among the others of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from PyQt5.QtCore import QObject, QTimer

from brainseg_gui.core.measures.alarms import alarms
from brainseg_gui.core.measures.expectation import ExpectedDice
from brainseg_gui.core.measures.rank import percent_below
from brainseg_gui.inference.model_card import FILES, ModelCard, Seen
from brainseg_gui.review.prediction_cache import PredictionView
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.panels.decision_panel import DecisionPanel
from brainseg_gui.ui.widgets.seen_mark import SEEN
from brainseg_gui.ui.worklist.filter_bar import FilterBar
from brainseg_gui.ui.worklist.model import WorklistModel

FEWEST = 5  # predicted slices that a rank among them says something of
EXPECTED = (
    "The Dice to expect, and between what nine in ten were, of predictions of this risk on "
    "patients the network had not seen."
)
SOON_MS = 300  # after predictions arrived: thousands may


class RiskLine(QObject):
    """Writes the Dice to expect where it was measured, the rank of the risk, and the alarms."""

    def __init__(
        self, screen: Screen, model: WorklistModel, panel: DecisionPanel, bar: FilterBar
    ) -> None:
        super().__init__()
        self._screen, self._model, self._panel, self._bar = screen, model, panel, bar
        self._more: dict[str, tuple[str, ...]] = {}
        self._worth = ""
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._count)
        self._risks: tuple[float, ...] = ()  # of all predicted slices, the smallest first
        screen.settled.connect(self._on_screen)
        model.counted.connect(self._on_counted)

    def add(self, source: str, sentences: Sequence[str]) -> None:
        """Say more alarms of the slice on the screen, in place of those of the same source."""
        if tuple(sentences) != self._more.get(source, ()):
            self._more[source] = tuple(sentences)
            self._write_alarms()

    def show_worth(self, sentence: str) -> None:
        """Say how well risks find poor masks: beside one, and over a list that goes by them."""
        self._worth = sentence
        self._bar.show_worth(sentence)
        self._count()

    def _on_counted(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        if now is None or before is None or now.prediction is not before.prediction:
            self._write()

    def _count(self) -> None:
        """Look through all rows, which not every step may: there are thousands."""
        found = {it.digest: it.risk for it in self._model.entries() if it.risk is not None}
        self._risks = tuple(sorted(found.values()))
        card = self._screen.card
        self._model.say_of_risks(RiskWords(card, () if card and card.risk else self._risks))
        self._write()

    def _write(self) -> None:
        now, risks = self._screen.now, self._risks
        said, card = now.prediction if now is not None else None, self._screen.card
        expected = expected_of(said, card)
        seen = now is not None and now.seen is Seen.TRAINED_ON
        self._panel.risk.setText(risk_text(said, risks, expected, seen=seen))
        if expected is not None:
            rank = risk_text(said, risks)
            self._panel.risk.setToolTip(f"{EXPECTED}  {rank}.  {self._worth}".rstrip())
        self._write_alarms()

    def _write_alarms(self) -> None:
        now, card = self._screen.now, self._screen.card
        said = now.prediction if now is not None else None
        usual = card.usual_share(now.slice.tumour) if card and now is not None else None
        own = alarms(said.mask, usual) if said is not None and said.mask.any() else ()
        sentences = (*own, *chain.from_iterable(self._more.values()))
        self._panel.alarms.setText(" ".join(sentences))
        self._panel.alarms.setVisible(bool(sentences))


@dataclass(frozen=True)
class RiskWords:
    """What a row of the worklist says of a risk: the Dice to expect, else the place in the order.

    Attributes
    ----------
    card : ModelCard or None
        Of the network in use.
    risks : tuple of float
        Of all predicted slices, the smallest first; not looked at where the card has a table.
    """

    card: ModelCard | None
    risks: tuple[float, ...]

    def __call__(self, risk: float) -> str:
        """Return a few words; the risk itself is not calibrated, and is not said."""
        expected = self.card.expected(risk, self.card.threshold) if self.card else None
        if expected is not None:
            return f"Dice ~{expected.mean:.2f}"
        if len(self.risks) < FEWEST:
            return ""
        return f"riskier than {percent_below(risk, self.risks)} %"


def expected_of(prediction: PredictionView | None, card: ModelCard | None) -> ExpectedDice | None:
    """Return the Dice to expect, where the card is of the network that said so and tells it."""
    if prediction is None or prediction.model is None or card is None:
        return None
    if prediction.model.sum not in {card.sum_of(engine) for engine in FILES}:
        return None
    return card.expected(prediction.risk, prediction.model.threshold, prediction.judges)


def risk_text(
    prediction: PredictionView | None,
    risks: Sequence[float],
    expected: ExpectedDice | None = None,
    *,
    seen: bool = False,
) -> str:
    """Return what is said of a prediction's risk.

    Parameters
    ----------
    prediction : PredictionView or None
    risks : sequence of float
        Of all predicted slices, the smallest first.
    expected : ExpectedDice, optional
    seen : bool
        Of a patient that the network was trained on, of which less is to be expected elsewhere.
    """
    if prediction is None:
        return ""
    if not prediction.mask.any():
        return "No tumour predicted"
    dice = "" if expected is None else expected_text(expected) + (f" {SEEN}" if seen else "")
    if len(risks) < FEWEST:
        return dice or f"Risk: compared from {FEWEST} predicted slices on"
    percent = percent_below(prediction.risk, risks)
    if dice:
        return f"{dice} · riskier than {percent}\u00a0%"
    return f"Riskier than {percent}\u00a0% of {len(risks)} predicted slices"


def expected_text(expected: ExpectedDice) -> str:
    """Return a Dice to expect with its interval.

    Examples
    --------
    >>> expected_text(ExpectedDice(0.834, 0.6, 0.95))
    'Dice ~0.83 (0.60–0.95)'
    """
    return f"Dice ~{expected.mean:.2f} ({expected.low:.2f}–{expected.high:.2f})"
