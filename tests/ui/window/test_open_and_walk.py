"""Opening folders and walking through them."""

from __future__ import annotations

import html
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from brainseg_gui.resources import resource
from PyQt5.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt5.QtGui import QDragEnterEvent, QDropEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QPushButton

from brainseg_gui.core.view import View
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.jobs import slice_reader
from tests.ui.hands import Hands, NewHands, longest_gap
from tests.ui.slice_factory import make_slice, write_slices


@pytest.fixture
def slow_reading(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let slices called 2.mat reach the screen only once the event is set."""
    may_go_on = threading.Event()

    def read(path: Path) -> object:
        if path.name == "2.mat":
            may_go_on.wait(10)
        return read_slice(path)

    monkeypatch.setattr(slice_reader, "read_slice", read)
    return may_go_on


def row_point(hands: Hands, row: int) -> object:
    rows = hands.parts.worklist._list
    where = rows.visualRect(hands.slice_rows()[row]).center()
    return rows.viewport().mapTo(hands.window, where)


def shown_rows(hands: Hands) -> list[str]:
    return [index.data() for index in hands.slice_rows()]


def type_into_search(hands: Hands, text: str) -> None:
    hands.key("/")
    for letter in text:
        hands.key(letter)


def test_a_first_start_offers_a_folder_and_the_demo(
    hands: Hands, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    buttons = hands.window.pages.currentWidget().findChildren(QPushButton)
    assert [button.text() for button in buttons] == ["Open a folder…", "Open the demo"]
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: folder)
    buttons[0].click()
    hands.wait_shown("1.mat")


def test_return_goes_on_where_one_was(new_hands: NewHands, tmp_path: Path) -> None:
    deep = tmp_path / "a folder & its very long name" / "with another below it, as long again"
    for folder in (tmp_path / "first", deep):
        write_slices(folder, "1.mat", "2.mat")
    before = new_hands()
    before.open(tmp_path / "first")
    before.open(deep)
    before.go(Qt.Key_D, "2.mat")
    assert before.window.close()
    again = new_hands()
    buttons = again.parts.start_page.findChildren(QPushButton)
    assert len(buttons) == 4
    assert "…" in buttons[0].text()
    assert str(deep) in html.unescape(buttons[0].toolTip())
    assert buttons[1].text().endswith("first")
    QTest.keyClick(again.window.windowHandle(), Qt.Key_Return)
    again.wait_shown("2.mat")
    assert again.parts.data_set.folder == deep


def test_a_folder_opens_with_its_sub_folders_in_natural_order(hands: Hands, tmp_path: Path) -> None:
    names = ["1.mat", "2.mat", "10.mat", "a/3.mat", "a/20.mat", "b/c/1.mat"]
    hands.open(write_slices(tmp_path / "slices", *reversed(names)))
    hands.wait_indexed(6)
    assert shown_rows(hands) == names


def test_single_files_open_alone(hands: Hands, folder: Path) -> None:
    hands.open(folder / "2.mat", folder / "3.mat", first="2.mat")
    hands.wait_indexed(2)
    assert shown_rows(hands) == ["2.mat", "3.mat"]


def test_a_row_names_patient_and_tumour_type(at_first: Hands) -> None:
    at_first.wait_indexed(3)
    assert (at_first.rows[1].patient, at_first.rows[1].tumour) == ("101", "glioma")


def test_slices_of_different_sizes_follow_each_other(hands: Hands, tmp_path: Path) -> None:
    shapes = {"1.mat": (128, 128), "2.mat": (64, 200), "3.mat": (256, 96)}
    for name, shape in shapes.items():
        write_slices(tmp_path, name, shape=shape)
    hands.open(tmp_path)
    for name, shape in shapes.items():
        if name != "1.mat":
            hands.go(Qt.Key_D, name)
        assert hands.canvas.image.image.shape == shape
        assert hands.mask.shape == shape
        assert f"{shape[1]} x {shape[0]}" in hands.status


def test_files_and_folders_can_be_dropped_on_the_window(hands: Hands, folder: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    how = (Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier)
    QApplication.sendEvent(hands.window, QDragEnterEvent(QPoint(300, 300), *how))
    QApplication.sendEvent(hands.window, QDropEvent(QPointF(300, 300), *how))
    hands.wait_shown("1.mat")


def test_a_folder_without_slices_says_so(hands: Hands, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    hands.parts.reviewing.open([tmp_path / "empty"])
    hands.wait(lambda: "no slices" in hands.notice)


def test_keys_walk_forth_and_back(at_first: Hands) -> None:
    for forth, back in (
        (Qt.Key_D, Qt.Key_A),
        (Qt.Key_Right, Qt.Key_Left),
        (Qt.Key_PageDown, Qt.Key_PageUp),
        (Qt.Key_End, Qt.Key_Home),
    ):
        at_first.key(forth)
        at_first.wait(lambda: at_first.current.name != "1.mat")
        at_first.go(back, "1.mat")


def test_walking_stops_at_both_ends(at_first: Hands) -> None:
    at_first.wait(lambda: len(at_first.rows) == 3)
    at_first.key(Qt.Key_A)
    assert "first slice" in at_first.notice
    at_first.go(Qt.Key_End, "3.mat")
    at_first.key(Qt.Key_D)
    assert "last slice" in at_first.notice
    assert at_first.path.name == "3.mat"


def test_a_click_on_a_row_shows_its_slice(at_first: Hands) -> None:
    QTest.mouseClick(
        at_first.window.windowHandle(), Qt.LeftButton, Qt.NoModifier, row_point(at_first, 2)
    )
    at_first.wait_shown("3.mat")


def test_a_held_key_ends_at_the_slice_that_the_row_says(hands: Hands, tmp_path: Path) -> None:
    names = [f"{number}.mat" for number in range(1, 21)]
    hands.open(write_slices(tmp_path, *names, shape=(64, 64)))
    hands.wait_indexed(20)
    for _ in range(15):
        hands.key("d")
    hands.wait_shown("16.mat")
    assert hands.parts.worklist.current == tmp_path / "16.mat"
    assert np.array_equal(hands.current.slice.pixels, read_slice(tmp_path / "16.mat").pixels)


def test_the_search_leaves_the_rows_that_hold_every_word(at_first: Hands) -> None:
    at_first.wait_indexed(3)
    type_into_search(at_first, "glioma 102")
    assert shown_rows(at_first) == ["3.mat"]
    at_first.parts.worklist.search.clear()
    assert shown_rows(at_first) == ["1.mat", "2.mat", "3.mat"]


def test_the_slice_on_the_screen_stays_while_a_search_is_typed(at_first: Hands) -> None:
    at_first.wait_indexed(3)
    type_into_search(at_first, "102")
    QApplication.processEvents()
    assert at_first.current.name == "1.mat"
    at_first.parts.worklist.search.clear()
    assert at_first.parts.worklist.current == at_first.path


@pytest.mark.parametrize("key", [Qt.Key_Return, Qt.Key_Escape], ids=["Return", "Escape"])
def test_the_search_is_left_by_a_key_and_the_letters_are_commands_again(
    at_first: Hands, key: int
) -> None:
    at_first.wait_indexed(3)
    type_into_search(at_first, "2.mat")
    at_first.key(key)
    if key == Qt.Key_Escape:
        assert at_first.parts.worklist.search.text() == ""
        at_first.key(key)
    at_first.go(Qt.Key_D, "2.mat")


def test_walking_goes_on_among_the_rows_found(at_first: Hands) -> None:
    at_first.wait_indexed(3)
    at_first.go(Qt.Key_D, "2.mat")
    type_into_search(at_first, "mat 10")
    at_first.parts.worklist.search.setText("102")
    at_first.key(Qt.Key_Return)
    at_first.go(Qt.Key_D, "3.mat")
    at_first.parts.worklist.search.setText("100")
    at_first.go(Qt.Key_A, "1.mat")


def test_a_folder_opens_where_its_reader_left_it(
    at_first: Hands, folder: Path, new_hands: NewHands
) -> None:
    at_first.go(Qt.Key_D, "2.mat")
    assert at_first.window.close()
    new_hands().open(folder, first="2.mat")


def test_the_neighbours_are_ready_before_they_are_wanted(
    at_first: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = at_first.parts.slices._reader
    at_first.wait(lambda: len(reader._kept) == 3)
    monkeypatch.setattr(slice_reader, "read_slice", None)
    at_first.key("d")
    assert at_first.current.name == "2.mat"


def test_the_slice_before_stays_until_the_next_is_ready(
    slow_reading: threading.Event, at_first: Hands
) -> None:
    picture = at_first.canvas.image.image
    at_first.key("d")
    QApplication.processEvents()
    assert at_first.canvas.image.image is picture
    assert at_first.current.name == "1.mat"
    slow_reading.set()
    at_first.wait_shown("2.mat")


def test_a_stroke_under_way_when_the_next_slice_comes_is_kept_where_it_was_drawn(
    slow_reading: threading.Event, at_first: Hands
) -> None:
    at_first.key("d")
    at_first.mouse.press((30, 30))
    at_first.mouse.move((30, 60))
    drawn, shown = at_first.expected((30, 30), (30, 60)), at_first.current
    slow_reading.set()
    at_first.wait_shown("2.mat")
    at_first.mouse.release((90, 90))
    assert not at_first.current.correction.exists
    assert np.array_equal(shown.correction.mask, drawn)
    at_first.go(Qt.Key_A, "1.mat")
    assert at_first.has_on_disk(drawn)


def test_a_stroke_under_way_when_the_next_row_turns_out_broken_is_kept(
    slow_reading: threading.Event, at_first: Hands, folder: Path
) -> None:
    at_first.key("d")
    (folder / "2.mat").write_bytes(b"")
    at_first.mouse.press((30, 30))
    drawn = at_first.expected((30, 30))
    slow_reading.set()
    at_first.wait(lambda: at_first.parts.data_set.session.current is None)
    at_first.mouse.release((30, 30))
    at_first.go(Qt.Key_A, "1.mat")
    assert np.array_equal(at_first.mask, drawn)
    assert at_first.has_on_disk(drawn)


def test_a_stroke_while_the_next_slice_is_read_marks_the_row_that_was_painted(
    slow_reading: threading.Event, at_first: Hands
) -> None:
    at_first.wait(lambda: len(at_first.rows) == 3)
    at_first.key("d")
    at_first.mouse.stroke((30, 30))
    assert [row.corrected for row in at_first.rows] == [True, False, False]
    slow_reading.set()
    at_first.wait_shown("2.mat")


def test_two_copies_of_a_slice_each_show_what_their_own_file_says(
    hands: Hands, tmp_path: Path
) -> None:
    write_mat(tmp_path / "1.mat", make_slice(patient="7"))
    write_mat(tmp_path / "2.mat", make_slice(bare=True))
    hands.open(tmp_path)
    hands.key("d")
    hands.wait(lambda: "2.mat" in hands.status)
    assert "patient 7" not in hands.canvas.caption
    assert hands.current.slice.reference is None


def test_another_folder_takes_the_place_of_the_first(at_first: Hands, tmp_path: Path) -> None:
    at_first.mouse.stroke((64, 64))
    other = write_slices(tmp_path / "other", "a.mat", shape=(64, 96))
    at_first.open(other, first="a.mat")
    at_first.wait_indexed(1)
    assert shown_rows(at_first) == ["a.mat"]
    assert not at_first.current.correction.exists
    assert "other" in at_first.window.windowTitle()


def test_a_folder_that_is_opened_again_has_its_corrections(at_first: Hands, folder: Path) -> None:
    at_first.mouse.stroke((64, 64))
    painted = at_first.mask.copy()
    at_first.parts.reviewing.open([folder])
    assert at_first.parts.data_set.session.current is None
    at_first.wait_shown("1.mat")
    assert np.array_equal(at_first.mask, painted)
    at_first.wait_indexed(3)
    assert [row.corrected for row in at_first.rows] == [True, False, False]


def test_the_demo_opens(hands: Hands, own_places: Path) -> None:
    hands.do("open_demo")
    hands.wait_shown("1.mat")
    assert len(list(own_places.rglob("*.sqlite"))) == 1
    assert list(resource("demo").glob("*.sqlite")) == []


def test_the_window_answers_while_files_are_indexed(hands: Hands, tmp_path: Path) -> None:
    data = write_slices(tmp_path, "0.mat", shape=(32, 32)) / "0.mat"
    for number in range(1, 120):
        (tmp_path / f"{number}.mat").hardlink_to(data)

    def index() -> None:
        hands.open(tmp_path, first="0.mat")
        hands.wait_indexed(120)

    assert longest_gap(index) < 0.4


def test_closing_while_a_folder_is_indexed_leaves_nothing(
    new_hands: NewHands, tmp_path: Path
) -> None:
    names = [f"{number}.mat" for number in range(40)]
    hands = new_hands()
    hands.parts.reviewing.open([write_slices(tmp_path, *names, shape=(64, 64))])
    assert hands.window.close()


def test_a_large_folder_opens_where_its_reader_left_it_too(
    at_first: Hands, tmp_path: Path, new_hands: NewHands
) -> None:
    large = write_slices(tmp_path / "large", "1.mat", shape=(32, 32))
    for number in range(2, 451):
        (large / f"{number}.mat").hardlink_to(large / "1.mat")
    at_first.open(large)
    at_first.wait(lambda: len(at_first.rows) == 450)
    at_first.go(Qt.Key_End, "450.mat")
    assert at_first.window.close()
    new_hands().open(large, first="450.mat")


def test_of_another_slice_the_picture_comes_first_and_the_words_follow(at_first: Hands) -> None:
    screen, said = at_first.parts.screen, []
    second = at_first.path.with_name("2.mat")
    ready = partial(at_first.parts.slices._reader.take, second, View.EQUALISED)
    at_first.wait(lambda: ready() is not None)  # it was prefetched
    screen.settled.connect(lambda *_: said.append(screen.path))
    at_first.parts.actions["next_slice"].trigger()
    assert screen.path == second
    assert "1.mat" in at_first.status
    assert not said
    at_first.wait_shown("2.mat")
    assert "2.mat" in at_first.status
    screen.refresh()
    assert len(said) == 2  # of the same slice at once
