"""`brainseg-predict` by its contract, with a real engine."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brainseg_gui import __version__
from brainseg_gui.cli.predict import main
from brainseg_gui.core.measures.compare import dice, hd95, iou
from brainseg_gui.files import reading
from brainseg_gui.files.wishes import NONE
from brainseg_gui.inference.model_card import CORRECTOR, read_card
from tests.bundle_factory import TRAINED_ON, write_card
from tests.documented_format import add_documented_format, write_grid
from tests.mat_factory import fields_of, write_matlab, write_v5, write_v73
from tests.picture_factory import make_slice, write_pictures
from tests.volume_files.dicom import ID, NAME, data_set, picture, write_dicom
from tests.volume_files.nifti import volume, write_nifti
from tests.volume_files.zips import write_zip

COLUMNS = [
    *("file", "patient", "tumour", "height", "width"),
    *("area_px", "area_mm2", "risk", "dice", "iou", "hd95_px", "notes"),
    *("expected_dice", "dice_low", "dice_high", "alarms", "seen_in_training"),
    *("reference_px", "shift_px", "lesions_px"),
]
Predict = Callable[..., int]


@pytest.fixture
def predict(bundle: Path, tmp_path: Path) -> Predict:
    """Return a function that predicts paths into `out` and returns the exit status."""

    def run(*arguments: object) -> int:
        words = ["--output", tmp_path / "out", "--model", bundle, "--engine", "onnxruntime"]
        return main([str(word) for word in (*arguments, *words)])

    return run


def rows_of(folder: Path) -> list[dict[str, str]]:
    with open(folder / "predictions.csv", newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        assert reader.fieldnames == COLUMNS
    return rows


def read_png(path: Path) -> tuple[str, np.ndarray]:
    with Image.open(path) as image:
        return image.mode, np.asarray(image)


def files_in(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_each_slice_gets_a_mask_as_matlab_shows_it(predict: Predict, tmp_path: Path) -> None:
    shapes = {"1": (80, 112), "2": (112, 80), "10": (64, 64)}
    for stem, shape in shapes.items():
        write_v73(tmp_path / "in" / f"{stem}.mat", fields_of(shape))
    assert predict(tmp_path / "in") == 0
    for stem, shape in shapes.items():
        mode, pixels = read_png(tmp_path / "out" / f"{stem}_mask.png")
        assert (mode, pixels.shape) == ("L", shape)
        assert set(np.unique(pixels)) == {0, 255}
        score = dice(pixels > 0, fields_of(shape)["tumorMask"] > 0)
        assert score is not None
        assert score > 0.5
    names = ["10_mask.png", "1_mask.png", "2_mask.png", "predictions.csv", "predictions.json"]
    assert files_in(tmp_path / "out") == names


def test_the_table_holds_what_the_pictures_hold(predict: Predict, tmp_path: Path) -> None:
    fields = fields_of((80, 112), patient="MR7")
    path = write_v73(tmp_path / "in" / "1.mat", fields)
    assert predict(path) == 0
    (row,) = rows_of(tmp_path / "out")
    mask = read_png(tmp_path / "out" / "1_mask.png")[1] > 0
    reference = fields["tumorMask"] > 0
    assert row["file"] == str(path)
    assert (row["patient"], row["tumour"]) == ("MR7", "glioma")
    assert (row["height"], row["width"], row["area_mm2"]) == ("80", "112", "")
    assert int(row["area_px"]) == mask.sum()
    assert 0 <= float(row["risk"]) <= 1
    assert float(row["dice"]) == pytest.approx(dice(mask, reference), abs=1e-4)
    assert float(row["iou"]) == pytest.approx(iou(mask, reference), abs=1e-4)
    assert float(row["hd95_px"]) == pytest.approx(hd95(mask, reference), abs=0.01)


def test_a_calibrated_network_says_what_dice_to_expect(bundle: Path, tmp_path: Path) -> None:
    mine = shutil.copytree(bundle, tmp_path / "bundle")
    table = {"risk": [0, 1], "mean": [0.8, 0.8], "low": [0.6, 0.6], "high": [0.9, 0.9]}
    write_card(mine, risk={"table": table, "usual": {"glioma": [0.5, 0.9]}})
    path = write_v73(tmp_path / "1.mat", fields_of())
    words = [str(path), "--model", str(mine), "--output", str(tmp_path / "out")]
    assert main(words) == 0
    (row,) = rows_of(tmp_path / "out")
    assert (row["expected_dice"], row["dice_low"], row["dice_high"]) == ("0.800", "0.600", "0.900")
    assert row["risk"] == "0.2000"
    assert row["alarms"] == "The mask is smaller than tumours of its type mostly are."
    assert main([*words, "--threshold", "0.4"]) == 0  # at which nothing was measured
    (row,) = rows_of(tmp_path / "out")
    assert (row["expected_dice"], row["dice_low"], row["dice_high"]) == ("", "", "")


def test_no_risk_leaves_its_columns_empty_and_all_others_as_they_are(
    predict: Predict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_v73(tmp_path / "1.mat", fields_of())
    assert predict(path) == 0
    (row,) = rows_of(tmp_path / "out")
    assert row["risk"]

    def refuse(*_: object) -> float:
        raise AssertionError("it is not to be worked out")

    monkeypatch.setattr("brainseg_gui.core.prediction.risk", refuse)
    assert predict(path, "--no-risk") == 0
    (without,) = rows_of(tmp_path / "out")
    assert without == row | {"risk": "", "expected_dice": "", "dice_low": "", "dice_high": ""}


def test_a_second_network_that_lies_beside_it_says_more_of_the_risk(
    bundle: Path, tmp_path: Path
) -> None:
    mine, other = (shutil.copytree(bundle, tmp_path / name) for name in ("mine", "other"))
    write_card(other, threshold=0.9)
    table = {"risk": [0, 1], "mean": [1, 0], "low": [0, 0], "high": [1, 1]}
    total = read_card(other).sum_of("onnxruntime")
    second = {"name": "other", "sum": total, "view": "", "table": table}
    path = write_v73(tmp_path / "1.mat", fields_of())
    words = [str(path), "--model", str(mine), "--output", str(tmp_path / "out")]
    told = []
    for risk in ({"table": table}, {"table": table, "second": second}):
        write_card(mine, risk=risk)
        assert main(words) == 0
        facts = json.loads((tmp_path / "out" / "predictions.json").read_text())
        told.append((facts["second_network"], rows_of(tmp_path / "out")[0]))
    (nobody, alone), (name, judged) = told
    assert (nobody, name) == ("", "other")
    assert float(judged["risk"]) > float(alone["risk"])  # the two draw other masks
    assert float(judged["expected_dice"]) == pytest.approx(1 - float(judged["risk"]), abs=1e-3)
    assert judged["area_px"] == alone["area_px"]
    assert main([*words, "--resume", "--no-risk"]) == 2  # lines of both would be mixed


def test_masks_that_a_corrector_draws_once_more_are_not_mixed_with_others(
    bundle: Path, corrector_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = shutil.copytree(bundle, tmp_path / "mine")
    fixer = shutil.copytree(corrector_bundle, tmp_path / "fixer")
    total = read_card(fixer, CORRECTOR).sum_of("onnxruntime")
    path = write_v73(tmp_path / "1.mat", fields_of())
    words = [str(path), "--model", str(mine), "--output", str(tmp_path / "out")]
    areas = []
    for refined in ({}, {"name": "fixer", "sum": total}):
        write_card(mine, refined=refined)
        assert main(words) == 0
        facts = json.loads((tmp_path / "out" / "predictions.json").read_text())
        assert facts["refined_by"] == refined.get("name", "")
        areas.append(rows_of(tmp_path / "out")[0]["area_px"])
    assert areas[0] != areas[1]
    shutil.rmtree(fixer)
    capsys.readouterr()
    assert main([*words, "--resume"]) == 2
    assert "refined by was 'fixer' and is not given now" in capsys.readouterr().err


def test_what_is_not_known_is_empty(predict: Predict, tmp_path: Path) -> None:
    write_v5(tmp_path / "in" / "1.mat", {"image": fields_of()["image"]})
    assert predict(tmp_path / "in") == 0
    (row,) = rows_of(tmp_path / "out")
    unknown = ("patient", "tumour", "area_mm2", "dice", "iou", "hd95_px", "expected_dice")
    assert [row[name] for name in unknown] == [""] * 7


def test_probability_and_overlay_come_on_request(predict: Predict, tmp_path: Path) -> None:
    write_v73(tmp_path / "in" / "1.mat", fields_of((80, 112)))
    assert predict(tmp_path / "in", "--probability", "--overlay") == 0
    mode, probability = read_png(tmp_path / "out" / "1_probability.png")
    assert (mode, probability.shape) == ("I;16", (80, 112))
    mask = read_png(tmp_path / "out" / "1_mask.png")[1] > 0
    assert np.array_equal(probability / 65535 >= 0.5, mask)
    mode, picture = read_png(tmp_path / "out" / "1_overlay.png")
    assert (mode, picture.shape) == ("RGB", (80, 112, 3))


def test_a_higher_threshold_gives_a_smaller_mask(predict: Predict, tmp_path: Path) -> None:
    write_v73(tmp_path / "in" / "1.mat", fields_of((80, 112)))
    areas = []
    for threshold in ("0.1", "0.5", "0.9"):
        assert predict(tmp_path / "in", "--threshold", threshold) == 0
        areas.append(int(rows_of(tmp_path / "out")[0]["area_px"]))
    assert areas[0] > areas[1] > areas[2]


def test_the_scale_of_the_file_changes_nothing(predict: Predict, tmp_path: Path) -> None:
    fields = fields_of((80, 112))
    write_v73(tmp_path / "in" / "a.mat", fields)
    write_v73(tmp_path / "in" / "b.mat", fields | {"image": fields["image"] * 7 + 100})
    assert predict(tmp_path / "in") == 0
    a, b = (read_png(tmp_path / "out" / f"{stem}_mask.png")[1] for stem in "ab")
    assert np.array_equal(a, b)


def test_equal_stems_from_different_folders_never_overwrite_each_other(
    predict: Predict, tmp_path: Path
) -> None:
    for folder in ("a", "b", "b/c"):
        write_v73(tmp_path / "in" / folder / "1.mat", fields_of())
    write_v73(tmp_path / "in" / "b" / "2.mat", fields_of())
    assert predict(tmp_path / "in" / "a", tmp_path / "in" / "b") == 0
    assert files_in(tmp_path / "out") == [
        "2_mask.png",
        "a/1_mask.png",
        "b/1_mask.png",
        "b/c/1_mask.png",
        "predictions.csv",
        "predictions.json",
    ]
    assert len(rows_of(tmp_path / "out")) == 4


def test_each_broken_file_is_named_with_its_reason_and_the_rest_predicted(
    predict: Predict, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    write_v73(folder / "1.mat", fields_of())
    (folder / "2.mat").touch()
    (folder / "3.mat").write_bytes(b"no MATLAB file at all, but long enough to look at" * 9)
    write_v73(folder / "4.mat", {"image": np.full((9, 9), np.inf)})
    write_v73(folder / "10.mat", fields_of())
    assert predict(folder, tmp_path / "none.mat") == 1
    lines = capfd.readouterr().err.splitlines()
    assert lines == [
        f"brainseg-predict: {tmp_path / 'none.mat'}: no such file or folder",
        f"brainseg-predict: {folder / '2.mat'}: the file is empty",
        f"brainseg-predict: {folder / '3.mat'}: not a MATLAB file, or a damaged one",
        f"brainseg-predict: {folder / '4.mat'}: the image holds NaN or infinite values",
    ]
    assert [Path(row["file"]).stem for row in rows_of(tmp_path / "out")] == ["1", "10"]


def test_nothing_to_predict_is_told(
    predict: Predict, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    assert predict(tmp_path / "in") == 1
    assert "no slice found (what can be opened: .mat, " in capfd.readouterr().err


def test_patients_of_the_training_are_pointed_out(
    predict: Predict, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_v73(tmp_path / "in" / "1.mat", fields_of(patient=f"{TRAINED_ON}B"))
    write_v73(tmp_path / "in" / "2.mat", fields_of(patient="4711"))
    assert predict(tmp_path / "in") == 0
    out = capfd.readouterr().out
    assert "1 of 2 slices are of patients the network was trained on" in out
    assert "not a measure of accuracy" in out
    assert "of slices: 1." in out


def test_a_dice_of_a_patient_that_was_trained_on_counts_only_where_that_is_asked_for(
    predict: Predict, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, patient in {"1": TRAINED_ON, "2": "104"}.items():
        write_v73(tmp_path / "in" / f"{name}.mat", fields_of(patient=patient))
    assert predict(tmp_path / "in") == 0
    assert [row["seen_in_training"] for row in rows_of(tmp_path / "out")] == ["yes", "no"]
    assert "of slices: 1." in capfd.readouterr().out
    assert predict(tmp_path / "in", "--with-seen") == 0
    out = capfd.readouterr().out
    assert "of slices: 2." in out
    assert "1 of 2 slices are of patients the network was trained on" in out


def test_a_slice_without_a_patient_is_never_called_new_to_the_network(
    predict: Predict, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "in" / "1.mat"
    codes = np.array([[0xDD000000, 2, 1, 1, 1, 1]], np.uint32)
    write_matlab(path, fields_of() | {"PID": codes}, PID="string")
    assert predict(path) == 0
    out, errors = capfd.readouterr()
    assert "Mean Dice" not in out
    assert "1 of 1 slices name no patient" in out
    (row,) = rows_of(tmp_path / "out")
    assert "the patient is unknown" in row["notes"]
    assert errors == f"brainseg-predict: note: {path}: {row['notes']}\n"


def test_no_cell_of_the_table_is_a_formula(predict: Predict, tmp_path: Path) -> None:
    write_v73(tmp_path / "in" / "1.mat", fields_of(patient='=HYPERLINK("http://x")'))
    assert predict(tmp_path / "in") == 0
    (row,) = rows_of(tmp_path / "out")
    assert row["patient"] == '\'=HYPERLINK("http://x")'


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
@pytest.mark.parametrize("code_page", ["ascii", "utf-8"])
def test_names_of_any_bytes_are_done_on_a_console_of_any_code_page(
    bundle: Path, tmp_path: Path, code_page: str
) -> None:
    folder = tmp_path / os.fsdecode(b"ord\xf6ner")
    write_v5(tmp_path / "1.mat", {"image": fields_of()["image"]})
    folder.mkdir()
    os.rename(tmp_path / "1.mat", folder / os.fsdecode(b"257_\xe4.mat"))
    (folder / os.fsdecode(b"258_\xe4.mat")).touch()
    out = folder / "out_Пациент"
    command = [sys.executable, "-m", "brainseg_gui.cli.predict", str(folder), "--output"]
    command += [str(out), "--model", str(bundle), "--engine", "onnxruntime"]
    environment = os.environ | {"PYTHONIOENCODING": code_page}
    done = subprocess.run(command, capture_output=True, env=environment)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"Slices predicted: 1" in done.stdout
    assert (out / os.fsdecode(b"257_\xe4_mask.png")).exists()
    assert b"257_\xe4.mat" in (out / "predictions.csv").read_bytes()


def test_a_bundle_that_must_not_be_used_is_wrong_use(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out, model = str(tmp_path / "out"), str(tmp_path / "none")
    assert main([str(tmp_path), "--output", out, "--model", model]) == 2
    assert "there is no card.json" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_gpu_that_is_not_there_is_wrong_use(
    predict: Predict,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    write_v73(tmp_path / "in" / "1.mat", fields_of())
    assert predict(tmp_path / "in", "--device", "gpu") == 2
    assert "no NVIDIA GPU" in capfd.readouterr().err


def test_an_output_that_is_a_file_is_wrong_use(
    predict: Predict, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").touch()
    assert predict(tmp_path) == 2
    assert "a file of that name is in the way" in capfd.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["x"], ["x", "--output"], ["x", "--output", "o", "--threshold", "2"], ["--nonsense"]],
)
def test_wrong_use_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_help_and_version_are_answered(capfd: pytest.CaptureFixture[str]) -> None:
    for option in ("--help", "--version"):
        with pytest.raises(SystemExit) as caught:
            main([option])
        assert caught.value.code == 0
    out = capfd.readouterr().out
    options = "--output --model --engine --device --threshold --probability --overlay"
    assert all(option in out for option in options.split())
    assert out.endswith(f"brainseg-predict {__version__}\n")


def test_a_result_that_cannot_be_written_fails_its_slice_alone(
    predict: Predict, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for stem in ("1", "2"):
        write_v73(tmp_path / "in" / f"{stem}.mat", fields_of())
    (tmp_path / "out" / "1_mask.png").mkdir(parents=True)
    assert predict(tmp_path / "in") == 1
    assert "a folder of that name is in the way" in capfd.readouterr().err
    assert [Path(row["file"]).stem for row in rows_of(tmp_path / "out")] == ["2"]


def test_the_originals_are_not_touched(predict: Predict, tmp_path: Path) -> None:
    path = write_v73(tmp_path / "in" / "1.mat", fields_of())
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    assert predict(tmp_path / "in", "--output", tmp_path / "in") == 0
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
def test_ctrl_c_keeps_what_is_done(bundle: Path, tmp_path: Path) -> None:
    number = 400
    first = write_v73(tmp_path / "in" / "0.mat", fields_of((256, 256)))
    for index in range(1, number):
        os.link(first, tmp_path / "in" / f"{index}.mat")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "brainseg_gui.cli.predict", str(tmp_path / "in")]
    command += ["--output", str(out), "--model", str(bundle), "--engine", "onnxruntime"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        while process.poll() is None and not (out / "3_mask.png").exists():
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"interrupted after" in errors
    rows = rows_of(out)
    assert 3 <= len(rows) < number
    assert len(rows) == len(list(out.glob("*_mask.png")))
    assert not list(out.glob(".*"))


def test_pictures_and_a_format_of_another_row_are_predicted_like_the_rest(
    predict: Predict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_documented_format(monkeypatch)
    write_grid(tmp_path / "in" / "7.grid", make_slice(1, patient="4711"))
    write_pictures(tmp_path / "in", {"1": make_slice(2), "2": make_slice(3)})
    assert predict(tmp_path / "in") == 0
    found = {Path(row["file"]).name: row["patient"] for row in rows_of(tmp_path / "out")}
    assert found == {"7.grid": "4711", "1.jpg": "100360", "2.jpg": "100360"}
    masks = ["1_mask.png", "2_mask.png", "7_mask.png", "predictions.csv", "predictions.json"]
    assert files_in(tmp_path / "out") == masks


def test_slices_of_volumes_are_predicted_under_names_of_their_own_and_name_nobody(
    predict: Predict, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_nifti(tmp_path / "in" / "a.nii.gz", volume((64, 80, 2)))
    fields = write_v73(tmp_path / "1.mat", fields_of((64, 80)))
    write_zip(tmp_path / "in" / "b.zip", {"1.mat": fields.read_bytes()})
    write_dicom(tmp_path / "in" / "c.dcm", data_set(picture(1, (64, 80))))
    assert predict(tmp_path / "in") == 0
    names = ["1_mask.png", "a_z0001_mask.png", "a_z0002_mask.png", "c_mask.png"]
    assert files_in(tmp_path / "out") == [*names, "predictions.csv", "predictions.json"]
    for name in names[1:]:
        assert read_png(tmp_path / "out" / name)[1].shape in {(80, 64), (64, 80)}
    rows = {Path(row["file"]).name: row for row in rows_of(tmp_path / "out")}
    assert rows["c.dcm"]["patient"].startswith("P-")
    assert rows["c.dcm"]["area_mm2"] == f"{int(rows['c.dcm']['area_px']) * 0.25:.2f}"
    written = (tmp_path / "out" / "predictions.csv").read_text() + "".join(capfd.readouterr())
    assert not any(secret in written for secret in (NAME, ID, "1.2."))
    assert predict(tmp_path / "in" / "c.dcm", "--identify") == 0
    assert rows_of(tmp_path / "out")[0]["patient"] == ID


def test_plain_variables_are_named_on_the_command_line(
    predict: Predict, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import scipy.io

    fields = fields_of((64, 80))
    (tmp_path / "in").mkdir()
    scipy.io.savemat(
        tmp_path / "in" / "1.mat", {"V": fields["image"], "W": fields["tumorMask"], "who": "P7"}
    )
    assert predict(tmp_path / "in") == 1
    assert "its variables are V, W: choose which is the image" in capsys.readouterr().err
    try:
        assert predict(tmp_path / "in", "--variables", "image=V,mask=W,patient=who") == 0
    finally:
        reading.wish_for(NONE)
    (row,) = rows_of(tmp_path / "out")
    assert row["patient"] == "P7"
    assert float(row["dice"]) > 0.5
    with pytest.raises(SystemExit) as wrong_use:
        predict(tmp_path / "in", "--variables", "W")
    assert wrong_use.value.code == 2
