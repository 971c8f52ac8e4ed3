"""Talk to the engine process: start it, ask it, bring it back once when it dies."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from brainseg_gui.core.types import Pixels, Probability
from brainseg_gui.inference.engine_child import EngineChild, EngineInfo
from brainseg_gui.inference.model_card import SEGMENTER
from brainseg_gui.inference.segmenter import EngineDied, EngineError, EngineStopped

Answer = TypeVar("Answer")


class EngineClient:
    """A `Segmenter` whose network lives in a child process; a context manager.

    Any thread may call any method. One request is answered at a time; `kill` and `close` do not
    wait for it but end it.

    Parameters
    ----------
    bundle : Path
    engine, device : str
        As for `load_segmenter`.
    on_restart : callable, optional
        Called with one sentence, by the asking thread, when a process that died is replaced.
    view : str
        As for `load_segmenter`.
    polite : bool
        As for `Child`.

    Attributes
    ----------
    busy_s : float
        Seconds that the network worked, all answers together.
    """

    kind = SEGMENTER

    def __init__(
        self,
        bundle: Path,
        engine: str = "auto",
        device: str = "auto",
        on_restart: Callable[[str], None] | None = None,
        *,
        view: str = "",
        polite: bool = False,
    ) -> None:
        self._bundle, self._view, self._polite = bundle, view, polite
        self._choice = EngineInfo(engine, device, {})
        self._on_restart = on_restart or (lambda sentence: None)
        self._info: EngineInfo | None = None
        self._child: EngineChild | None = None
        self._closed = False
        self.busy_s = 0.0
        self._turn = threading.RLock()  # one request at a time
        self._swap = threading.Lock()  # held for moments, to exchange the child

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def bundle(self) -> Path:
        """Return the folder of its network."""
        return self._bundle

    @property
    def info(self) -> EngineInfo:
        """Return what runs, or ran last; before the first start, what was asked for."""
        return self._info or self._choice

    @property
    def engine(self) -> str:
        """Return what runs, see `Segmenter`; before the first start, what was asked for."""
        return self.info.engine

    @property
    def device(self) -> str:
        """Return where it runs; before the first start, what was asked for."""
        return self.info.device

    @property
    def pid(self) -> int | None:
        """Return the id of the running process, None where there is none."""
        child = self._child
        return child.pid if child and child.alive else None

    def start(self) -> EngineInfo:
        """Start the process if none is ready, and wait until it is.

        Raises
        ------
        BundleError
            If the bundle must not be used.
        EngineError
            If the engine cannot be loaded; `EngineDied` if its process ended meanwhile,
            `EngineStopped` if that was `kill` or `close`.
        """
        with self._turn:
            child = self._child
            if child and child.info and child.alive:
                return child.info
            if child:
                self._bury(child)
            self._info = self._spawn().wait_until_ready()
            return self._info

    def probability(self, pixels: Pixels) -> Probability:
        """Return the (H, W) float32 tumour probability of (H, W) pixels of any scale.

        A process that dies is replaced once and asked again.

        Raises
        ------
        EngineDied
            If the second one died too; the next call starts afresh.
        EngineStopped
            If `kill` or `close` was called meanwhile.
        EngineError, BundleError
            If the engine could not answer, or could not be started.
        """
        return self._ask(lambda child: child.probability(pixels))

    def kill(self) -> None:
        """End the process at once; a request under way raises, the next one starts afresh."""
        with self._swap:
            if self._child:
                self._child.stop()

    def close(self) -> None:
        """End the process for good and wait until it is gone: a few milliseconds."""
        with self._swap:
            self._closed = True
            if self._child:
                self._child.stop()
                self._child.end()

    def _ask(self, question: Callable[[EngineChild], Answer]) -> Answer:
        """Ask the process; one that dies is replaced once and asked again."""
        with self._turn:
            try:
                return self._timed(question)
            except EngineStopped:
                raise
            except EngineDied:
                return self._timed(question)

    def _timed(self, question: Callable[[EngineChild], Answer]) -> Answer:
        child = self._ready()
        answer = question(child)
        self.busy_s += child.took_s
        return answer

    def _ready(self) -> EngineChild:
        self.start()
        assert self._child is not None
        return self._child

    def _bury(self, child: EngineChild) -> None:
        """Let go of a child that is dead, or was left half started."""
        cause = child.end()
        if not child.stopped:
            self._on_restart(f"The engine's process ended ({cause}); it is started again.")

    def _spawn(self) -> EngineChild:
        with self._swap:
            if self._closed:
                raise EngineStopped("The engine was stopped.")
            try:
                self._child = EngineChild(
                    *(self._bundle, self._choice.engine, self._choice.device, self.kind),
                    view=self._view,
                    polite=self._polite,
                )
            except OSError as error:
                raise EngineError(
                    f"The engine's process cannot start: {error.strerror}."
                ) from error
            return self._child
