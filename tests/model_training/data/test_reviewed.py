"""Readers' corrections as data: which slices a training takes from reviews, and as what."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.review.opening import open_review
from brainseg_gui.review.values.verdict import NO_REMARKS, Remarks, Verdict
from model_training.bundles.card import content_fingerprint
from model_training.data.examples import load_examples
from model_training.data.reviewed.joining import Reviews, find_reviewed
from model_training.data.sources import Source
from tests.mat_factory import fields_of, lying, write_v73
from tests.model_training.run_factory import write_slices

CORRECTED, ACCEPTED = Verdict.CORRECTED, Verdict.ACCEPTED


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Twelve slices of six patients; the reference of each has 60 pixels."""
    return write_slices(tmp_path / "data")


def square(slice_: Slice, side: int) -> Mask:
    mask = np.zeros(slice_.shape, bool)
    mask[2 : 2 + side, 3 : 3 + side] = True
    return mask


def judge(
    folder: Path,
    name: str,
    verdict: Verdict | None = CORRECTED,
    side: int = 4,
    *,
    reader: str = "Ada",
    remarks: Remarks = NO_REMARKS,
    review: Path | None = None,
) -> Path:
    """Draw a square on a slice and give it a verdict, or none; return the review."""
    with closing(open_review(folder, reader, review)) as session:
        slice_ = session.turns.applied(read_slice(folder / name))
        session.open(name, slice_)
        mask = square(slice_, side)
        if verdict is ACCEPTED:
            session.keep_prediction(slice_.digest, mask, "net", "f00d", 0.4, 0.2, None, side**2)
        else:
            session.start(Layer.NOTHING, mask)
        if verdict is not None:
            session.decide(verdict, remarks)
        assert session.path is not None
        return session.path


def found(
    *reviews: Path, data: Path | None = None, reader: str | None = None, slices: Path | None = None
) -> tuple[Source, str]:
    """Return what a training is given, and what it is told of that."""
    said: list[str] = []
    source = find_reviewed(data, Reviews(reviews, reader, slices), said.append)
    return source, said[-1]


def sizes(source: Source) -> dict[str, int]:
    """Return how many pixels the reference of each slice has."""
    return {name: int(reference_of(slice_).sum()) for name, slice_ in source.slices()}


def reference_of(slice_: Slice) -> Mask:
    assert slice_.reference is not None
    return slice_.reference


def test_what_was_accepted_or_corrected_is_data_and_the_rest_is_counted(data: Path) -> None:
    judge(data, "1.mat", CORRECTED, 4)
    judge(data, "2.mat", ACCEPTED, 5)
    judge(data, "3.mat", Verdict.REJECTED)
    judge(data, "4.mat", Verdict.FLAGGED)
    judge(data, "5.mat", CORRECTED, remarks=Remarks(unusable=True))
    review = judge(data, "6.mat", None)
    source, said = found(review)
    assert sizes(source) == {"1.mat": 16, "2.mat": 25}
    assert [entry.patient for entry in source] == ["100", "100"]
    assert said == (
        "2 slices from 1 review: 1 corrected, 1 accepted; left out: 1 rejected, 1 flagged, "
        "1 of an image that is of no use, 7 without a verdict"
    )


def test_beside_data_a_slice_is_there_once_with_the_mask_of_the_review(
    data: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(data, tmp_path / "copy")
    judge(copy, "1.mat", CORRECTED, 4)
    judge(copy, "2.mat", Verdict.REJECTED)
    review = judge(copy, "3.mat", None)
    (data / "1.mat").rename(data / "a.mat")
    source, said = found(review, data=data)
    expected = {f"{number}.mat": 60 for number in range(3, 13)} | {"a.mat": 16}
    assert sizes(source) == expected
    assert said == ("1 slice from 1 review: 1 corrected; left out: 1 rejected, 1 without a verdict")


def test_copies_of_a_reviewed_slice_do_not_bring_its_old_mask_back(data: Path) -> None:
    review = judge(data, "1.mat", CORRECTED, 4)
    shutil.copy(data / "1.mat", data / "13.mat")
    source, said = found(review, data=data)
    assert "13.mat" not in source.names
    assert sizes(source)["1.mat"] == 16
    assert said == "1 slice from 1 review: 1 corrected; left out: 1 of the same pixels as another"


def test_slices_are_looked_for_where_the_review_lies_and_where_it_is_said(
    data: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "home" / "mine.sqlite"
    elsewhere.parent.mkdir()
    write_slices(elsewhere.parent / "private", 1)  # not to be looked through
    judge(data, "1.mat", review=elsewhere)
    with pytest.raises(ValueError, match=r"0 slices from 1 review; left out: 1 not found \(1.mat"):
        found(elsewhere)
    source, said = found(elsewhere, slices=data)
    assert source.names == ["1.mat"]
    assert said.startswith("1 slice from 1 review: 1 corrected; left out: 11 without a verdict")
    moved = data.rename(tmp_path / "moved")
    source, said = found(elsewhere, data=moved)
    assert len(source) == 12
    assert said == "1 slice from 1 review: 1 corrected"


def test_a_slice_that_is_gone_is_said_and_does_not_stop_the_rest(data: Path) -> None:
    judge(data, "1.mat")
    review = judge(data, "2.mat")
    (data / "1.mat").unlink()
    source, said = found(review, data=data)
    assert len(source) == 11
    assert said == "1 slice from 1 review: 1 corrected; left out: 1 not found (1.mat)"


def test_the_newest_verdict_counts_unless_a_reader_is_asked_for(data: Path) -> None:
    judge(data, "1.mat", side=4, reader="Ada")
    judge(data, "2.mat", side=4, reader="Ada")
    judge(data, "1.mat", side=5, reader="Bob")
    judge(data, "3.mat", side=5, reader="Bob")
    review = judge(data, "3.mat", Verdict.REJECTED, reader="Ada")
    assert sizes(found(review)[0]) == {"1.mat": 25, "2.mat": 16}
    assert sizes(found(review, reader="Ada")[0]) == {"1.mat": 16, "2.mat": 16}
    source, said = found(review, reader="Bob")
    assert sizes(source) == {"1.mat": 25, "3.mat": 25}
    assert said.endswith("left out: 10 without a verdict")
    with pytest.raises(
        ValueError, match=r"no reader 'Eve' in brainseg-review\.sqlite, only Ada, Bob"
    ):
        found(review, reader="Eve")


def test_of_two_reviews_the_newest_verdict_on_a_slice_counts(data: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.sqlite", tmp_path / "second.sqlite"
    judge(data, "1.mat", side=4, review=first)
    judge(data, "1.mat", side=5, review=second, reader="Bob")
    judge(data, "2.mat", side=6, review=first)
    assert sizes(found(first, second, slices=data, reader="Bob")[0]) == {"1.mat": 25}
    for reviews in ((first, second), (second, first)):
        source, said = found(*reviews, slices=data)
        assert sizes(source) == {"1.mat": 25, "2.mat": 36}
        assert said.startswith("2 slices from 2 reviews: 2 corrected")


def test_a_verdict_counts_no_more_once_its_mask_was_changed_or_it_was_taken_back(
    data: Path,
) -> None:
    judge(data, "1.mat", side=4)
    judge(data, "1.mat", None, side=5)
    review = judge(data, "2.mat", side=4)
    with closing(open_review(data, "Ada")) as session:
        session.open("2.mat", read_slice(data / "2.mat"))
        assert session.withdraw()
    with pytest.raises(ValueError, match="left out: 12 without a verdict"):
        found(review)


@pytest.mark.parametrize("turn", [turn for turn in Turn if turn is not Turn.NONE])
def test_a_turned_slice_is_trained_on_as_its_reader_saw_it(tmp_path: Path, turn: Turn) -> None:
    path = write_v73(tmp_path / "1.mat", lying(fields_of(), turn))
    stored = read_slice(path)
    with closing(open_review(tmp_path, "Ada")) as session:
        session.turn([stored.stored_digest], turn, made=True)
    review = judge(tmp_path, "1.mat", side=7)
    for data in (None, tmp_path):
        ((_, slice_),) = found(review, data=data)[0].slices()
        assert np.array_equal(slice_.pixels, fields_of()["image"])
        assert np.array_equal(reference_of(slice_), square(slice_, 7))


def test_a_verdict_from_before_a_turn_waits_until_the_slice_lies_so_again(tmp_path: Path) -> None:
    path = write_v73(tmp_path / "1.mat", lying(fields_of(), Turn.LEFT))
    review = judge(tmp_path, "1.mat")
    with closing(open_review(tmp_path, "Ada")) as session:
        session.turn([read_slice(path).stored_digest], Turn.LEFT, made=True)
    with pytest.raises(ValueError, match=r"1 turned since the verdict \(1.mat\)"):
        found(review)


def test_other_masks_are_other_data(data: Path, tmp_path: Path) -> None:
    steps = Preprocessing(("stretched",), 16)
    review = judge(data, "1.mat", side=4)
    first, _ = found(review, data=data)
    one = load_examples(first, steps, tmp_path / "cache")
    judge(data, "1.mat", side=9)
    second, _ = found(review, data=data)
    other = load_examples(second, steps, tmp_path / "cache")
    assert first.fingerprint() != second.fingerprint()
    assert one.masks.sum() < other.masks.sum()
    sums = [content_fingerprint(it.files, [r.sum for r in it.revised]) for it in (first, second)]
    assert sums[0] != sums[1]


def test_pixels_that_changed_after_they_were_found_are_not_trained_on(data: Path) -> None:
    review = judge(data, "1.mat")
    source, _ = found(review)
    slice_ = read_slice(data / "1.mat")
    write_mat(data / "1.mat", replace(slice_, pixels=slice_.pixels + 1))
    with pytest.raises(SliceError, match="other pixels than when it was reviewed"):
        list(source.slices())


def test_a_slice_beside_the_data_has_a_name_of_its_own(data: Path, tmp_path: Path) -> None:
    other = write_slices(tmp_path / "other", 7)
    review = judge(other, "14.mat")
    (other / "14.mat").rename(other / "1.mat")
    source, _ = found(review, data=data, slices=other)
    assert len(set(source.names)) == 13
    assert source.names[-1].endswith("/1.mat")


def test_a_review_in_use_is_read_as_it_is(data: Path) -> None:
    review = judge(data, "1.mat")
    with closing(open_review(data, "Ada")):
        assert len(found(review)[0]) == 1


@pytest.fixture
def untouched(data: Path) -> Iterator[Path]:
    """The folder of a review, which is the same in the end."""
    judge(data, "1.mat")
    before = {path: path.read_bytes() for path in data.iterdir()}
    yield data
    assert {path: path.read_bytes() for path in data.iterdir()} == before


def test_nothing_is_written_into_a_review_or_beside_it(untouched: Path) -> None:
    found(untouched / "brainseg-review.sqlite")


@pytest.mark.parametrize("content", [None, b"no review at all"])
def test_what_is_no_review_is_refused_in_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "r.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=r"r\.sqlite"):
        found(path)
