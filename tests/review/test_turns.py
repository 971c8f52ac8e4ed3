"""Slices that the reader had turned: kept with the review, and handed over as their files lie."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brainseg_gui.cli.export import main
from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.files.formats import read_slice
from brainseg_gui.review.opening import look_at, open_review
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.turns import PREFIX
from brainseg_gui.review.values.verdict import Verdict
from tests.mat_factory import fields_of, lying, write_v5, write_v73
from tests.review_factory import NewSlice, exported

TURNED = [turn for turn in Turn if turn is not Turn.NONE]


def lies(folder: Path, turn: Turn, name: str = "1.mat") -> Path:
    """Write a slice, wider than high when it is upright, that must be turned to be so."""
    return write_v73(folder / name, lying(fields_of(), turn))


def opened(folder: Path) -> ReviewSession:
    return open_review(folder, "Ada")


def show(session: ReviewSession, path: Path) -> Slice:
    """Open a slice as the reader wants it turned, and return it."""
    slice_ = session.turns.applied(read_slice(path))
    session.open(path.name, slice_)
    return slice_


def accept_reference(session: ReviewSession) -> None:
    """Make the reference the correction of the slice that is open, and call that corrected."""
    assert session.current is not None
    session.start(Layer.REFERENCE, session.current.slice.reference)
    session.decide(Verdict.CORRECTED)


def written(folder: Path, out: Path) -> list[Path]:
    """Export the review of a folder as another program finds it."""
    with closing(look_at(folder / "brainseg-review.sqlite")) as session:
        return exported(session.contents, out, folder)


def reference_of(path: Path) -> Mask:
    """Return the reference as a file has it."""
    reference = read_slice(path).reference
    assert reference is not None
    return reference


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture) > 0


def provenance(out: Path) -> list[dict[str, str]]:
    with (out / "provenance.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("turn", list(Turn))
@pytest.mark.parametrize("write", [write_v73, write_v5])
def test_what_is_exported_of_a_turned_slice_fits_its_file(
    folder: Path, tmp_path: Path, turn: Turn, write: Callable[..., Path]
) -> None:
    stored = lying(fields_of(), turn)
    path = write(folder / "1.mat", stored)
    with closing(opened(folder)) as session:
        session.turn([read_slice(path).digest], turn, made=True)
    with closing(opened(folder)) as session:
        upright = show(session, path)
        assert np.array_equal(upright.pixels, fields_of()["image"])
        accept_reference(session)
    (mask,) = written(folder, tmp_path / "out")
    assert np.array_equal(pixels_of(mask), stored["tumorMask"] > 0)
    (row,) = provenance(tmp_path / "out")
    assert row["turned"] == ("" if turn is Turn.NONE else turn.value)
    assert (row["slice"], row["dice"], row["mask_file"]) == ("1.mat", "1.0000", "1_mask.png")


def test_a_slice_that_is_turned_says_who_wanted_it(folder: Path) -> None:
    path = lies(folder, Turn.LEFT)
    with closing(opened(folder)) as session:
        before = read_slice(path)
        session.turn([before.digest], Turn.LEFT, made=True)
        (note,) = show(session, path).notes
        assert before.notes != (note,)
        assert note.startswith("Ada had image and mask turned by 90 degrees to the left;")


def test_work_on_a_slice_waits_while_it_is_turned_and_is_back_when_it_is_not(
    folder: Path, tmp_path: Path
) -> None:
    path = lies(folder, Turn.TRANSPOSED)
    stored = read_slice(path).digest
    with closing(opened(folder)) as session:
        show(session, path)
        accept_reference(session)
        session.turn([stored], Turn.TRANSPOSED, made=True)
        show(session, path)
        assert session.current is not None
        assert session.current.correction.exists is False
        assert session.status().verdict is Verdict.UNREVIEWED
        assert written(folder, tmp_path / "turned") == []
        assert [row["mask_file"] for row in provenance(tmp_path / "turned")] == [""]
    with closing(opened(folder)) as session:
        session.turn([stored], Turn.TRANSPOSED, made=False)
    with closing(opened(folder)) as session:
        lying_again = show(session, path)
        assert lying_again.notes == read_slice(path).notes
        assert session.status().verdict is Verdict.CORRECTED
        (mask,) = written(folder, tmp_path / "back")
        assert np.array_equal(pixels_of(mask), reference_of(path))


def test_only_the_mask_of_the_position_that_is_shown_is_exported(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lies(folder, Turn.RIGHT)
    slice_ = read_slice(path)
    with closing(opened(folder)) as session:
        show(session, path)
        session.start(Layer.NOTHING, np.ones(slice_.shape, bool))
        session.decide(Verdict.CORRECTED)
        session.turn([slice_.digest], Turn.RIGHT, made=True)
        show(session, path)
        accept_reference(session)
    out = tmp_path / "out"
    assert main([str(folder / "brainseg-review.sqlite"), "--output", str(out)]) == 0
    assert np.array_equal(pixels_of(out / "1_mask.png"), reference_of(path))
    assert [it.name for it in out.glob("*.png")] == ["1_mask.png"]
    assert "1 of slices that lie otherwise now" in capsys.readouterr().out
    rows = [(row["turned"], row["mask_file"]) for row in provenance(out)]
    assert rows == [("", ""), (Turn.RIGHT.value, "1_mask.png")]


def test_a_turned_slice_is_known_under_another_name_and_without_its_folder(
    folder: Path, tmp_path: Path
) -> None:
    path = lies(folder, Turn.HALF)
    with closing(opened(folder)) as session:
        session.turn([read_slice(path).digest], Turn.HALF, made=True)
        show(session, path)
        accept_reference(session)
    with closing(look_at(folder / "brainseg-review.sqlite")) as session:
        (mask,) = exported(session.contents, tmp_path / "alone")
        assert np.array_equal(pixels_of(mask), reference_of(path))
    path.rename(folder / "other.mat")
    (mask,) = written(folder, tmp_path / "out")
    assert mask.name == "other_mask.png"


@pytest.mark.parametrize("turn", TURNED)
def test_the_digest_of_a_turned_slice_leads_to_its_file(
    store: ReviewStore, new_slice: NewSlice, turn: Turn
) -> None:
    session, slice_ = ReviewSession(store, "Ada"), replace(new_slice(), fits_if=turn)
    session.turn([slice_.digest], turn, made=True)
    upright = session.turns.applied(slice_)
    assert upright.turn is turn
    for digest, way in ((upright.digest, turn), (slice_.digest, Turn.NONE)):
        assert (session.turns.stored(digest), session.turns.way(digest)) == (slice_.digest, way)
        assert session.turns.stands(digest) is (way is turn)
    session.turn([slice_.digest], turn, made=False)
    assert session.turns.stored(upright.digest) == slice_.digest
    assert not session.turns.stands(upright.digest)


def test_a_file_with_the_same_pixels_and_a_border_that_fits_is_not_turned(
    folder: Path, tmp_path: Path
) -> None:
    lying_one = lies(folder, Turn.HALF)
    pixels, mask = (lying(fields_of(), Turn.HALF)[name] for name in ("image", "tumorMask"))
    upright_one = write_v73(folder / "2.mat", {"image": pixels, "tumorMask": mask})
    with closing(opened(folder)) as session:
        session.turn([read_slice(lying_one).digest], Turn.HALF, made=True)
        for path, turn in ((lying_one, Turn.HALF), (upright_one, Turn.NONE)):
            assert show(session, path).turn is turn
            accept_reference(session)
    files = written(folder, tmp_path / "out")
    assert [path.name for path in files] == ["1_mask.png", "2_mask.png"]
    for path in files:
        assert np.array_equal(pixels_of(path), mask > 0)
    rows = [(row["turned"], row["mask_file"]) for row in provenance(tmp_path / "out")]
    assert rows == [(Turn.HALF.value, "1_mask.png"), ("", "2_mask.png")]


def test_a_turn_that_cannot_be_written_turns_nothing(folder: Path) -> None:
    path = lies(folder, Turn.LEFT)
    with closing(opened(folder)) as first, closing(opened(folder)) as second:
        first.turn([read_slice(path).digest], Turn.LEFT, made=True)
        with pytest.raises(StoreError, match="Ada"):
            second.turn([read_slice(path).digest], Turn.LEFT, made=False)
        assert second.turns.applied(read_slice(path)).turn is Turn.NONE
    with closing(opened(folder)) as session:
        assert session.turns.applied(read_slice(path)).turn is Turn.LEFT
    with pytest.raises(StoreError, match="no review file"):
        ReviewSession(None, "Ada").turn(["d"], Turn.LEFT, made=True)


@pytest.mark.parametrize("text", ["", "1", "[]", '{"made": true}', '{"made": 1, "reader": ""}'])
@pytest.mark.parametrize("name", ["LEFT", "ASKEW", ""])
def test_a_turn_that_makes_no_sense_turns_nothing(
    store: ReviewStore, new_slice: NewSlice, name: str, text: str
) -> None:
    slice_ = replace(new_slice(), fits_if=Turn.LEFT)
    store.set_setting(f"{PREFIX}{slice_.digest} {name}", text)
    assert ReviewSession(store, "Ada").turns.applied(slice_).turn is Turn.NONE
