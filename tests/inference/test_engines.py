"""Both engines, in this process: the same network, the same mask."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.measures.compare import dice
from brainseg_gui.extras import is_installed
from brainseg_gui.inference import load, onnx_segmenter
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import BundleError
from brainseg_gui.inference.segmenter import EngineError, Segmenter
from tests.bundle_factory import SIDE
from tests.mat_factory import fields_of
from tests.needs import needs_tensorflow

ENGINES = ("onnxruntime", *(["tensorflow"] if is_installed("tensorflow") else []))


@pytest.fixture(scope="module")
def segmenters(bundle: Path) -> dict[str, Segmenter]:
    return {engine: load_segmenter(bundle, engine=engine, device="cpu") for engine in ENGINES}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_slice_becomes_a_probability_of_its_own_size(
    segmenters: dict[str, Segmenter], head: np.ndarray, engine: str
) -> None:
    segmenter = segmenters[engine]
    probability = segmenter.probability(head)
    assert (segmenter.engine, segmenter.device) == (engine, "CPU")
    assert probability.shape == head.shape
    assert probability.dtype == np.float32
    assert 0 <= probability.min() < 0.1 < 0.9 < probability.max() <= 1


@needs_tensorflow
@pytest.mark.parametrize("shape", [(SIDE, SIDE), (512, 512), (100, 37), (37, 100)])
def test_both_engines_give_the_same_mask_and_it_lies_where_the_light_is(
    segmenters: dict[str, Segmenter], shape: tuple[int, int]
) -> None:
    fields = fields_of(shape)
    one, other = (segmenters[engine].probability(fields["image"]) for engine in ENGINES)
    assert np.abs(one - other).max() < 1e-4
    assert np.array_equal(one >= 0.5, other >= 0.5)
    score = dice(one >= 0.5, fields["tumorMask"] > 0)
    assert score is not None
    assert score > 0.5


@pytest.mark.parametrize("engine", ENGINES)
def test_the_mask_does_not_depend_on_the_scale_of_the_file(
    segmenters: dict[str, Segmenter], head: np.ndarray, engine: str
) -> None:
    segmenter = segmenters[engine]
    assert np.array_equal(segmenter.probability(head), segmenter.probability(head * 7 + 100))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_slice_gives_the_same_answer_again(
    segmenters: dict[str, Segmenter], head: np.ndarray, engine: str
) -> None:
    segmenter = segmenters[engine]
    assert np.array_equal(segmenter.probability(head), segmenter.probability(head))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_slice_of_one_grey_has_no_tumour(segmenters: dict[str, Segmenter], engine: str) -> None:
    assert (segmenters[engine].probability(np.full((50, 50), 7.0)) < 0.5).all()


def test_auto_is_onnx_runtime_where_there_is_no_gpu(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "has_gpu", lambda: False)
    assert load_segmenter(bundle).engine == "onnxruntime"


def test_auto_is_tensorflow_where_it_sees_a_gpu_else_onnx_runtime(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "has_gpu", lambda: True)
    monkeypatch.setattr(load, "KerasSegmenter", lambda bundle, card, device: f"Keras on {device}")
    assert load_segmenter(bundle) == "Keras on gpu"

    def refuse(*arguments: object) -> None:
        raise EngineError("TensorFlow sees no GPU.")

    monkeypatch.setattr(load, "KerasSegmenter", refuse)
    assert load_segmenter(bundle).engine == "onnxruntime"


@pytest.mark.parametrize("engine", ["auto", *ENGINES])
def test_a_gpu_that_is_not_there_is_one_sentence(
    bundle: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "has_gpu", lambda: False)
    with pytest.raises(EngineError, match="There is no NVIDIA GPU on this machine"):
        load_segmenter(bundle, engine=engine, device="gpu")


def test_onnx_runtime_without_gpu_support_says_so(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "has_gpu", lambda: True)
    monkeypatch.setattr(onnx_segmenter, "CUDA", "NoSuchProvider")
    with pytest.raises(EngineError, match="no GPU support"):
        load_segmenter(bundle, engine="onnxruntime", device="gpu")


@pytest.mark.parametrize(
    ("package", "sentence"),
    [
        ("onnxruntime", r"ONNX Runtime cannot be loaded: .*onnxruntime.*\."),
        (
            "tensorflow",
            r"TensorFlow is not installed here; the extra “gpu” brings it: make extra .*",
        ),
    ],
)
def test_a_package_that_is_not_installed_is_one_sentence(
    bundle: Path, package: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(EngineError, match=f"^{sentence}$"):
        load_segmenter(bundle, engine=package)


def test_a_gpu_that_only_an_extra_could_use_names_the_extra(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "has_gpu", lambda: True)
    monkeypatch.setattr(onnx_segmenter, "CUDA", "NoSuchProvider")
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(EngineError, match="the extra “gpu” brings it"):
        load_segmenter(bundle, device="gpu")
    assert load_segmenter(bundle).engine == "onnxruntime"


@pytest.mark.parametrize("choice", [{"engine": "torch"}, {"device": "tpu"}])
def test_a_choice_that_does_not_exist_names_those_that_do(
    bundle: Path, choice: dict[str, str]
) -> None:
    with pytest.raises(EngineError, match="choose among auto,"):
        load_segmenter(bundle, **choice)


def test_a_missing_bundle_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"there is no card\.json"):
        load_segmenter(tmp_path)
