"""Ask other networks about a mask: where they would draw another one, somebody is wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol, Self

from brainseg_gui.core.measures.expectation import Judge
from brainseg_gui.core.measures.risk import disagreement, doubt
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Pixels
from brainseg_gui.inference.bundles import find_partner
from brainseg_gui.inference.corrector_client import CorrectorClient
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.model_card import (
    CORRECTOR,
    SEGMENTER,
    BundleError,
    ModelCard,
)
from brainseg_gui.inference.segmenter import EngineError, EngineStopped

ENGINE = "onnxruntime"  # of which alone one view can be asked
KINDS = SEGMENTER, CORRECTOR  # of the judges, in the order of a card


class Asked(Protocol):
    """A network in a process of its own that says, from 0 to 1, how wrong a mask may be."""

    @property
    def client(self) -> EngineClient:
        """Return the connection to its process."""

    def says(self, pixels: Pixels, prediction: Prediction) -> float:
        """Return what it says; what its client raises."""


class Other:
    """A segmenter: how far its own mask lies from the one that is judged."""

    def __init__(self, bundle: Path, judge: Judge, threshold: float, *, polite: bool) -> None:
        self.client = EngineClient(bundle, ENGINE, view=judge.view, polite=polite)
        self._threshold = threshold

    def says(self, pixels: Pixels, prediction: Prediction) -> float:
        """Return the disagreement of the two masks."""
        return disagreement(prediction.mask, self.client.probability(pixels) >= self._threshold)


class Reconsidering:
    """A corrector: what it would leave of the mask by itself."""

    def __init__(self, bundle: Path, *, polite: bool) -> None:
        self.client = CorrectorClient(bundle, polite=polite)

    def says(self, pixels: Pixels, prediction: Prediction) -> float:
        """Return its doubt of the mask; it is not asked where there is none."""
        if not prediction.mask.any():
            return 1.0
        found = self.client.reconsider(pixels, prediction.mask, prediction.probability)
        return doubt(prediction.mask, found)


class SecondOpinion:
    """Other networks, each in a process of its own, for the risk of predictions.

    Whatever is wrong with one, predictions keep the risk that they have without it: it is said
    once.

    Parameters
    ----------
    card : ModelCard
        Of the network whose masks are judged.
    asked : sequence of Asked
        The first judges of the card, in its order.
    on_trouble : callable, optional
        Takes one sentence.

    Attributes
    ----------
    busy_s : float
        Seconds that its networks worked, which they do at the same time.
    """

    def __init__(
        self,
        card: ModelCard,
        asked: Sequence[Asked],
        on_trouble: Callable[[str], None] | None = None,
    ) -> None:
        self._card, self._on_trouble = card, on_trouble or (lambda sentence: None)
        self._asked, self._done = list(asked), list[Asked]()
        self.name = " and ".join(judge.name for judge in card.judges[: len(asked)])
        self._starting: threading.Thread | None = None
        self._pool = ThreadPoolExecutor(len(asked), "judge")  # one waits for each process
        self.busy_s = 0.0

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
        """Return that of a card, as far as the very networks that were measured are at hand.

        Parameters
        ----------
        card : ModelCard
        beside : Path
            The bundle of the card; the others lie beside it or came with the program.
        threshold : float, optional
            Another one than the card's was not measured: None.
        on_trouble : callable, optional
        polite : bool
            As for `EngineClient`.
        """
        asked: list[Asked] = []
        if threshold in (None, card.threshold):
            for judge, kind in zip(card.judges, KINDS, strict=False):
                if (found := find_partner(judge.name, judge.sum, kind, beside)) is None:
                    break
                bundle, other = found
                asked.append(
                    Reconsidering(bundle, polite=polite)
                    if kind == CORRECTOR
                    else Other(bundle, judge, other.threshold, polite=polite)
                )
        return cls(card, asked, on_trouble) if asked else None

    def ready(self, wait_s: float) -> bool:
        """Wait a while for its processes, which the first call starts; tell whether they are up.

        One that cannot be started is ready too: `judge` says what is wrong.
        """
        if self._starting is None:
            self._starting = threading.Thread(target=self._start, name="second-opinion")
            self._starting.start()
        self._starting.join(wait_s)
        return not self._starting.is_alive()

    @property
    def judges(self) -> int:
        """Return how many networks have a say: those of which nothing went wrong so far."""
        return len(self._asked)

    def judge(self, pixels: Pixels, prediction: Prediction) -> Prediction:
        """Return a prediction of (H, W) pixels with the risk that all networks give it."""
        asked = tuple(self._asked)
        before = [one.client.busy_s for one in asked]
        try:
            said = self._say(asked, pixels, prediction)
        except EngineStopped:
            return prediction
        after = [one.client.busy_s for one in asked]
        self.busy_s += max((b - a for a, b in zip(before, after, strict=True)), default=0.0)
        if not said:
            return prediction
        judged = self._card.joint_risk(prediction.risk, *said)
        return replace(prediction, judged=judged, judges=len(said))

    def close(self) -> None:
        """End its processes."""
        for one in (*self._asked, *self._done):
            one.client.close()
        self._pool.shutdown()  # nobody waits any more: their processes are gone
        if self._starting is not None:
            self._starting.join()

    def _say(self, asked: Sequence[Asked], pixels: Pixels, prediction: Prediction) -> list[float]:
        """Return what all say, up to the first that fails; EngineStopped after `close`."""
        try:
            answers = [self._pool.submit(one.says, pixels, prediction) for one in asked]
        except RuntimeError as error:  # the pool takes nothing more
            raise EngineStopped("The engine was stopped.") from error
        said: list[float] = []
        for number, answer in enumerate(answers):
            try:
                said.append(answer.result())
            except EngineStopped:
                raise
            except (EngineError, BundleError) as error:
                self._lose(number, error)
                break
        return said

    def _lose(self, number: int, error: Exception) -> None:
        """Go on without a network, and without those whose word was measured beside its own."""
        lost, self._asked = self._asked[number:], self._asked[:number]
        self._done += lost
        for one in lost:
            one.client.close()
        if not lost:  # another thread was first
            return
        count = ("one network", "two networks")[number]
        self._on_trouble(f"Risks are those of {count} from here on: {error}")

    def _start(self) -> None:
        with suppress(RuntimeError):  # closed before it began
            list(self._pool.map(_begin, tuple(self._asked)))


def _begin(one: Asked) -> None:
    with suppress(EngineError, BundleError):  # `judge` says what is wrong
        one.client.start()
