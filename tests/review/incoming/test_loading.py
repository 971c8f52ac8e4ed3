"""A mask made elsewhere becomes a correction as one step, of a slice that need not be open."""

from __future__ import annotations

import csv
import json
import os
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.review.exports import read_export
from brainseg_gui.review.handover.options import Options
from brainseg_gui.review.handover.run import write_export
from brainseg_gui.review.incoming.loading import Incoming
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore, StoreError
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.record import SliceLabel
from brainseg_gui.review.values.verdict import Verdict
from tests.review_factory import NewSlice, on_screen, store_of

COLUMNS = (
    "slice,id,digest,reader,at,verdict,comment,difficulty,start,model,model_sum,threshold,"
    "edited_pixels,seconds,parent,withdrawn,patient,tumour,area_px,dice,mask_file,turned,grade,"
    "unusable,reasons,reference_hidden"
)
OLDER = f"{COLUMNS}\nold.mat,1,{'0' * 64},Ada{',' * 22}\n"


NORMAL, FULL = 1, 2  # as SQLite says how it sees to the disk


@pytest.fixture
def session(store: ReviewStore) -> ReviewSession:
    return ReviewSession(store, "Reader")


def incoming(new_slice: NewSlice, name: str = "1.mat", **values: object) -> Incoming:
    slice_ = new_slice()
    mask = np.zeros(slice_.shape, bool)
    mask[2:6, 3:9] = True
    made = Incoming(SliceLabel.of(name, slice_), mask, f"Load {name} (PNG)", dice=0.5)
    return replace(made, **values)  # type: ignore[arg-type]


def test_the_correction_of_a_slice_that_is_not_open_is_on_the_disk(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    it = incoming(new_slice)
    assert session.load(it)
    assert session.at_hand(it.label.digest) is None  # kept on the disk alone
    with closing(ReviewStore(store_of(session).path)) as other:
        found = other.load(it.label.digest)
        assert found is not None
        assert np.array_equal(found.mask, it.mask)
        (step,) = other.steps(it.label.digest, "Reader")
    assert (step.text, step.kind) == ("Load 1.mat (PNG)", EditKind.IMPORTED)
    assert it.label.digest in session.corrected
    assert session.statuses()[it.label.digest].dice == 0.5


def test_it_waits_for_no_disk_and_what_is_drawn_next_does(
    session: ReviewSession, new_slice: NewSlice, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels: list[int] = []

    def note(connection: sa.Connection) -> None:
        levels.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    sa.event.listen(store_of(session).database.engine, "commit", note)
    session.open("1.mat", slice_ := new_slice(1))
    levels.clear()
    session.load(incoming(new_slice))
    session.start(Layer.NOTHING, np.ones(slice_.shape, bool))
    assert levels == [NORMAL, FULL]
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    session.flush_loaded()
    assert len(flushed) == 1


def test_it_is_one_step_of_undo_when_the_slice_is_opened(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    it, slice_ = incoming(new_slice), new_slice()
    session.load(it)
    session.open("1.mat", slice_)
    correction = on_screen(session).correction
    assert np.array_equal(correction.mask, it.mask)
    assert correction.undo_text == "Load 1.mat (PNG)"
    session.undo()
    assert not on_screen(session).correction.exists


def test_on_the_open_slice_it_comes_after_what_was_drawn_and_undo_brings_that_back(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    it, slice_ = incoming(new_slice), new_slice()
    session.open("1.mat", slice_)
    drawn = np.zeros(slice_.shape, bool)
    drawn[8:, 8:] = True
    session.start(Layer.NOTHING, drawn)
    session.load(it)
    assert np.array_equal(on_screen(session).correction.mask, it.mask)
    session.undo()
    assert np.array_equal(on_screen(session).correction.mask, drawn)


def test_a_version_of_it_counts_no_pixel_as_drawn_here(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    session.load(incoming(new_slice))
    session.open("1.mat", new_slice())
    version = session.decide(Verdict.ACCEPTED)
    assert (version.verdict, version.start) == (Verdict.CORRECTED, Layer.CORRECTION)
    assert version.edited_pixels == 0


def test_what_a_network_drew_is_said_to_begin_with_a_prediction(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    session.load(incoming(new_slice, predicted=True))
    session.open("1.mat", new_slice())
    assert session.decide(Verdict.ACCEPTED).start is Layer.PREDICTION


def test_the_same_mask_again_is_no_step_and_an_empty_one_is(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    it = incoming(new_slice)
    assert session.load(it)
    assert not session.load(it)
    empty = replace(
        it, mask=np.zeros(it.label.shape, bool), label=replace(it.label, digest="other")
    )
    assert session.load(empty)
    assert "other" in session.corrected


def test_a_review_that_is_only_looked_at_takes_none(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    session.only_look("It is damaged.")
    with pytest.raises(StoreError, match="damaged"):
        session.load(incoming(new_slice))
    assert not session.corrected


def test_what_is_exported_says_which_file_a_mask_was_loaded_from_unless_it_was_begun_anew(
    session: ReviewSession, new_slice: NewSlice, tmp_path: Path
) -> None:
    (tmp_path / "provenance.csv").write_text(OLDER)
    for seed, again in enumerate((False, True)):
        slice_ = new_slice(seed)
        it = incoming(new_slice, "1.mat", label=SliceLabel.of(f"{seed}.mat", slice_))
        session.load(replace(it, origin=f"Load {seed}_doe.png (PNG, made by Doe)"))
        session.open(f"{seed}.mat", slice_)
        if again:
            session.start(Layer.NOTHING, np.eye(*slice_.shape, dtype=bool))
        session.decide(Verdict.ACCEPTED)
    assert on_screen(session).correction.origin == ""
    export = read_export(session.contents)
    assert [it.origin for it in export.corrections] == ["0_doe.png (PNG, made by Doe)", ""]
    write_export(replace(export, partial=True), tmp_path)
    with (tmp_path / "provenance.csv").open() as file:
        old, *rows = csv.DictReader(file)
    assert (old["slice"], old["origin"]) == ("old.mat", "")  # a table before there were origins
    assert [it["origin"] for it in rows] == ["0_doe.png (PNG, made by Doe)", ""]
    said = json.loads((tmp_path / "manifest.json").read_bytes())["files"]
    assert said[0]["origin"] == "0_doe.png (PNG, made by Doe)"
    write_export(export, tmp_path / "hidden", Options(pseudonyms=Pseudonyms(bytes(32))))
    text = (tmp_path / "hidden" / "provenance.csv").read_text()
    assert "doe" not in text.casefold()
    assert "PNG" in text


def test_the_ledger_of_a_loaded_mask_can_be_checked(
    session: ReviewSession, new_slice: NewSlice, tmp_path: Path
) -> None:
    it = incoming(new_slice)
    session.load(it)
    session.open("1.mat", new_slice())
    path = store_of(session).path
    session.close()
    shutil.copy(path, tmp_path / "copy.sqlite")
    with closing(ReviewStore(tmp_path / "copy.sqlite")) as other:
        mask, start, _ = other.replay(
            it.label.digest, "Reader", other.steps(it.label.digest, "Reader")[-1].id
        )
    assert start is Layer.CORRECTION
    assert np.array_equal(mask, it.mask)
