"""One gate: whichever way a slice is left, the stroke under the mouse is in the review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from brainseg_gui.core.types import Mask
from brainseg_gui.review.storage.store import ReviewStore
from tests.ui.exports import choose_export
from tests.ui.hands import Hands
from tests.ui.slice_factory import write_slices

Way = Callable[[Hands], object]


def by_filter(hands: Hands) -> None:
    hands.parts.worklist.search.setFocus()
    QTest.keyClicks(hands.parts.worklist.search, "2")


def by_row(hands: Hands) -> None:
    hands.parts.worklist.choose(hands.rows[2].path)


def by_reader(hands: Hands) -> None:
    hands.parts.reviewing.use_reader("Bo")


WAYS: dict[str, Way] = {
    "next": lambda hands: hands.key(Qt.Key_D),
    "last": lambda hands: hands.key(Qt.Key_End),
    "next unreviewed": lambda hands: hands.key(Qt.Key_N),
    "flag and next": lambda hands: hands.key(Qt.Key_F),
    "row": by_row,
    "reader": by_reader,
    "time line": lambda hands: hands.key(Qt.Key_L),
    "save": lambda hands: hands.key("s", Qt.ControlModifier),
    "close": lambda hands: hands.window.close(),
}


def stroke_in(review: Path, digest: str) -> Mask | None:
    """Return Ada's correction as another program finds it."""
    store = ReviewStore(review, read_only=True)
    try:
        stored = store.load(digest, "Ada")
        return None if stored is None else stored.mask
    finally:
        store.close()


class Drawing:
    """A stroke under the mouse."""

    def __init__(self, hands: Hands) -> None:
        hands.parts.actions["auto_predict"].setChecked(False)
        hands.mouse.press((30, 30))
        hands.mouse.move((60, 90))
        self.mask = hands.mask.copy()
        self._digest = hands.current.slice.digest
        self._review = hands.review
        assert stroke_in(self._review, self._digest) is None

    def is_kept(self) -> bool:
        """Tell whether it is in the review."""
        kept = stroke_in(self._review, self._digest)
        return kept is not None and np.array_equal(kept, self.mask)


@pytest.mark.parametrize("way", WAYS)
def test_the_stroke_under_the_mouse_is_kept(at_first: Hands, way: str) -> None:
    drawing = Drawing(at_first)
    WAYS[way](at_first)
    assert drawing.is_kept()


def test_accepting_keeps_it_and_decides_about_it(at_first: Hands) -> None:
    at_first.key("n", Qt.ShiftModifier)
    at_first.mouse.press((30, 30))
    at_first.mouse.move((60, 90))
    drawn = at_first.mask.copy()
    session = at_first.parts.data_set.session
    at_first.parts.actions["advance"].setChecked(False)
    at_first.key(Qt.Key_Return)
    (version,) = session.versions()
    assert np.array_equal(session.version_mask(version.id), drawn)
    assert at_first.has_on_disk(drawn)


def test_filtering_the_slice_away_and_taking_another_keeps_it(at_first: Hands) -> None:
    drawing = Drawing(at_first)
    by_filter(at_first)
    at_first.key(Qt.Key_PageDown)
    at_first.wait(drawing.is_kept)


def test_opening_another_folder_keeps_it(at_first: Hands, tmp_path: Path) -> None:
    drawing = Drawing(at_first)
    at_first.open(write_slices(tmp_path / "other", "a.mat"), first="a.mat")
    assert drawing.is_kept()


def test_predicting_the_folder_keeps_it(hands: Hands, bundle: Path, folder: Path) -> None:
    hands.parts.network.use(bundle)
    hands.open(folder)
    hands.wait(lambda: hands.parts.network.available)
    drawing = Drawing(hands)
    hands.key("i", Qt.ControlModifier)
    assert drawing.is_kept()
    hands.wait(lambda: not hands.parts.network.busy)
    assert drawing.is_kept()


@pytest.mark.parametrize("command", ["export_mask", "export_all"])
def test_exporting_keeps_it(
    at_first: Hands, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_export(monkeypatch, tmp_path / "masks")
    drawing = Drawing(at_first)
    at_first.parts.actions[command].triggered.emit(False)  # enabled or not
    assert drawing.is_kept()
