"""The process that owns the network: `python -m brainseg_gui.inference.engine_process`.

It answers messages with messages (see `children`); the arrays go through the exchange. First
message out: `ready` with engine, device and versions, or `error`. Then `{"shape": [H, W]}` in,
`{"seconds": s}` or `{"error": sentence}` out. A corrector is asked with its clicks, if any, beside
the shape, and with mask and probability behind the pixels. It ends with the process that started
it.
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
from typing import TYPE_CHECKING, cast

import numpy as np

from brainseg_gui.children.exchange import Exchange
from brainseg_gui.children.messages import Message
from brainseg_gui.children.serving import say, serve, settle
from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.slices import size_text
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import CORRECTOR, KINDS, SEGMENTER, BundleError
from brainseg_gui.inference.segmenter import DEVICES, ENGINES, EngineError, Segmenter, one_line

if TYPE_CHECKING:
    from brainseg_gui.inference.corrector import Corrector


def main(argv: Sequence[str] | None = None) -> int:
    """Load the network, then answer until stdin ends; 1 if the network could not be loaded."""
    arguments = _parse(argv)
    exchange = Exchange.join(arguments.exchange)
    answers = settle()
    with suppress(BrokenPipeError):  # whoever asked is gone
        try:
            network = _load(arguments)
        except (BundleError, EngineError, MemoryError) as error:
            say(answers, _refusal(error))
            return 1
        say(answers, _introduction(network))
        serve(answers, lambda message: _answer(network, exchange, message))
    return 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Answer requests for predictions on stdin.")
    parser.add_argument("exchange", type=Path)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--kind", choices=tuple(KINDS), default=SEGMENTER)
    parser.add_argument("--engine", choices=ENGINES, default="auto")
    parser.add_argument("--device", choices=DEVICES, default="auto")
    parser.add_argument("--view", default="")
    return parser.parse_args(argv)


def _load(arguments: argparse.Namespace) -> Segmenter | Corrector:
    if arguments.kind == CORRECTOR:
        from brainseg_gui.inference.corrector import open_corrector  # no segmenter waits for it

        return open_corrector(arguments.bundle)
    choice = {"engine": arguments.engine, "device": arguments.device, "view": arguments.view}
    return load_segmenter(arguments.bundle, **choice)


def _refusal(error: Exception) -> Message:
    if isinstance(error, MemoryError):
        return {"error": "Not enough memory to load the network.", "kind": "engine"}
    return {"error": str(error), "kind": "bundle" if isinstance(error, BundleError) else "engine"}


def _introduction(network: Segmenter | Corrector) -> Message:
    """Return what is said first: the engine, with the versions of what made its answers."""
    engines = "onnxruntime", "tensorflow", "torch", "jax", "keras"
    used = [name for name in ("numpy", *engines) if name in sys.modules]
    versions = {"python": platform.python_version()}
    versions |= {name: metadata.version(name) for name in used}
    return {
        "ready": True,
        "engine": network.engine,
        "device": network.device,
        "versions": versions,
    }


def _answer(network: Segmenter | Corrector, exchange: Exchange, message: Message) -> Message:
    """Work on the slice in the exchange; whatever goes wrong becomes a sentence."""
    start = time.perf_counter()
    does = "correct" if "clicks" in message else "predict"
    shape = tuple(message["shape"])
    try:
        if does == "correct":
            corrector = cast("Corrector", network)
            pixels, mask, seen = exchange.take(*[(np.float32, shape)] * 3)
            if clicks := [Click(*click) for click in message["clicks"]]:
                answer = corrector.correct(pixels, mask > 0, clicks, seen).astype(np.float32)
            else:
                answer = corrector.reconsider(pixels, mask > 0, seen)
            exchange.put(answer)
        else:
            (pixels,) = exchange.take((np.float32, shape))
            exchange.put(cast("Segmenter", network).probability(pixels))
    except MemoryError:
        return {"error": f"Not enough memory to {does} a slice of {size_text(shape)} pixels."}
    except Exception as error:  # engines raise their own kinds, which are not imported here
        return {"error": f"The engine could not {does} this slice: {one_line(error)}"}
    return {"seconds": time.perf_counter() - start}


if __name__ == "__main__":
    sys.exit(main())
