"""The process that owns the network: `python -m brainseg_gui.inference.engine_process`.

It answers lines of JSON on stdin with lines of JSON on stdout; the arrays go through a file in
shared memory (see `exchange`). First line out: `ready` with engine, device and versions, or
`error`. Then `{"shape": [H, W]}` in, `{"seconds": s}` or `{"error": sentence}` out; a corrector is
asked with its clicks beside the shape, and with mask and probability below the pixels in the file.
When stdin ends, because the window closed or was killed, it removes the file and ends too.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import IO, Any

import numpy as np

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.slices import size_text
from brainseg_gui.inference.corrector import Corrector, open_corrector
from brainseg_gui.inference.exchange import put, take
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import CORRECTOR, KINDS, SEGMENTER, BundleError
from brainseg_gui.inference.segmenter import DEVICES, ENGINES, EngineError, Segmenter, one_line


def main(argv: Sequence[str] | None = None) -> int:
    """Load the network, then answer until stdin ends; 1 if the network could not be loaded."""
    arguments = _parse(argv)
    with _claim_stdout() as answers:
        try:
            return _serve(arguments, answers)
        except BrokenPipeError:
            return 0  # whoever asked is gone
        finally:
            arguments.exchange.unlink(missing_ok=True)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Answer requests for predictions on stdin.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("exchange", type=Path)
    parser.add_argument("--kind", choices=tuple(KINDS), default=SEGMENTER)
    parser.add_argument("--engine", choices=ENGINES, default="auto")
    parser.add_argument("--device", choices=DEVICES, default="auto")
    return parser.parse_args(argv)


def _claim_stdout() -> IO[str]:
    """Keep the real stdout for answers; what libraries print goes to stderr from here on."""
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _serve(arguments: argparse.Namespace, answers: IO[str]) -> int:
    try:
        network = _load(arguments)
    except BundleError as error:
        _say(answers, error=str(error), kind="bundle")
        return 1
    except EngineError as error:
        _say(answers, error=str(error), kind="engine")
        return 1
    except MemoryError:
        _say(answers, error="Not enough memory to load the network.", kind="engine")
        return 1
    _say(answers, ready=True, engine=network.engine, device=network.device, versions=_versions())
    for line in sys.stdin.buffer:
        _say(answers, **_answer(network, arguments.exchange, json.loads(line)))
    return 0


def _load(arguments: argparse.Namespace) -> Segmenter | Corrector:
    if arguments.kind == CORRECTOR:
        return open_corrector(arguments.bundle)
    return load_segmenter(arguments.bundle, engine=arguments.engine, device=arguments.device)


def _say(answers: IO[str], **message: Any) -> None:
    answers.write(json.dumps(message) + "\n")


def _answer(
    network: Segmenter | Corrector, exchange: Path, request: dict[str, Any]
) -> dict[str, Any]:
    """Work on the slice in the exchange file; whatever goes wrong becomes a sentence."""
    start = time.perf_counter()
    does = "correct" if "clicks" in request else "predict"
    try:
        height, width = request["shape"]
        if isinstance(network, Corrector):
            pixels, mask, seen = np.split(take(exchange, (3 * height, width)), 3)
            clicks = [Click(*click) for click in request["clicks"]]
            answer = network.correct(pixels, mask > 0, clicks, seen).astype(np.float32)
        else:
            answer = network.probability(take(exchange, (height, width)))
        put(exchange, answer)
    except MemoryError:
        size = size_text(tuple(request["shape"]))
        return {"error": f"Not enough memory to {does} a slice of {size} pixels."}
    except Exception as error:  # engines raise their own kinds, which are not imported here
        return {"error": f"The engine could not {does} this slice: {one_line(error)}"}
    return {"seconds": time.perf_counter() - start}


def _versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that made the answer."""
    used = [name for name in ("numpy", "onnxruntime", "tensorflow", "keras") if name in sys.modules]
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in used}


if __name__ == "__main__":
    sys.exit(main())
