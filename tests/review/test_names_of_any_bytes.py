"""Names of any bytes are kept and exported, and no record holds up another slice's."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.text import cell, shown
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage import ledger
from brainseg_gui.review.storage.store import ReviewStore, StoreError
from brainseg_gui.review.values.verdict import Remarks, Verdict
from tests.review_factory import NewSlice, exported

ODD = os.fsdecode(b"ord\xf6ner/257_\xe4.mat") if sys.platform == "linux" else "ord/257_\ud8e4.mat"


def correct(session: ReviewSession, name: str, slice_: Any) -> None:
    session.open(name, slice_)
    session.start(Layer.REFERENCE, slice_.pixels > 400)


def test_a_name_that_is_no_utf_8_is_kept_and_exported(
    store: ReviewStore, new_slice: NewSlice, tmp_path: Path
) -> None:
    session, slice_ = ReviewSession(store, "Ada\ud800"), new_slice()
    correct(session, ODD, slice_)
    session.decide(Verdict.CORRECTED, Remarks("half \udcff"))
    assert session.unsaved == 0
    with closing(ReviewStore(store.path, read_only=True)) as found:
        assert found.names() == {slice_.digest: ODD}
        assert found.readers() == ("Ada\ud800",)
    (path,) = exported(session.contents, tmp_path / "out")
    assert path == tmp_path / "out" / ODD.replace(".mat", "_mask.png")
    assert (tmp_path / "out" / "provenance.csv").exists()


def test_what_cannot_be_written_of_a_slice_holds_no_other_up(
    store: ReviewStore, new_slice: NewSlice, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, bad, good = ReviewSession(store, "Ada"), new_slice(1), new_slice(2)
    append = ledger.append

    def refuse(connection: Any, record: Any) -> int:
        if record.label.name == "bad.mat":
            raise ValueError("it does not fit")
        return append(connection, record)

    monkeypatch.setattr(ledger, "append", refuse)
    with pytest.raises(StoreError, match=r"The last edits of bad\.mat cannot be saved"):
        correct(session, "bad.mat", bad)
    with pytest.raises(StoreError, match=r"bad\.mat"):
        correct(session, "good.mat", good)
    assert session.unsaved == 1
    assert store.digests() == {good.digest}
    monkeypatch.undo()
    session.save_all()
    assert store.digests() == {good.digest, bad.digest}


def test_on_the_screen_a_byte_that_is_no_letter_is_one_sign() -> None:
    assert shown("257_\udce4.mat") == "257_\ufffd.mat"
    assert shown("\ud83d\ude00 Ä") == "😀 Ä"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@x", "\t=1", " =1", "'=1"])
def test_a_formula_is_quoted(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell(f"a{text}") == f"a{text}"
