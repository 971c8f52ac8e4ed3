"""Ask a second network about a slice: where the two draw other masks, one of them is wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from brainseg_gui.core.measures.risk import disagreement
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Pixels
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.model_card import BundleError, ModelCard, read_card
from brainseg_gui.inference.segmenter import EngineError, EngineStopped
from brainseg_gui.resources import resource

ENGINE = "onnxruntime"  # of which alone one view can be asked


class SecondOpinion:
    """One view of a second network, in a process of its own, for the risk of predictions.

    Whatever is wrong with it, predictions keep the risk that they had: it is said once.

    Parameters
    ----------
    card : ModelCard
        Of the network whose masks are judged.
    bundle : Path
        Of the second one.
    threshold : float
        That makes the masks of the second one.
    on_trouble : callable, optional
        Takes one sentence.
    polite : bool
        As for `EngineClient`.
    """

    def __init__(
        self,
        card: ModelCard,
        bundle: Path,
        threshold: float,
        on_trouble: Callable[[str], None] | None = None,
        *,
        polite: bool = False,
    ) -> None:
        self._card, self._on_trouble = card, on_trouble or (lambda sentence: None)
        second = card.second
        assert second is not None, "`at_hand` finds none without"
        self.name = second.name
        self._threshold = threshold
        self._client: EngineClient | None = EngineClient(
            bundle, ENGINE, view=second.view, polite=polite
        )
        self._starting: threading.Thread | None = None

    @classmethod
    def at_hand(
        cls,
        card: ModelCard,
        beside: Path,
        threshold: float | None = None,
        on_trouble: Callable[[str], None] | None = None,
        *,
        polite: bool = False,
    ) -> Self | None:
        """Return that of a card, where the very network that it was measured with is at hand.

        Parameters
        ----------
        card : ModelCard
        beside : Path
            The bundle of the card; the second one lies beside it or came with the program.
        threshold : float, optional
            Another one than the card's was not measured: None.
        on_trouble : callable, optional
        polite : bool
        """
        if card.second is None or threshold not in (None, card.threshold):
            return None
        for folder in (beside.parent, resource("models")):
            try:
                other = read_card(folder / card.second.name)
            except BundleError:
                continue
            if other.sum_of(ENGINE) == card.second.sum:
                second = folder / card.second.name
                return cls(card, second, other.threshold, on_trouble, polite=polite)
        return None

    def ready(self, wait_s: float) -> bool:
        """Wait a while for its process, which is started by the first call; tell whether it is up.

        One that cannot be started is ready too: `judge` says what is wrong.
        """
        if self._starting is None:
            self._starting = threading.Thread(target=self._start, name="second-opinion")
            self._starting.start()
        self._starting.join(wait_s)
        return not self._starting.is_alive()

    @property
    def busy_s(self) -> float:
        """Return how many seconds it worked; 0 once it does no more."""
        return self._client.busy_s if self._client is not None else 0.0

    @property
    def answers(self) -> bool:
        """Tell whether nothing went wrong with it so far."""
        return self._client is not None

    def judge(self, pixels: Pixels, prediction: Prediction) -> Prediction:
        """Return a prediction of (H, W) pixels with the risk that both networks give it."""
        client = self._client
        if client is None:
            return prediction
        try:
            other = client.probability(pixels) >= self._threshold
        except EngineStopped:
            return prediction
        except (EngineError, BundleError) as error:
            self.close()
            self._client = None
            self._on_trouble(f"Risks are those of one network from here on: {error}")
            return prediction
        apart = disagreement(prediction.mask, other)
        return replace(prediction, judged=self._card.risk_by_two(prediction.risk, apart))

    def close(self) -> None:
        """End its process."""
        if self._client is not None:
            self._client.close()
        if self._starting is not None:
            self._starting.join()

    def _start(self) -> None:
        with suppress(EngineError, BundleError):
            if self._client is not None:
                self._client.start()
