"""What a review and a table say, against what was put into them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.measures.compare import dice, hd95, iou
from brainseg_gui.core.measures.lesions import Lesion
from brainseg_gui.reports.figures import Figure
from brainseg_gui.reports.reading.source import Asked, UnknownReaderError, read_review
from brainseg_gui.reports.reading.table import TableError, read_table
from brainseg_gui.review.worklist.entry import State
from tests.reports.cohort_factory import (
    NETWORK,
    chance_of,
    make_review,
    new_slice,
    new_to_all,
    write_folder,
)


def assert_measured(figure: Figure, seed: int) -> None:
    slice_ = new_slice(seed)
    mask, reference = chance_of(slice_, seed) >= 0.5, slice_.reference
    assert reference is not None
    assert figure.dice == pytest.approx(dice(mask, reference))
    assert figure.iou == pytest.approx(iou(mask, reference))
    assert figure.hd95_px == pytest.approx(hd95(mask, reference))
    assert (figure.area_px, figure.reference_px) == (mask.sum(), reference.sum())


def test_a_review_says_of_each_slice_what_was_measured_and_decided(tmp_path: Path) -> None:
    slices = [new_slice(seed) for seed in range(3)]
    review = make_review(tmp_path / "review.sqlite", slices)
    found = read_review(Asked(review), new_to_all)
    accepted, corrected, alone = found.figures
    for seed, it in enumerate(found.figures):
        assert (it.name, it.patient, it.tumour) == (f"{seed}.mat", f"P{seed // 2}", "glioma")
        assert (it.network, it.seen) == (NETWORK, False)
        assert_measured(it, seed)
    assert [it.state for it in found.figures] == [State.ACCEPTED, State.CORRECTED, State.PREDICTED]
    assert alone.readings == ()
    (ada,), (bob,) = accepted.readings, corrected.readings
    assert (ada.reader, ada.edits, bob.reader, bob.edits) == ("Ada", 0, "Bob", 1)
    assert ada.against_prediction is not None
    assert (ada.against_prediction.changed_px, ada.against_prediction.shift_px) == (0, 0)
    mask, reference = chance_of(slices[1], 1) >= 0.5, slices[1].reference
    assert reference is not None
    assert bob.against_prediction is not None
    assert bob.against_prediction.changed_px == np.count_nonzero(mask ^ reference)
    assert bob.against_prediction.removed_islands == 1, "the speck"
    assert bob.against_reference is None, "there is no folder to look in"


def test_what_was_not_measured_is_taken_from_the_files_and_the_review_stays_as_it_is(
    tmp_path: Path,
) -> None:
    slices = write_folder(tmp_path / "slices")
    review = make_review(tmp_path / "slices" / "review.sqlite", slices, kept=False)
    before = review.read_bytes()
    steps: list[tuple[int, int]] = []
    asked = Asked(review, tmp_path / "slices")
    found = read_review(asked, new_to_all, lambda *it: steps.append(it))
    assert review.read_bytes() == before
    assert steps[-1] == (6, 6)
    by_name = {it.name: it for it in found.figures}
    for seed in range(6):
        assert_measured(by_name[f"{seed}.mat"], seed)
        assert by_name[f"{seed}.mat"].patient == f"P{seed // 2}"
    (bob,) = by_name["1.mat"].readings
    assert bob.against_reference is not None
    assert bob.against_reference.dice == 1


def test_a_file_that_went_is_a_note_and_one_that_cannot_be_read_a_problem(tmp_path: Path) -> None:
    slices = write_folder(tmp_path / "slices")
    review = make_review(tmp_path / "slices" / "review.sqlite", slices, kept=False)
    (tmp_path / "slices" / "2.mat").unlink()
    found = read_review(Asked(review, tmp_path / "slices"), new_to_all)
    assert any(note.startswith("1 slices were not found") for note in found.notes)
    assert found.problems == ()


def test_only_what_one_reader_made_is_told_on_request(tmp_path: Path) -> None:
    review = make_review(tmp_path / "review.sqlite", [new_slice(seed) for seed in range(3)])
    found = read_review(Asked(review, reader="Bob"), new_to_all)
    assert [len(it.readings) for it in found.figures] == [0, 1, 0]
    with pytest.raises(UnknownReaderError, match="Ada, Bob"):
        read_review(Asked(review, reader="Eve"), new_to_all)


def test_an_audit_takes_predictions_of_networks_that_are_new_to_the_patient(
    tmp_path: Path,
) -> None:
    review = make_review(tmp_path / "review.sqlite", [new_slice(seed) for seed in range(6)])
    found = read_review(Asked(review), lambda _sum, patient: patient == "P0")
    ranked = found.ranking
    assert (ranked.left_out, ranked.unmeasured) == (2, 0)
    assert {it.name for it in ranked.figures} == {"2.mat", "3.mat", "4.mat", "5.mat"}
    scores = [it.dice for it in ranked.figures]
    assert scores == sorted(scores, key=lambda it: it or 0)


COLUMNS = ["file", "patient", "tumour", "area_px", "risk", "dice", "iou", "hd95_px", "notes"]


def write_table(path: Path, *rows: list[str], columns: list[str] = COLUMNS) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def test_a_table_of_predictions_says_who_was_seen_where_it_does(tmp_path: Path) -> None:
    columns = [*COLUMNS, "seen_in_training", "reference_px", "shift_px", "lesions_px"]
    rows = [
        ["a.mat", "'=1+1", "glioma", "12", "0.1", "0.5", "0.33", "3.2", "", word, "20", *more]
        for word, *more in (("yes", "-1.5", "9|20 3|0"), ("no", "'-1.5", ""), ("", "", ""))
    ]
    found = read_table(write_table(tmp_path / "predictions.csv", *rows, columns=columns))
    assert [it.seen for it in found] == [True, False, None]
    assert (found[0].patient, found[0].reference_px, found[0].dice) == ("=1+1", 20, 0.5)
    assert [it.shift_px for it in found] == [-1.5, -1.5, None], "older tables quoted them"
    assert found[0].lesions == (Lesion(9, 20), Lesion(3, None))


def test_a_card_says_more_than_an_old_table(tmp_path: Path) -> None:
    row = ["a.mat", "7", "glioma", "12", "0.1", "", "", "", ""]
    path = write_table(tmp_path / "predictions.csv", row)
    (without,) = read_table(path)
    (with_card,) = read_table(path, lambda patient: patient == "7")
    assert (without.seen, with_card.seen, without.dice) == (None, True, None)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"file,patient\n", "no column tumour and no column area_px"),
        (
            b"file,patient,tumour,area_px\na,7,glioma,many\n",
            "line 2: area_px is no number",
        ),
        (b"file,patient,tumour,area_px\na,7,glioma,nan\n", "no number"),
        (b"\x00\xff" * 20, "no table"),
        (b"", "no table"),
    ],
)
def test_what_is_no_table_of_predictions_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, word: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=word):
        read_table(path)
