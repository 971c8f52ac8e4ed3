"""The process that owns the network: `python -m brainseg_gui.inference.engine_process`.

It answers messages with messages (see `children`); the arrays go through the exchange. First
message out: `ready` with engine, device and versions, or `error`. Then `{"shape": [H, W]}` in,
`{"seconds": s}` or `{"error": sentence}` out. It ends with the process that started it.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import numpy as np

from brainseg_gui.children.exchange import Exchange
from brainseg_gui.children.messages import Message
from brainseg_gui.children.serving import say, serve, settle
from brainseg_gui.core.slices import size_text
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import BundleError
from brainseg_gui.inference.segmenter import DEVICES, ENGINES, EngineError, Segmenter, one_line


def main(argv: Sequence[str] | None = None) -> int:
    """Load the network, then answer until stdin ends; 1 if the network could not be loaded."""
    arguments = _parse(argv)
    exchange = Exchange.join(arguments.exchange)
    answers = settle()
    with suppress(BrokenPipeError):  # whoever asked is gone
        try:
            segmenter = load_segmenter(
                arguments.bundle, engine=arguments.engine, device=arguments.device
            )
        except (BundleError, EngineError, MemoryError) as error:
            say(answers, _refusal(error))
            return 1
        say(answers, _introduction(segmenter))
        serve(answers, lambda message: _answer(segmenter, exchange, message))
    return 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Answer requests for predictions on stdin.")
    parser.add_argument("exchange", type=Path)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default="auto")
    parser.add_argument("--device", choices=DEVICES, default="auto")
    return parser.parse_args(argv)


def _refusal(error: Exception) -> Message:
    if isinstance(error, MemoryError):
        return {"error": "Not enough memory to load the network.", "kind": "engine"}
    return {"error": str(error), "kind": "bundle" if isinstance(error, BundleError) else "engine"}


def _introduction(segmenter: Segmenter) -> Message:
    """Return what is said first: the engine, with the versions of what made its answers."""
    used = [name for name in ("numpy", "onnxruntime", "tensorflow", "keras") if name in sys.modules]
    versions = {"python": platform.python_version()}
    versions |= {name: metadata.version(name) for name in used}
    return {
        "ready": True,
        "engine": segmenter.engine,
        "device": segmenter.device,
        "versions": versions,
    }


def _answer(segmenter: Segmenter, exchange: Exchange, message: Message) -> Message:
    """Predict the slice in the exchange; whatever goes wrong becomes a sentence."""
    start = time.perf_counter()
    shape = tuple(message["shape"])
    try:
        (pixels,) = exchange.take((np.float32, shape))
        exchange.put(segmenter.probability(pixels))
    except MemoryError:
        return {"error": f"Not enough memory to predict a slice of {size_text(shape)} pixels."}
    except Exception as error:  # engines raise their own kinds, which are not imported here
        return {"error": f"The engine could not predict this slice: {one_line(error)}"}
    return {"seconds": time.perf_counter() - start}


if __name__ == "__main__":
    sys.exit(main())
