"""Two networks on one slice: what others than the one in use say of it, kept beside that."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.inference.bundles import list_bundles
from brainseg_gui.inference.model_card import FILES, ModelCard, Seen
from brainseg_gui.review.values.verdict import KeptPrediction, ModelUse
from brainseg_gui.ui.controllers.networks.network import Network
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.jobs.predictor import Predictor
from brainseg_gui.ui.widgets.seen_mark import SEEN

IDLE_MS = 20_000  # that a second network stays in memory after its last answer


@dataclass(frozen=True, eq=False)
class OtherMask:
    """What another network says of the slice on the screen.

    Attributes
    ----------
    name : str
        Of the network, with the threshold where two differ by that alone.
    model : ModelUse
    mask : (H, W) bool
    """

    name: str
    model: ModelUse
    mask: Mask


class OtherNetworks(QObject):
    """Asks a second network for the slice on the screen; the one in use stays what it is.

    What it says is kept in the review, as all predictions are, and no correction begins from it.

    Signals
    -------
    changed()
        There is another mask of another network for the slice on the screen.
    told(str)
    complained(str)
    """

    changed = pyqtSignal()
    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(self, screen: Screen, network: Network) -> None:
        super().__init__()
        self._screen, self._network = screen, network
        self._predictor: Predictor | None = None
        self._card: ModelCard | None = None  # of the second network
        self._said: dict[str, tuple[Slice, Prediction, ModelUse]] = {}  # on the way, by digest
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self.close)

    def bundles(self) -> list[Path]:
        """Return the networks that came along, without the one in use."""
        predictor = self._network.predictor
        used = None if predictor is None else predictor.bundle.resolve()
        return [bundle for bundle in list_bundles() if bundle.resolve() != used]

    def masks(self) -> tuple[OtherMask, ...]:
        """Return what other networks say of the slice on the screen, as far as they were asked.

        The oldest comes first; none where no slice is shown.
        """
        now, card = self._screen.now, self._screen.card
        if now is None:
            return ()
        used = set() if card is None else {(card.sum_of(it), card.threshold) for it in FILES}
        if now.prediction is not None and now.prediction.model is not None:
            used.add((now.prediction.model.sum, now.prediction.model.threshold))
        said = self._screen.session.kept.of_slice(now.slice.digest, now.slice.shape)
        others = [model for model in said if (model.sum, model.threshold) not in used]
        return tuple(OtherMask(_name(it, others), it, said[it]) for it in others)

    def ask(self, bundle: Path) -> None:
        """Have a network predict the slice on the screen; `changed` when it did."""
        now = self._screen.now
        if now is None:
            return
        if self._predictor is None or self._predictor.bundle != bundle:
            self.close()
            self._start(bundle)
        assert self._predictor is not None
        self._idle.stop()
        self.told.emit(f"{bundle.name} is asked for {now.name}…")
        self._predictor.ask(now.path, now.slice)

    def close(self) -> None:
        """Let the second network go, and wait until its process is gone."""
        self._idle.stop()
        if self._predictor is not None:
            self._predictor.close()
            self._predictor.deleteLater()
            self._predictor = self._card = None

    def _start(self, bundle: Path) -> None:
        self._predictor = Predictor(bundle, self._take, self)
        self._predictor.card_read.connect(self._on_card)
        self._predictor.predicted.connect(self._on_predicted)
        self._predictor.failed.connect(self._on_failed)
        self._predictor.start()

    def _take(self, slice_: Slice, prediction: Prediction, model: ModelUse) -> None:
        """Hand a prediction over to the window's thread."""
        self._said[slice_.digest] = slice_, prediction, model

    def _on_card(self, card: ModelCard) -> None:
        self._card = card

    def _on_failed(self, sentence: str) -> None:
        self.close()
        self.complained.emit(sentence)

    def _on_predicted(self, _path: Path, digest: str) -> None:
        self._idle.start()
        taken = self._said.pop(digest, None)
        if taken is None:  # asked twice, and both are here
            return
        slice_, said, model = taken
        reference = slice_.reference
        score = None if reference is None else dice(said.mask, reference)
        kept = KeptPrediction(digest, model, said.risk, score, int(said.mask.sum()))
        self._screen.session.kept.keep_beside(kept, said.mask)
        now = self._screen.now
        if now is not None and now.slice.digest == digest:
            self.told.emit(self._sentence(now, model, said.mask))
            self.changed.emit()

    def _sentence(self, now: OnScreen, model: ModelUse, mask: Mask) -> str:
        """Return what a network says, in numbers, beside what there is to compare it with."""
        text = f"{model.name}: {int(mask.sum())} px²"
        reference, own = now.layer(Layer.REFERENCE), now.layer(Layer.PREDICTION)
        if reference is not None and (score := dice(mask, reference)) is not None:
            seen = self._card is not None and self._card.seen(now.slice.patient) is Seen.TRAINED_ON
            text += f", Dice {score:.3f}{f' {SEEN}' if seen else ''} with the reference"
        if own is not None and (score := dice(mask, own)) is not None:
            text += f", Dice {score:.3f} with the prediction on the screen"
        return f"{text}."


def _name(model: ModelUse, among: list[ModelUse]) -> str:
    """Return a network's name, with its threshold where the name is not enough."""
    alike = [it for it in among if it.name == model.name]
    return model.name if len(alike) == 1 else f"{model.name}, threshold {model.threshold:g}"
