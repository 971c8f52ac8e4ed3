"""Choose an engine for a bundle and load it."""

from __future__ import annotations

from pathlib import Path

from brainseg_gui.inference.bundles import refiner_of
from brainseg_gui.inference.corrector import Corrector, Steps, open_corrector
from brainseg_gui.inference.gpu import has_gpu
from brainseg_gui.inference.keras_segmenter import KerasNetwork, KerasSegmenter
from brainseg_gui.inference.model_card import ModelCard, read_card
from brainseg_gui.inference.onnx_segmenter import OnnxSegmenter
from brainseg_gui.inference.second.refined import Refined
from brainseg_gui.inference.segmenter import DEVICES, ENGINES, EngineError, Segmenter


def load_segmenter(
    bundle: Path, *, engine: str = "auto", device: str = "auto", view: str = ""
) -> Segmenter:
    """Load the network of a bundle into the engine that suits the machine.

    Parameters
    ----------
    bundle : Path
        Folder with weights and card.
    engine : str
        One of `ENGINES`; `auto` is TensorFlow where it sees a GPU, else ONNX Runtime.
    device : str
        One of `DEVICES`; `gpu` fails where there is none.
    view : str
        Switch of its ONNX file for one view of many, which engine `onnxruntime` alone has; no
        corrector looks at it.

    Raises
    ------
    BundleError
        If the bundle is missing, cut off, or does not match its sums.
    EngineError
        If the engine is not installed, or the device is not there.
    """
    _check_choice("engine", engine, ENGINES)
    _check_choice("device", device, DEVICES)
    card = read_card(bundle)
    if device == "gpu" and not has_gpu():
        raise EngineError("There is no NVIDIA GPU on this machine; use device cpu or auto.")
    if view:
        return OnnxSegmenter(bundle, card, device, view)
    if engine == "onnxruntime":
        segmenter: OnnxSegmenter | KerasSegmenter = OnnxSegmenter(bundle, card, device)
    elif engine == "tensorflow":
        segmenter = KerasSegmenter(bundle, card, device)
    else:
        segmenter = _best_engine(bundle, card, device)
    return _refined(segmenter, bundle, card)


def _refined(segmenter: OnnxSegmenter | KerasSegmenter, bundle: Path, card: ModelCard) -> Segmenter:
    """Let a corrector draw its masks once more, where the card names one that is at hand.

    It runs on what the segmenter runs on: not every installation has both.
    """
    found = refiner_of(bundle, card)
    if found is None:
        return segmenter
    if segmenter.engine == "onnxruntime":
        corrector = open_corrector(found[0])
    else:
        device = "cpu" if segmenter.device == "CPU" else "gpu"
        network = KerasNetwork(*found, device)
        steps = Steps.of_card(found[1])
        corrector = Corrector(steps, lambda inputs: network.run(inputs)[0, :, :, 0])
    if card.preprocessing.channels == found[1].preprocessing.channels:
        segmenter.views = corrector.views
    return Refined(segmenter, corrector, card.threshold)


def _best_engine(bundle: Path, card: ModelCard, device: str) -> OnnxSegmenter | KerasSegmenter:
    """Take TensorFlow where a GPU is there and TensorFlow can use it; else ONNX Runtime."""
    if device == "cpu" or not has_gpu():
        return OnnxSegmenter(bundle, card, device)
    try:
        return KerasSegmenter(bundle, card, "gpu")
    except EngineError as error:  # TensorFlow is not installed, or was built without this GPU
        try:
            return OnnxSegmenter(bundle, card, device)
        except EngineError:
            raise error from None


def _check_choice(what: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise EngineError(f"There is no {what} '{value}'; choose among {', '.join(choices)}.")
