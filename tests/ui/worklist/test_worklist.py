"""The worklist in the window: patients, order, filters, counts, and the slice that stays."""

from __future__ import annotations

import dataclasses
import random
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PyQt5.QtGui import QFontMetrics, QPainter
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.review.values.verdict import Difficulty, Grade, Remarks, Verdict
from brainseg_gui.review.worklist.entry import Entry, State
from brainseg_gui.review.worklist.filters import Filters, Span
from brainseg_gui.review.worklist.sorting import Arrangement, SortKey
from brainseg_gui.ui.worklist import delegate
from brainseg_gui.ui.worklist.delegate import whose_text
from brainseg_gui.ui.worklist.model import PATH_ROLE, STATE_ROLE, WorklistModel
from brainseg_gui.ui.worklist.order import AGE_MS, TIDY_MS
from brainseg_gui.ui.worklist.panel import WorklistPanel
from brainseg_gui.ui.worklist.thumbnails import Thumbnails
from tests.ui.hands import Hands, NewHands
from tests.ui.predicted_slice import predict_square
from tests.ui.slice_factory import make_slice

ROWS = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of six slices of two patients, who take turns."""
    folder = tmp_path / "slices"
    folder.mkdir()
    for number in range(1, 7):
        slice_ = make_slice(seed=number, patient=f"{100 + number % 2}")
        write_mat(folder / f"{number}.mat", slice_)
    return folder


@pytest.fixture
def listed(at_first: Hands) -> Hands:
    """Return a window that shows the first of the six slices, all read."""
    at_first.wait_indexed(6)
    at_first.wait(lambda: texts(at_first)[0] == "Patient 101")
    return at_first


@pytest.fixture
def panel(qapp: QApplication) -> WorklistPanel:
    """Return a list of sixty slices of twenty patients, alone and high enough for ten."""
    panel = WorklistPanel()
    panel.resize(330, 600)
    panel.show()
    panel.model.append(some_entries())
    panel.choose(path(0))
    return panel


def some_entries() -> list[Entry]:
    return [
        Entry(
            path(number), f"{number}.mat", str(number // 3), "glioma", "d",
            risk=(number * 7 % ROWS) / ROWS, dice=(number * 11 % ROWS) / ROWS, reference_px=number,
        )
        for number in range(ROWS)
    ]  # fmt: skip


def path(number: int) -> Path:
    return Path(f"/slices/{number}.mat")


def texts(hands: Hands) -> list[str]:
    model = hands.parts.worklist.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def names(panel: WorklistPanel) -> list[str]:
    indexes = (panel.model.index(row, 0) for row in range(panel.model.rowCount()))
    return [index.data() for index in indexes if index.data(PATH_ROLE)]


def change(panel: WorklistPanel, number: int, **what: object) -> None:
    entry = panel.model.entry(path(number))
    assert entry is not None
    panel.model.replace(dataclasses.replace(entry, **what))  # type: ignore[arg-type]


def settle(panel: WorklistPanel) -> None:
    """Let the rows that wait for it find their places."""
    QTest.qWait(TIDY_MS + 50)


def click_row(panel: WorklistPanel, index: QModelIndex) -> None:
    where = panel._list.visualRect(index).center()
    QTest.mouseClick(panel._list.viewport(), Qt.LeftButton, Qt.NoModifier, where)


def test_a_list_that_scrolls_moves_what_is_painted_and_paints_the_rest(
    panel: WorklistPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[int] = []
    paint = delegate.WorklistDelegate.paint

    def counted(self: delegate.WorklistDelegate, painter, option, index) -> None:  # type: ignore[no-untyped-def]
        painted.append(index.row())
        paint(self, painter, option, index)

    monkeypatch.setattr(delegate.WorklistDelegate, "paint", counted)
    for number in (20, 21, 22, 57, 3):
        painted.clear()
        panel.choose(path(number))
        QApplication.processEvents()
        assert number not in (21, 22) or len(set(painted)) < 8, "of eleven that can be seen"
        seen = panel.screen().grabWindow(panel.winId()).toImage()
        assert seen == panel.grab().toImage().convertToFormat(seen.format())
    panel.search.setText("59.mat")
    QTest.qWait(300)  # the search waits for the next letter
    rows = panel._list.viewport()
    low = rows.mapTo(panel, QPoint(5, 150))
    seen = panel.screen().grabWindow(panel.winId()).toImage()
    places = product(range(low.x(), 300, 7), range(low.y(), 400, 7))
    colours = {seen.pixelColor(*place).name() for place in places}
    assert colours == {delegate.GROUND}, "no row stands there any more"


# --- the model ---


def test_whatever_is_asked_qt_is_told_every_step(qapp: QApplication, qtmodeltester: object) -> None:
    model = WorklistModel()
    entries = some_entries()
    luck = random.Random(1)
    model.append(entries[:30])
    qtmodeltester.check(model, force_py=True)  # type: ignore[attr-defined]
    followed = {
        index.data(): QPersistentModelIndex(index)
        for index in (model.index(row, 0) for row in range(model.rowCount()))
    }
    for step in range(40):
        if step == 10:
            model.append(entries[30:])
        number = luck.randrange(len(model.entries()))
        entry = model.entries()[number]
        model.replace(dataclasses.replace(entry, verdict=luck.choice(list(Verdict))))
        model.arrangement = Arrangement(
            filters=luck.choice(
                (Filters(), Filters(dice=Span(0.3)), Filters(states=frozenset({State.FLAGGED})))
            ),
            key=luck.choice(list(SortKey)),
            descending=luck.random() < 0.5,
            folded=frozenset(luck.sample([str(n) for n in range(20)], 3)),
        )
        model.rearrange(keep=luck.choice((None, entry.path)))
        for name, index in followed.items():
            assert not index.isValid() or index.data() == name
    qtmodeltester.check(model, force_py=True)  # type: ignore[attr-defined]


def test_a_row_that_changes_is_told_alone(panel: WorklistPanel, qtbot: object) -> None:
    changed: list[tuple[int, int]] = []
    panel.model.dataChanged.connect(lambda top, end, _roles: changed.append((top.row(), end.row())))
    panel.model.modelReset.connect(lambda: changed.append((-1, -1)))
    panel.model.layoutChanged.connect(lambda: changed.append((-2, -2)))
    change(panel, 4, verdict=Verdict.ACCEPTED)
    heading, row = panel.model.index_of_heading("1").row(), panel.model.index_of(path(4)).row()
    assert changed == [(heading, heading), (row, row)]
    changed.clear()
    change(panel, 4, comment="which no heading counts")
    assert changed == [(row, row)]


# --- patients ---


def test_a_patient_s_slices_stand_under_its_name(listed: Hands) -> None:
    first, second = ["1.mat", "3.mat", "5.mat"], ["2.mat", "4.mat", "6.mat"]
    assert texts(listed) == ["Patient 101", *first, "Patient 100", *second]


def test_walking_goes_by_the_rows(listed: Hands) -> None:
    listed.go(Qt.Key_D, "3.mat")
    listed.go(Qt.Key_D, "5.mat")
    listed.go(Qt.Key_D, "2.mat")


def test_a_click_on_a_patient_folds_its_slices_and_opens_nothing(listed: Hands) -> None:
    worklist = listed.parts.worklist
    click_row(worklist, worklist.model.index_of_heading("100"))
    assert texts(listed) == ["Patient 101", "1.mat", "3.mat", "5.mat", "Patient 100"]
    assert listed.path.name == "1.mat"
    click_row(worklist, worklist.model.index_of_heading("100"))
    assert len(texts(listed)) == 8


def test_the_patient_of_the_slice_on_the_screen_can_be_folded(listed: Hands) -> None:
    worklist = listed.parts.worklist
    click_row(worklist, worklist.model.index_of_heading("101"))
    assert listed.path.name == "1.mat"
    listed.go(Qt.Key_D, "3.mat")
    assert "3.mat" in texts(listed), "walking into a folded patient unfolds it"


def test_the_arrow_keys_pass_over_headings(panel: WorklistPanel) -> None:
    panel.choose(path(2))
    QTest.keyClick(panel._list, Qt.Key_Down)
    assert panel.current == path(3)


def test_the_heading_of_a_folded_patient_stays_under_the_mouse(panel: WorklistPanel) -> None:
    panel._list.verticalScrollBar().setValue(700)
    index = panel._list.indexAt(QPoint(20, 300))
    while index.data(PATH_ROLE):
        index = index.sibling(index.row() + 1, 0)
    before, patient = panel._list.visualRect(index).top(), panel.model.at(index)
    click_row(panel, index)
    folded = panel.model.index_of_heading(str(patient))
    assert panel.model.is_folded(str(patient))
    assert panel._list.visualRect(folded).top() == before


# --- order ---


@pytest.mark.parametrize(
    ("key", "first"),
    [("Risk", "17.mat"), ("Dice", "0.mat"), ("Area", "59.mat"), ("Name", "0.mat")],
)
def test_the_reader_sorts_by_what_deserves_a_look(
    panel: WorklistPanel, key: str, first: str
) -> None:
    panel.bar.key.setCurrentText(key)
    panel.bar.key.activated.emit(panel.bar.key.currentIndex())
    assert names(panel)[0] == first
    in_order = names(panel)
    panel.bar.direction.click()
    assert names(panel) == in_order[::-1]


def test_sorting_leaves_the_chosen_slice_where_the_reader_sees_it(panel: WorklistPanel) -> None:
    chosen: list[Path] = []
    panel.chosen.connect(chosen.append)
    panel.sort(SortKey.RISK, descending=True)
    assert panel.current == path(0)
    assert chosen == []
    seen = (
        panel._list.viewport()
        .rect()
        .contains(panel._list.visualRect(panel.model.index_of(path(0))))
    )
    assert seen


def test_a_value_that_changes_moves_its_row_only_when_the_reader_sorts_anew(
    panel: WorklistPanel,
) -> None:
    panel.sort(SortKey.DICE, descending=False)
    before = names(panel)
    assert not panel.anew.isVisible()
    change(panel, 0, dice=1.0)
    settle(panel)
    assert names(panel) == before
    panel.step(1)
    second = panel.current
    settle(panel)
    assert names(panel) == before
    assert panel.anew.isVisible()
    QTest.mouseClick(panel.anew, Qt.LeftButton)
    assert names(panel) == [*before[1:], "0.mat"]
    assert panel.current == second
    assert not panel.anew.isVisible()


def test_nobody_walks_in_circles_while_predictions_arrive(panel: WorklistPanel) -> None:
    panel.sort(SortKey.RISK, descending=True)
    panel.jump(to_end=False)
    luck, walked = random.Random(3), [panel.current]
    for _ in range(ROWS - 1):
        for number in luck.sample(range(ROWS), 3):
            change(panel, number, risk=luck.random())
        panel.step(1)
        panel.order.tidy()
        walked.append(panel.current)
    assert len(set(walked)) == ROWS


def test_the_hint_comes_without_a_step_too(panel: WorklistPanel, qtbot: QtBot) -> None:
    panel.sort(SortKey.RISK, descending=True)
    change(panel, 3, comment="no value")
    QTest.qWait(AGE_MS + 50)
    assert not panel.anew.isVisible()
    change(panel, 3, risk=1.0)
    qtbot.waitUntil(panel.anew.isVisible)
    panel.sort(SortKey.NAME, descending=False)
    assert not panel.anew.isVisible()


def test_before_the_first_step_reading_the_files_still_sorts(panel: WorklistPanel) -> None:
    panel.sort(SortKey.AREA, descending=True)
    first, second = (dataclasses.replace(some_entries()[n], reference_px=999 - n) for n in (4, 5))
    panel.learn([first])
    settle(panel)
    assert names(panel)[0] == "4.mat"
    panel.jump(to_end=False)
    panel.learn([dataclasses.replace(second, reference_px=5000)])
    settle(panel)
    assert names(panel)[0] == "4.mat"


def test_home_goes_to_the_first_row_after_sorting(listed: Hands) -> None:
    worklist = listed.parts.worklist
    for number, row in enumerate(listed.rows):
        worklist.model.replace(dataclasses.replace(row, risk=number / 10, predicted=True))
    worklist.bar.key.setFocus()
    worklist.sort(SortKey.RISK, descending=True)
    listed.go(Qt.Key_Home, "6.mat")
    assert listed.slice_rows()[0].data() == "6.mat"
    assert worklist._list.verticalScrollBar().value() == 0
    listed.rest(300)
    assert listed.slice_rows()[0].data() == "6.mat"


def test_the_dice_of_a_row_is_that_of_the_mask_that_it_shows(panel: WorklistPanel) -> None:
    panel.sort(SortKey.DICE, descending=False)
    index = panel.model.index_of(path(5))
    assert "of the prediction" in index.data(Qt.ToolTipRole)
    change(panel, 5, corrected=True, corrected_dice=0.987)
    assert "Dice 0.99 of the correction" in panel.model.index_of(path(5)).data(Qt.ToolTipRole)
    panel.sort_anew()
    assert names(panel)[-1] == "5.mat"
    panel.filter(Filters(dice=Span(0.985)))
    assert names(panel) == ["5.mat"]


def test_a_correction_on_the_screen_gives_its_row_a_dice(listed: Hands) -> None:
    listed.key("r", Qt.ShiftModifier)
    assert listed.rows[0].shown_dice == 1.0
    listed.key("n", Qt.ShiftModifier)
    assert listed.rows[0].shown_dice == 0.0


# --- filters ---


def test_filters_are_chosen_counted_and_cleared_by_clicks(listed: Hands) -> None:
    worklist = listed.parts.worklist
    bar = worklist.bar
    assert not bar.clear.isVisible()
    QTest.mouseClick(bar.filter, Qt.LeftButton)
    assert bar.popup.isVisible()
    QTest.mouseClick(bar.popup.tumours["glioma"], Qt.LeftButton, pos=QPoint(8, 8))
    bar.popup.patient.setCurrentText("100")
    bar.popup.close()
    assert bar.filter.text() == "Filter · 2"
    assert texts(listed) == ["Patient 100", "2.mat", "4.mat", "6.mat"]
    assert "3 of 6 slices match" in worklist._counts.text()
    assert listed.path.name == "1.mat"
    QTest.mouseClick(bar.clear, Qt.LeftButton)
    assert len(texts(listed)) == 8
    assert bar.filter.text() == "Filter"


def test_the_filter_shows_what_is_asked_when_it_is_opened_again(panel: WorklistPanel) -> None:
    asked = Filters(
        states=frozenset({State.READY, State.FLAGGED}),
        tumours=frozenset({"glioma"}),
        patient="3",
        dice=Span(0.25, None),
        area_px=Span(None, 40),
        commented=True,
        risk=Span(0.5, None),
        difficulties=frozenset({Difficulty.HARD}),
        grades=frozenset({Grade.MINOR, Grade.WRONG_PLACE}),
        unusable=True,
        reason="too large",
    )
    change(panel, 7, reasons=("too large",))
    panel.filter(asked)
    panel.bar.filter.click()
    assert panel.bar.popup.filters() == asked
    panel.bar.popup.close()


def test_a_range_is_typed(panel: WorklistPanel) -> None:
    panel.bar.filter.click()
    field = panel.bar.popup.area.low
    field.selectAll()
    QTest.keyClicks(field, "55")
    QTest.keyClick(field, Qt.Key_Return)
    assert names(panel) == [f"{number}.mat" for number in range(55, 60)]
    panel.bar.popup.close()


def test_search_and_filters_combine(panel: WorklistPanel) -> None:
    panel.filter(Filters(area_px=Span(50)))
    panel.search.setText("7")
    assert names(panel) == ["51.mat", "52.mat", "53.mat", "57.mat"]
    panel.bar.clear.click()
    assert panel.search.text() == ""
    assert len(names(panel)) == ROWS


def test_a_slice_does_not_vanish_when_its_state_changes_but_when_it_is_left(
    panel: WorklistPanel,
) -> None:
    panel.filter(Filters(states=frozenset({State.READY})))
    change(panel, 0, verdict=Verdict.ACCEPTED)
    settle(panel)
    assert names(panel)[0] == "0.mat"
    panel.learn([dataclasses.replace(some_entries()[5], tumour="meningioma")])
    settle(panel)
    assert names(panel)[0] == "0.mat", "while files are read, it stays too"
    panel.step(1)
    settle(panel)
    assert names(panel)[0] == "1.mat"
    assert panel.current == path(1)


def test_walking_goes_on_from_the_place_of_a_slice_that_the_filter_hides(
    panel: WorklistPanel,
) -> None:
    panel.choose(path(30))
    panel.sort(SortKey.AREA, descending=False)
    panel.filter(Filters(area_px=Span(high=29)))
    panel.step(-1)
    assert panel.current == path(29)
    panel.choose(path(10))
    panel.filter(Filters(area_px=Span(11)))
    panel.step(1)
    assert panel.current == path(11)


def test_another_data_set_begins_without_filters(panel: WorklistPanel) -> None:
    panel.search.setText("1")
    panel.filter(Filters(patient="3"))
    panel.clear()
    assert not panel.model.arrangement.filters.are_on
    assert (panel.search.text(), panel.bar.filter.text()) == ("", "Filter")


# --- what waits ---


def test_the_next_slice_without_a_verdict_is_found_and_from_the_top_again(
    panel: WorklistPanel,
) -> None:
    for number in (1, 2, *range(4, ROWS)):
        change(panel, number, verdict=Verdict.ACCEPTED)
    assert panel.next_unreviewed()
    assert panel.current == path(3)
    change(panel, 3, verdict=Verdict.FLAGGED)
    assert panel.next_unreviewed()
    assert panel.current == path(0)


def test_where_nothing_waits_the_list_says_so_and_stays(panel: WorklistPanel) -> None:
    said: list[str] = []
    panel.told.connect(said.append)
    for number in range(1, ROWS):
        change(panel, number, verdict=Verdict.REJECTED)
    assert not panel.next_unreviewed()
    change(panel, 0, verdict=Verdict.ACCEPTED)
    assert not panel.next_unreviewed()
    change(panel, 7, verdict=Verdict.IN_PROGRESS)
    panel.filter(Filters(states=frozenset({State.ACCEPTED})))
    assert not panel.next_unreviewed()
    assert panel.current == path(0)
    assert said == [
        "No other slice is unreviewed.",
        "Every slice is reviewed.",
        "No other listed slice is unreviewed; the filter hides 1 more.",
    ]


def test_a_slice_that_cannot_be_read_does_not_wait(panel: WorklistPanel) -> None:
    change(panel, 1, problem="the file is empty")
    panel.next_unreviewed()
    assert panel.current == path(2)


def test_rows_that_are_found_above_the_chosen_one_do_not_push_it_out_of_sight(
    panel: WorklistPanel,
) -> None:
    panel.choose(path(45))
    before = panel._list.visualRect(panel.model.index_of(path(45))).top()
    later = [Entry(path(n), f"{n}.mat", str(n // 3 % 5), "glioma", "d") for n in range(60, 90)]
    panel.append(later)
    assert panel.model.place(path(60)) < panel.model.place(path(45))
    assert panel._list.visualRect(panel.model.index_of(path(45))).top() == before


def test_the_chosen_row_stays_whole_when_the_list_gets_lower(panel: WorklistPanel) -> None:
    panel.choose(path(45))
    panel.resize(330, 580)
    row = panel._list.visualRect(panel.model.index_of(path(45)))
    # Qt itself leaves the last pixel out.
    assert panel._list.viewport().rect().contains(row.adjusted(0, 0, 0, -1))


def test_the_heading_comes_into_sight_with_a_patients_first_slice(panel: WorklistPanel) -> None:
    panel.choose(path(59))
    panel.jump(to_end=False)
    assert panel._list.verticalScrollBar().value() == 0


def test_the_next_window_sorts_as_the_last_one_did(new_hands: NewHands) -> None:
    first = new_hands()
    first.parts.worklist.sort(SortKey.AREA, False)
    first.window.close()
    second = new_hands().window.parts.worklist
    assert second.model.arrangement == Arrangement(key=SortKey.AREA, descending=False)
    assert second.bar.key.currentText() == "Area"


def test_return_in_the_list_of_the_order_sorts_and_accepts_nothing(at_first: Hands) -> None:
    predict_square(at_first)
    key = at_first.parts.worklist.bar.key
    key.showPopup()
    at_first.wait(key.view().isVisible)
    QTest.keyClick(key.view(), Qt.Key_Down)
    QTest.keyClick(key.view(), Qt.Key_Return)
    at_first.wait(lambda: not key.view().isVisible())
    assert at_first.parts.worklist.model.arrangement.key is SortKey.PATIENT
    assert at_first.rows[0].verdict is Verdict.UNREVIEWED
    at_first.window.activateWindow()  # which no window system does here
    at_first.wait(at_first.window.isActiveWindow)
    at_first.key(Qt.Key_Return)
    assert at_first.rows[0].verdict is Verdict.ACCEPTED


def test_counts_and_progress_follow_every_change(panel: WorklistPanel, qtbot: object) -> None:
    change(panel, 0, verdict=Verdict.CORRECTED)
    change(panel, 1, verdict=Verdict.FLAGGED)
    change(panel, 2, problem="the file is empty")
    QTest.qWait(200)
    assert panel._counts.text() == (
        "2 of 59 slices reviewed · 1 corrected · 1 flagged · 1 unreadable"
    )
    assert (panel._progress.value(), panel._progress.maximum()) == (2, 59)


# --- the place ---


def test_rows_that_come_in_above_do_not_move_what_is_seen(panel: WorklistPanel) -> None:
    panel.choose(path(40))
    top = panel._list.visualRect(panel.model.index_of(path(40))).top()
    assert top > 0
    learned = [dataclasses.replace(it, patient=it.name) for it in some_entries()[:20]]
    panel.learn(learned)
    settle(panel)
    assert panel.model.rowCount() > 80
    assert panel._list.visualRect(panel.model.index_of(path(40))).top() == top
    assert panel.current == path(40)


# --- what a row shows ---


def test_a_state_is_told_in_words_too(panel: WorklistPanel) -> None:
    for state in (Verdict.ACCEPTED, Verdict.REJECTED, Verdict.FLAGGED):
        change(panel, 5, verdict=state, reader="Ada", comment="odd")
        index = panel.model.index_of(path(5))
        assert index.data(STATE_ROLE) == state.value
        for role in (Qt.ToolTipRole, Qt.AccessibleTextRole):
            assert all(word in index.data(role) for word in (state.value, "Ada", "odd", "glioma"))


def test_a_thumbnail_is_painted_once_it_is_there(panel: WorklistPanel) -> None:
    rect = panel._list.visualRect(panel.model.index_of(path(1)))
    where = QPoint(rect.left() + 40, rect.center().y())
    assert panel._list.viewport().grab().toImage().pixelColor(where).lightness() < 60
    panel.thumbnails.put(path(1), np.full((48, 48), 250, np.uint8))
    assert panel._list.viewport().grab().toImage().pixelColor(where).lightness() > 240


def test_a_picture_that_was_made_anew_replaces_the_old_one(qapp: QApplication) -> None:
    thumbnails = Thumbnails()
    assert thumbnails.pixmap(path(1)) is None
    for level in (10, 200):
        thumbnails.put(path(1), np.full((48, 48), level, np.uint8))
        pixmap = thumbnails.pixmap(path(1))
        assert pixmap is thumbnails.pixmap(path(1))
        assert pixmap is not None
        assert pixmap.toImage().pixelColor(5, 5).red() == level


def test_a_patient_is_cut_at_its_front_and_a_state_not_at_all(qapp: QApplication) -> None:
    metrics = QFontMetrics(qapp.font())
    for room in range(0, 400, 7):
        text = whose_text(metrics, "meningioma", "HOSPITAL-0000-100360", room)
        assert metrics.horizontalAdvance(text) <= room
        assert text == "" or text.endswith("0")
    assert whose_text(metrics, "glioma", "100360", 400) == "glioma · 100360"
    assert whose_text(metrics, "", "ABCDEFGHIJKLMNOP-7", 160, "Patient ").startswith("Patient …")
    assert whose_text(metrics, "glioma", "", 400) == "glioma"


def test_at_900_pixels_every_state_is_whole(listed: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[str, int]] = []

    def write(painter: QPainter, rect: QRect, text: str, _colour: str, _elide: int) -> None:
        written.append((text, rect.width() - painter.fontMetrics().horizontalAdvance(text)))

    monkeypatch.setattr(delegate, "_left", write)
    worklist = listed.parts.worklist
    worklist.sort(SortKey.RISK, descending=True)
    states = [state for state in Verdict if state is not Verdict.UNREVIEWED]
    for row, verdict in zip(listed.rows, states, strict=False):
        worklist.model.replace(
            dataclasses.replace(row, verdict=verdict, patient="HOSPITAL-0000-100360")
        )
    listed.window.resize(900, 700)
    listed.rest(50)
    assert listed.window.width() == 900
    worklist._list.viewport().grab()
    rooms = {text: room for text, room in written if text in {it.value for it in states}}
    assert len(rooms) == len(states)
    assert min(rooms.values()) >= 0


# --- with the review ---


def test_verdicts_stand_in_the_rows_when_a_folder_is_opened_again(
    listed: Hands, folder: Path, new_hands: NewHands
) -> None:
    listed.parts.data_set.session.decide(Verdict.FLAGGED, Remarks("look again"))
    assert listed.window.close()
    hands = new_hands()
    hands.open(folder)
    hands.wait_indexed(6)
    row = hands.rows[0]
    assert (row.state, row.comment, row.reader) == (State.FLAGGED, "look again", "Ada")
    assert [it.state for it in hands.rows[1:]] == [State.READY] * 5


def test_another_reader_sees_own_verdicts_and_finds_those_of_the_other(listed: Hands) -> None:
    listed.parts.data_set.session.decide(Verdict.FLAGGED, Remarks("look again"))
    listed.parts.reviewing.use_reader("Bo")
    assert listed.rows[0].state is State.READY
    listed.parts.worklist.filter(Filters(reader="Ada"))
    assert [index.data() for index in listed.slice_rows()] == ["1.mat"]
