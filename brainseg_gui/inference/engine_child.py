"""One run of the engine process, seen from the side that started it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.types import Mask, Pixels, Probability
from brainseg_gui.inference.exchange import create_exchange, put, take
from brainseg_gui.inference.model_card import SEGMENTER, BundleError
from brainseg_gui.inference.segmenter import EngineDied, EngineError, EngineStopped

MODULE = "brainseg_gui.inference.engine_process"


# Seconds without an answer after which an engine counts as hanging: for the first slice, for which
# it may still have to compile its network, and at the least for the others.
FIRST_S, LEAST_S = 120.0, 5.0


@dataclass(frozen=True)
class EngineInfo:
    """What a started engine says of itself: `onnxruntime` or `tensorflow`, where, versions."""

    engine: str
    device: str
    versions: dict[str, str]


class EngineChild:
    """A child process and the file that it shares with us; both are gone after `end`.

    Parameters
    ----------
    bundle : Path
    engine, device : str
        As for `load_segmenter`.
    kind : str
        What its network is for, one of `KINDS`.

    Attributes
    ----------
    info : EngineInfo or None
        None until it is ready.
    stopped : bool
        True once it was ended on purpose.
    """

    def __init__(self, bundle: Path, engine: str, device: str, kind: str = SEGMENTER) -> None:
        self.info: EngineInfo | None = None
        self.stopped = False
        self._usual_s: float | None = None  # that an answer takes
        self._hung = ""  # how long it did not answer, if that is why it was ended
        self._last_words: deque[str] = deque(maxlen=20)
        self._exchange = create_exchange()
        try:
            self._process = _popen(bundle, self._exchange, engine, device, kind)
        except OSError:
            self._exchange.unlink()
            raise
        self._listener = threading.Thread(target=self._listen, name="engine stderr", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Tell whether the process still runs; one that was just stopped does not count."""
        return not self.stopped and self._process.poll() is None

    def wait_until_ready(self) -> EngineInfo:
        """Wait for the first line of the child, which says what it is or why it cannot be."""
        message = self._hear()
        if "error" in message:
            self.stopped = True  # it ends by itself, and its reason is known
            raise (BundleError if message["kind"] == "bundle" else EngineError)(message["error"])
        self.info = EngineInfo(message["engine"], message["device"], message["versions"])
        return self.info

    def probability(self, pixels: Pixels) -> Probability:
        """Hand (H, W) pixels over and wait for the (H, W) float32 probability."""
        return Probability(self._answer(pixels, shape=pixels.shape))

    def correct(
        self,
        pixels: Pixels,
        mask: Mask,
        clicks: Sequence[Click],
        probability: NDArray[np.float32],
    ) -> Mask:
        """Hand over what a corrector is asked, as it was checked, and wait for the (H, W) mask."""
        places = [(click.row, click.column, click.inside) for click in clicks]
        arrays = np.concatenate([pixels, mask, probability]).astype(np.float32)
        answer = self._answer(arrays, shape=pixels.shape, clicks=places)
        return np.asarray(answer > 0, bool)

    def _answer(self, arrays: NDArray[np.float32], **request: Any) -> NDArray[np.float32]:
        """Hand arrays over, wait, and return the (H, W) float32 array of the answer."""
        try:
            put(self._exchange, arrays)
            with self._patience():
                message = self._ask(**request)
            if "error" in message:
                raise EngineError(message["error"])
            self._usual_s = message["seconds"]
            height, width = request["shape"]
            return take(self._exchange, (height, width))
        except EngineError:
            raise
        except OSError as error:
            if self.stopped:
                raise EngineStopped("The engine was stopped.") from None
            raise EngineError(f"The slice cannot be handed over: {error.strerror}.") from error
        except BaseException:
            self.stop()  # an answer left in the pipe would be taken for that of the next slice
            raise

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """End the process if the block takes ten times as long as usual; it is then replaced."""
        patience_s = FIRST_S if self._usual_s is None else max(LEAST_S, 10 * self._usual_s)

        def give_up() -> None:
            self._hung = f"it gave no answer for {patience_s:.0f} s"
            self._process.kill()

        watch = threading.Timer(patience_s, give_up)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def stop(self) -> None:
        """Kill the process; from any thread, also while another waits for an answer."""
        self.stopped = True
        self._process.kill()

    def end(self) -> str:
        """Kill the process if it runs, let go of everything, and say how it ended."""
        self._process.kill()
        code = self._process.wait()
        self._listener.join(timeout=1)
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # unsent bytes for a process that is gone
                pipe.close()  # type: ignore[union-attr]
        self._exchange.unlink(missing_ok=True)
        return self._hung or _cause(code, self._last_words)

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # a broken or closed pipe; reading then says why
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = b""
        with suppress(OSError, ValueError):
            line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._obituary()
        message: dict[str, Any] = json.loads(line)
        return message

    def _obituary(self) -> EngineDied:
        cause = self.end()
        if self.stopped:
            return EngineStopped("The engine was stopped.")
        return EngineDied(f"The engine's process ended: {cause}.")

    def _listen(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as stderr:
            for line in stderr:
                if text := line.decode(errors="replace").strip():
                    self._last_words.append(text)


def _popen(
    bundle: Path, exchange: Path, engine: str, device: str, kind: str
) -> subprocess.Popen[bytes]:
    # -P: a numpy.py that lies in the working folder is none of ours.
    command = [sys.executable, "-P", "-m", MODULE, str(bundle), str(exchange)]
    return subprocess.Popen(
        [*command, "--kind", kind, "--engine", engine, "--device", device],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Ctrl+C in the terminal is for the parent, which then ends the child in order.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _cause(code: int, last_words: deque[str]) -> str:
    if code == -9:
        return "it was killed, perhaps because memory ran out"
    if code < 0:
        return f"it crashed ({signal.Signals(-code).name})"
    return last_words[-1].rstrip(".") if last_words else f"exit code {code}"
