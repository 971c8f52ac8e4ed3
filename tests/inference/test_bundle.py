"""A bundle that is not whole is refused with a sentence."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.extras import is_installed
from brainseg_gui.inference import load
from brainseg_gui.inference.bundles import default_bundle, find_bundle, list_bundles
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import BundleError, ModelCard, Seen, hash_patient, read_card
from brainseg_gui.inference.onnx_segmenter import OnnxSegmenter
from brainseg_gui.inference.segmenter import EngineError
from brainseg_gui.inference.weights import refuse_bomb
from tests.bundle_factory import TRAINED_ON, write_card

FILES = ("model.keras", "model.onnx")
TABLE = {"risk": [0, 1], "mean": [0.5, 0.5], "low": [0, 0], "high": [1, 1]}


@pytest.fixture
def copy(bundle: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundle, tmp_path / "copy"))


def refusal(bundle: Path) -> str:
    with pytest.raises(BundleError) as caught:
        read_card(bundle)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_a_whole_bundle_is_read(bundle: Path) -> None:
    assert read_card(bundle).name == "small"


def test_a_card_comes_back_as_it_was_written(bundle: Path) -> None:
    card = read_card(bundle)
    assert ModelCard.from_json(card.to_json()) == card


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert f"incomplete: {name}" in refusal(copy)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_off_is_named_with_both_sizes(copy: Path, name: str) -> None:
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[:-100])
    assert f"{name} has {len(content) - 100} bytes, its card says {len(content)}" in refusal(copy)


@pytest.mark.parametrize("name", FILES)
def test_a_single_changed_byte_is_noticed(copy: Path, name: str) -> None:
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    assert f"{name} does not match the sum" in refusal(copy)


def test_a_missing_card_is_told(copy: Path) -> None:
    (copy / "card.json").unlink()
    assert "there is no card.json" in refusal(copy)


def test_a_file_in_place_of_the_bundle_is_told(bundle: Path) -> None:
    assert "cannot be read" in refusal(bundle / "model.onnx")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"name": "x"}', "\x00", '"text"'])
def test_a_damaged_card_is_told(copy: Path, text: str) -> None:
    (copy / "card.json").write_text(text)
    assert "damaged" in refusal(copy)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("threshold", 0.0),
        ("threshold", "high"),
        ("preprocessing", {"channels": ["sharpened"], "size": 64}),
        ("preprocessing", {"channels": ["equalised"], "size": "wide"}),
        ("preprocessing", None),
        ("training_patients", None),
        ("sizes", None),
        ("sha256", []),
        ("risk", {"table": TABLE | {"mean": [0.5, 0.9]}}),
        ("risk", {"slices": 3}),
        ("risk", {"table": TABLE, "usual": {"glioma": ["small", 1]}}),
    ],
)
def test_a_card_with_a_wrong_value_is_damaged(copy: Path, field: str, value: object) -> None:
    card = json.loads((copy / "card.json").read_text())
    (copy / "card.json").write_text(json.dumps(card | {field: value}))
    assert "damaged" in refusal(copy)


def test_a_network_that_matches_its_sum_but_cannot_be_loaded_is_one_sentence(copy: Path) -> None:
    for name in FILES:
        (copy / name).write_bytes(b"no network at all")
    write_card(copy)
    names = {"onnxruntime": "ONNX Runtime", "tensorflow": "TensorFlow"}
    for engine in filter(is_installed, names):
        with pytest.raises(EngineError, match=f"^{names[engine]} cannot load copy: .*$"):
            load_segmenter(copy, engine=engine, device="cpu")


def test_a_patient_of_the_training_is_known_by_every_scan_and_named_by_none(bundle: Path) -> None:
    card = read_card(bundle)
    assert card.was_trained_on(TRAINED_ON)
    assert card.was_trained_on(f"{TRAINED_ON}B")
    assert not card.was_trained_on("100361")
    assert not card.was_trained_on("")
    assert [card.seen(it) for it in (TRAINED_ON, "100361", "")] == list(Seen)
    assert TRAINED_ON not in card.to_json()


def test_the_same_patient_has_another_hash_under_another_salt() -> None:
    assert hash_patient("1", "a") != hash_patient("1", "b")


def test_the_standard_bundle_is_the_default_else_the_first(tmp_path: Path) -> None:
    for name in ("tiny", "large"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "card.json").touch()
    (tmp_path / "notes").mkdir()
    assert [path.name for path in list_bundles(tmp_path)] == ["large", "tiny"]
    assert default_bundle(tmp_path).name == "large"
    (tmp_path / "standard").mkdir()
    (tmp_path / "standard" / "card.json").touch()
    assert default_bundle(tmp_path).name == "standard"


def test_an_installation_without_a_network_says_so(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="No network came with this installation"):
        default_bundle(tmp_path)


def test_a_bundle_that_came_along_is_found_by_its_name_a_folder_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_bundle("standard") == default_bundle()
    assert find_bundle("nobody") == Path("nobody")
    (tmp_path / "standard").mkdir()
    assert find_bundle("standard") == Path("standard")


@pytest.mark.parametrize(("name", "megabytes"), [("standard", 12), ("accurate", 32)])
def test_the_networks_that_came_along_are_whole_and_small_enough(name: str, megabytes: int) -> None:
    bundle = find_bundle(name)
    assert read_card(bundle).name == name
    assert sum(file.stat().st_size for file in bundle.iterdir()) < megabytes * 10**6


def test_a_card_larger_than_any_is_refused_before_it_is_read(copy: Path) -> None:
    with open(copy / "card.json", "wb") as file:
        file.truncate(1 << 40)
    assert "larger than any" in refusal(copy)


@pytest.mark.parametrize("name", FILES)
def test_weights_larger_than_any_are_refused_before_they_are_read(copy: Path, name: str) -> None:
    with open(copy / name, "wb") as file:
        file.truncate(1 << 40)
    assert "larger than any" in refusal(copy)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_place_of_weights_keeps_nobody_waiting(copy: Path) -> None:
    (copy / "model.onnx").unlink()
    os.mkfifo(copy / "model.onnx")
    assert "model.onnx: not a file" in refusal(copy)


@pytest.mark.parametrize(("engine", "name"), [("onnxruntime", FILES[1]), ("tensorflow", FILES[0])])
def test_a_network_that_changed_after_it_was_checked_is_not_loaded(
    copy: Path, engine: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def and_then_change(bundle: Path) -> ModelCard:
        card = read_card(bundle)
        (bundle / name).write_bytes(b"x" * card.sizes[name])
        return card

    monkeypatch.setattr(load, "read_card", and_then_change)
    with pytest.raises(BundleError, match="does not match the sum"):
        load_segmenter(copy, engine=engine, device="cpu")


def test_a_network_with_weights_in_another_file_is_refused(copy: Path) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(copy / "model.onnx")
    onnx.save(
        *(model, copy / "model.onnx"),
        **{"save_as_external_data": True, "location": "weights.bin", "size_threshold": 0},
    )
    write_card(copy)
    with pytest.raises(BundleError, match="weights from another file"):
        load_segmenter(copy, engine="onnxruntime", device="cpu")


def test_an_archive_that_would_fill_the_memory_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("more.json", "{}")
    content = packed.getvalue()
    for entry in (m.start() for m in re.finditer(b"PK\x01\x02", content)):
        at = entry + 24  # the size of it unpacked, in the list of contents
        content = content[:at] + (0xFFFFFFF0).to_bytes(4, "little") + content[at + 4 :]
    with pytest.raises(BundleError, match="unpacks to 8191 MB"):
        refuse_bomb(content, "copy")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_answer_that_is_no_number_is_an_error(
    bundle: Path, head: np.ndarray, value: float
) -> None:
    segmenter = load_segmenter(bundle, engine="onnxruntime", device="cpu")
    assert isinstance(segmenter, OnnxSegmenter)

    class Broken:
        def run(self, names: object, given: dict[str, np.ndarray]) -> list[np.ndarray]:
            (batch,) = given.values()
            return [np.full((*batch.shape[:3], 1), value, np.float32)]

    segmenter._session = Broken()
    with pytest.raises(EngineError, match="no number"):
        segmenter.probability(head)
