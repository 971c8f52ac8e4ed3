"""A network in ONNX Runtime: opened, with the settings that suit a window beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from brainseg_gui.inference.cores import physical_cores
from brainseg_gui.inference.model_card import ONNX_FILE, BundleError, ModelCard
from brainseg_gui.inference.second.one_view import with_view
from brainseg_gui.inference.segmenter import EngineError, one_line
from brainseg_gui.inference.weights import refuse_elsewhere, whole

CUDA = "CUDAExecutionProvider"
CPU = "CPUExecutionProvider"
ERRORS_ONLY = 3


def open_session(
    bundle: Path,
    card: ModelCard,
    device: str = "auto",
    threads: int | None = None,
    view: str = "",
) -> Any:
    """Return the session of a bundle's `model.onnx`.

    Parameters
    ----------
    bundle : Path
    card : ModelCard
        As it was read and checked.
    device : str
        `auto`, `cpu` or `gpu`.
    threads : int, optional
        That share a convolution on the processor; one for each physical core where None.
    view : str
        Its switch for an answer that is that of one view of many; the mean of all where empty.

    Raises
    ------
    BundleError
        If its file is no longer the one of the card, or takes weights from others.
    EngineError
        If ONNX Runtime is not installed, cannot load the network, or has no GPU to offer.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise EngineError(f"ONNX Runtime cannot be loaded: {error}.") from error
    onnxruntime.disable_telemetry_events()  # for Windows, where the variable says nothing
    onnxruntime.set_default_logger_severity(ERRORS_ONLY)
    has_cuda = CUDA in onnxruntime.get_available_providers()
    if device == "gpu" and not has_cuda:
        raise EngineError("The installed ONNX Runtime has no GPU support; use device cpu or auto.")
    providers = [CUDA, CPU] if has_cuda and device != "cpu" else [CPU]
    # The very bytes that were checked: what lies there a moment later, or beside it, is not read.
    content = whole(bundle, ONNX_FILE, card.sizes, card.sha256)
    refuse_elsewhere(content, bundle.name)
    content = _one_view(content, view, bundle) if view else content
    try:
        options = _options(onnxruntime, threads)
        session = onnxruntime.InferenceSession(content, options, providers=providers)
    except Exception as error:  # ONNX Runtime raises a dozen kinds, without a common base
        raise EngineError(f"ONNX Runtime cannot load {bundle.name}: {one_line(error)}") from error
    if device == "gpu" and CUDA not in session.get_providers():
        raise EngineError("ONNX Runtime found no usable GPU; use device cpu or auto.")
    return session


def _one_view(content: bytes, view: str, bundle: Path) -> bytes:
    try:
        return with_view(content, view)
    except ValueError as error:
        raise BundleError(f"The network {bundle.name} has no such view: {error}.") from error


def _options(onnxruntime: Any, threads: int | None) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = physical_cores() if threads is None else threads
    options.log_severity_level = ERRORS_ONLY
    # Planning one block for all tensors takes 100 MB more at 512 x 512 and gains no time.
    options.enable_mem_pattern = False
    # Within a run, threads that spin are woken in time: a slice after a pause takes a third less.
    # After it they must stop, or they would burn the cores that the window paints with.
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return options
