"""`brainseg-report` as it is called."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from brainseg_gui.cli.report import main
from tests.reports.cohort_factory import make_review, write_folder


@pytest.fixture
def review(tmp_path: Path) -> Path:
    slices = write_folder(tmp_path / "slices")
    return make_review(tmp_path / "slices" / "review.sqlite", slices)


def rows_of(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "cohort.csv").read_text().splitlines()))


def test_a_review_becomes_page_table_json_and_what_readers_fix(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(review), "--output", str(tmp_path / "out"), "--pdf", "--seen"]) == 0
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["cohort.csv", "cohort.json", "fixes.json", "report.html", "report.pdf"]
    told = capsys.readouterr()
    assert "Slices in the summaries: 6 of 6, mean Dice 0." in told.out
    assert "may be, of patients that the network was trained on" in told.err
    rows = rows_of(tmp_path / "out")
    assert [it["reader"] for it in rows] == ["Ada", "Bob", "", "Ada", "Bob", ""]
    assert rows[1]["correction_dice"] == "1.0000"


def test_who_may_have_been_trained_on_is_left_out_and_said(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(review), "--output", str(tmp_path / "out")]) == 0
    assert "6 slices left out: they may be of patients" in capsys.readouterr().err
    found = json.loads((tmp_path / "out" / "cohort.json").read_text())
    assert (found["all"]["slices"], found["all"]["prediction"]["dice"]) == (0, None)


def test_a_table_of_predictions_becomes_a_report(tmp_path: Path) -> None:
    table = tmp_path / "predictions.csv"
    table.write_text(
        "file,patient,tumour,area_px,risk,dice,iou,hd95_px,seen_in_training,reference_px\n"
        + "".join(f"{n}.mat,P{n},glioma,{9 + n},0.1,0.{n},0.{n},3,no,10\n" for n in range(1, 6))
    )
    assert main([str(table), "--output", str(tmp_path / "out")]) == 0
    found = json.loads((tmp_path / "out" / "cohort.json").read_text())
    assert found["all"]["prediction"]["dice"]["mean"] == pytest.approx(0.3)
    assert (tmp_path / "out" / "report.html").read_text().count("<img") == 4
    assert not (tmp_path / "out" / "fixes.json").exists()


@pytest.mark.parametrize(
    ("make", "extra", "word"),
    [
        ("none", [], "no such file"),
        ("table", [], "no table"),
        ("review", ["--reader", "Eve"], "no reader 'Eve'"),
        ("review", ["--model", "nowhere"], "No network in nowhere"),
    ],
)
def test_wrong_use_is_one_sentence_and_status_2(
    make: str,
    extra: list[str],
    word: str,
    review: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = {"none": tmp_path / "none", "table": tmp_path / "t.csv", "review": review}[make]
    (tmp_path / "t.csv").write_text("")
    assert main([str(source), "--output", str(tmp_path / "out"), *extra]) == 2
    told = capsys.readouterr().err
    assert told.startswith("brainseg-report: ")
    assert word in told
    assert not (tmp_path / "out").exists()


def test_a_damaged_review_is_one_sentence_and_status_1(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = review.read_bytes()
    review.write_bytes(content[: len(content) // 2])
    assert main([str(review), "--output", str(tmp_path / "out")]) == 1
    assert "The review review.sqlite is damaged" in capsys.readouterr().err


def test_pseudonyms_replace_patients_and_slices(review: Path, tmp_path: Path) -> None:
    key, out = tmp_path / "key", tmp_path / "out"
    asked = [str(review), "--output", str(out), "--seen", "--pseudonymise", str(key)]
    assert main(asked) == 0
    rows = rows_of(out)
    assert {len(it["patient"]) for it in rows} == {16}
    assert {len(it["file"]) for it in rows} == {16}
