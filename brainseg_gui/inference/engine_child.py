"""One run of the engine process, seen from the side that started it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.children.child import Child, ChildDiedError, ChildStoppedError
from brainseg_gui.children.limits import Limits
from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.types import Mask, Pixels, Probability
from brainseg_gui.inference.model_card import SEGMENTER, BundleError
from brainseg_gui.inference.segmenter import EngineDied, EngineError, EngineStopped

MODULE = "brainseg_gui.inference.engine_process"
START_S = 120.0  # TensorFlow from a slow disk, beside everything else that starts then
FIRST_S = 120.0  # the first answer, for which an engine may compile
LEAST_S, TIMES_USUAL = 5.0, 10  # what every later one may take


@dataclass(frozen=True)
class EngineInfo:
    """What a started engine says of itself: its name, where it runs, versions."""

    engine: str
    device: str
    versions: dict[str, str]


class EngineChild:
    """A child process with a network in it; gone, with what it shared with us, after `end`.

    One that does not answer for ten times as long as usual is ended like one that crashed.

    Parameters
    ----------
    bundle : Path
    engine, device : str
        As for `load_segmenter`.
    kind : str
        What its network is for, one of `KINDS`.
    view : str
        As for `load_segmenter`.
    polite : bool
        As for `Child`.

    Attributes
    ----------
    info : EngineInfo or None
        None until it is ready.
    took_s : float
        Seconds that its last answer took it, without the way here.
    """

    def __init__(
        self,
        bundle: Path,
        engine: str,
        device: str,
        kind: str = SEGMENTER,
        *,
        view: str = "",
        polite: bool = False,
    ) -> None:
        self.info: EngineInfo | None = None
        self._refused = False
        self._seconds: deque[float] = deque(maxlen=20)  # that the last answers took
        self.took_s = 0.0
        arguments = ["--kind", kind, "--engine", engine, "--device", device, f"--view={view}"]
        self._child = Child(MODULE, [str(bundle), *arguments], name="engine", polite=polite)

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._child.pid

    @property
    def stopped(self) -> bool:
        """Tell whether it was ended on purpose, or ended by itself with its reason told."""
        return self._refused or self._child.stopped

    @property
    def alive(self) -> bool:
        """Tell whether the process still runs; one that was just stopped does not count."""
        return not self._refused and self._child.alive

    def wait_until_ready(self) -> EngineInfo:
        """Wait for the first words of the child, which say what it is or why it cannot be."""
        message = self._hear(START_S)
        if "error" in message:
            self._refused = True  # it ends by itself, and its reason is known
            kind = BundleError if message.get("kind") == "bundle" else EngineError
            raise kind(str(message["error"]))
        versions = message.get("versions")
        self.info = EngineInfo(
            str(message.get("engine")),
            str(message.get("device")),
            versions if isinstance(versions, dict) else {},
        )
        return self.info

    def probability(self, pixels: Pixels) -> Probability:
        """Hand (H, W) pixels over and wait for the (H, W) float32 probability."""
        return Probability(self._answer([pixels], shape=pixels.shape))

    def correct(
        self,
        pixels: Pixels,
        mask: Mask,
        clicks: Sequence[Click],
        probability: NDArray[np.float32],
    ) -> Mask:
        """Hand over what a corrector is asked, as it was checked, and wait for the (H, W) mask."""
        places = [(click.row, click.column, click.inside) for click in clicks]
        answer = self._answer([pixels, mask, probability], shape=pixels.shape, clicks=places)
        return np.asarray(answer > 0, bool)

    def reconsider(
        self, pixels: Pixels, mask: Mask, probability: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Hand over a mask that nobody clicked at, and wait for the (H, W) probability."""
        return self._answer([pixels, mask, probability], shape=pixels.shape, clicks=[])

    def _answer(self, arrays: Sequence[np.ndarray], **request: Any) -> NDArray[np.float32]:
        """Hand arrays over, wait, and return the (H, W) float32 array of the answer."""
        try:
            self._child.exchange.put(*(np.asarray(array, np.float32) for array in arrays))
            self._child.tell(request)
            message = self._hear(self._patience_s())
            if "error" in message:
                raise EngineError(str(message["error"]))
            (found,) = self._child.exchange.take((np.float32, arrays[0].shape[:2]))
        except EngineError:
            raise
        except (OSError, ValueError) as error:  # the latter: the file was closed meanwhile
            if self.stopped:
                raise EngineStopped("The engine was stopped.") from None
            raise EngineError(f"The slice cannot be handed over: {_text(error)}.") from error
        except BaseException:
            self.stop()  # an answer left in the pipe would be taken for that of the next slice
            raise
        self.took_s = float(message.get("seconds") or 0)
        self._seconds.append(self.took_s)
        return found

    def stop(self) -> None:
        """Kill the process; from any thread, also while another waits for an answer."""
        self._child.stop()

    def end(self) -> str:
        """Kill the process if it runs, let go of everything, and say how it ended."""
        return self._child.end()

    def _patience_s(self) -> float:
        if not self._seconds:
            return FIRST_S
        return max(LEAST_S, TIMES_USUAL * max(self._seconds))

    def _hear(self, seconds: float) -> dict[str, Any]:
        try:
            return self._child.hear(Limits(seconds))
        except ChildStoppedError:
            raise EngineStopped("The engine was stopped.") from None
        except ChildDiedError as error:
            raise EngineDied(f"The engine's process ended: {error.cause}.") from None


def _text(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
