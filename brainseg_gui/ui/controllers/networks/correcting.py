"""The network that corrects by clicks, in a process of its own that starts with the tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.types import Mask, Pixels, Probability
from brainseg_gui.inference.bundles import default_corrector
from brainseg_gui.inference.corrector_client import CorrectorClient
from brainseg_gui.inference.model_card import BundleError
from brainseg_gui.inference.segmenter import EngineError
from brainseg_gui.ui.controllers.networks.precedence import Precedence

Answer = TypeVar("Answer")


class Correcting(QObject):
    """Asked from the thread that computes for tools; what goes wrong is one sentence.

    Signals
    -------
    told(str)
        The process died and was replaced.
    complained(str)
    changed()
        There is nothing to ask any more: its bundle cannot be used.

    Attributes
    ----------
    free : Precedence
        Held while somebody waits for an answer, and while the reader's hand is at work.
    """

    changed = pyqtSignal()
    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._client: CorrectorClient | None = None
        self.free = Precedence()
        self.missing = ""  # why there is none to ask, as a sentence
        self._bundle: Path | None = None
        try:
            self._bundle = default_corrector()
        except BundleError as error:
            self.missing = str(error)

    @property
    def bundle(self) -> Path | None:
        """Return the bundle in use; None where there is none, or it cannot be used."""
        return self._bundle

    def start(self) -> None:
        """Start the process and wait until it answers; where it does not, `complained` says why."""
        self._guarded(lambda client: client.start())

    def correct(
        self,
        pixels: Pixels,
        mask: Mask,
        clicks: Sequence[Click],
        probability: Probability | None,
    ) -> Mask | None:
        """Return a mask as the last click asks for it; see `CorrectorClient.correct`.

        None where it cannot; `complained` says why.
        """
        return self._guarded(lambda client: client.correct(pixels, mask, clicks, probability))

    def close(self) -> None:
        """End the process."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _guarded(self, question: Callable[[CorrectorClient], Answer]) -> Answer | None:
        self.free.hold("click", on=True)
        try:
            if self._client is None:
                self._client = CorrectorClient(self.bundle, self.told.emit)
            return question(self._client)
        except (BundleError, EngineError) as error:
            if isinstance(error, BundleError):
                self._bundle, self.missing = None, str(error)
                self.changed.emit()
            self.complained.emit(str(error))
            return None
        finally:
            self.free.hold("click", on=False)
