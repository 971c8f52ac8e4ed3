"""The cohort page by real keys and clicks: what it shows, what it opens, what is kept."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, QPointF, Qt
from PyQt5.QtTest import QTest

from brainseg_gui.core.measures.compare import dice, hd95
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.values.measured import REFERENCE, Fault
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui.dialogs import paper
from brainseg_gui.ui.dialogs.cohort.window import CohortWindow
from brainseg_gui.ui.jobs import cohort_reader
from tests.ui.hands import Hands
from tests.ui.predicted_slice import predict_square

Page = Callable[[], CohortWindow]


@pytest.fixture
def nobody_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every network be new to every patient."""
    monkeypatch.setattr(cohort_reader, "seen_by", lambda _cards: lambda *_: False)


@pytest.fixture
def three(at_first: Hands) -> Hands:
    """A window with three slices that are predicted."""
    at_first.wait_indexed(3)
    predict_square(at_first)
    for name in ("2.mat", "3.mat"):
        at_first.go(Qt.Key_Right, name)
        predict_square(at_first)
    return at_first


def opened(hands: Hands) -> CohortWindow:
    """Press Ctrl+R, and wait until everything is there."""
    hands.key(Qt.Key_R, Qt.ControlModifier)
    hands.wait(lambda: hands.parts.reporting.window is not None)
    return read(hands)


def read(hands: Hands) -> CohortWindow:
    """Wait until everything is read and measured."""
    window = hands.parts.reporting.window
    assert window is not None
    hands.wait(lambda: window.cohort is not None and not window.state.text())
    return window


def cells(window: CohortWindow, by: str) -> dict[str, str]:
    """Return the Dice of each row of a table."""
    table = window.tables[by]
    rows = range(table.rowCount())
    return {table.item(row, 0).text(): table.item(row, 4).text() for row in rows}


@pytest.mark.usefixtures("nobody_trained_on")
def test_the_page_shows_the_numbers_of_the_masks(three: Hands) -> None:
    window = opened(three)
    assert window.cohort is not None
    reference, predicted = three.reference, np.zeros_like(three.reference)
    predicted[20:50, 20:50] = True
    for it in window.cohort.figures:
        assert it.dice == pytest.approx(dice(predicted, reference))
        assert it.hd95_px == pytest.approx(hd95(predicted, reference))
        assert (it.area_px, it.reference_px) == (900, reference.sum())
    assert cells(window, "type")["glioma"].startswith(f"{it.dice:.3f}")
    assert window.counts.text().startswith("3 of 3 slices")


@pytest.mark.usefixtures("nobody_trained_on")
def test_a_click_on_a_point_opens_its_slice(three: Hands) -> None:
    window = opened(three)
    three.parts.worklist.choose(three.rows[1].path)
    three.wait_shown("2.mat")
    # All three have the same areas: the one on top is meant.
    spot = window.scatter.points.points()[0]
    scene = window.scatter.points.mapToScene(QPointF(spot.pos()))
    at = window.scatter.mapFromScene(scene)
    top = window.scatter.points.pointsAt(spot.pos())[0].data()
    assert window.cohort is not None
    name = window.cohort.figures[int(top)].name
    assert name != "2.mat"
    QTest.mouseMove(window.scatter.viewport(), at)
    QTest.mouseClick(window.scatter.viewport(), Qt.LeftButton, Qt.NoModifier, at)
    three.wait_shown(name)


@pytest.mark.usefixtures("nobody_trained_on")
def test_what_the_worklist_does_not_list_is_not_in_the_page(three: Hands) -> None:
    window = opened(three)
    three.parts.worklist.search.setText("2.mat")
    three.wait(lambda: window.counts.text().startswith("1 of 3 slices"))
    assert len(window.scatter.points.points()) == 1
    three.parts.worklist.show_all()
    three.wait(lambda: window.counts.text().startswith("3 of 3 slices"))
    window.filters.fields["State"].setCurrentIndex(window.filters.fields["State"].count() - 1)
    assert window.counts.text().startswith("3 of 3"), "all three are predicted"


def test_who_may_have_been_trained_on_is_counted_and_comes_on_request(three: Hands) -> None:
    window = opened(three)
    assert window.counts.text().startswith("0 of 3 slices. 3 slices left out")
    assert len(window.scatter.points.points()) == 0
    box = window.filters.seen
    QTest.mouseClick(box, Qt.LeftButton, Qt.NoModifier, QPoint(8, box.height() // 2))
    assert window.counts.text().startswith("3 of 3 slices")
    assert len(window.scatter.points.points()) == 3


@pytest.mark.usefixtures("nobody_trained_on")
def test_a_reference_that_is_hidden_is_in_no_number(three: Hands) -> None:
    three.do("hide_reference")
    window = opened(three)
    assert "3 slices left out: they still hide their reference" in window.counts.text()
    assert window.cohort is not None
    assert {it.dice for it in window.cohort.figures} == {None}
    assert window.audit.model.rowCount() == 0


@pytest.mark.usefixtures("nobody_trained_on")
def test_what_was_measured_is_kept_and_not_measured_again(
    three: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(three)
    three.parts.data_set.session.measured.write()
    with closing(look_at(three.review)) as session:
        kept = session.contents.measured.measures()
    assert {other for _, _, other in kept} == {REFERENCE}
    assert len(kept) == 3
    asked: list[object] = []
    monkeypatch.setattr(cohort_reader, "read_slice", asked.append)
    opened(three)
    assert asked == []


@pytest.mark.usefixtures("nobody_trained_on")
def test_a_verdict_is_measured_in_the_background_and_stands_under_its_reader(
    three: Hands,
) -> None:
    three.mouse.stroke((60, 60))
    three.do("accept")
    three.wait(lambda: three.parts.data_set.session.measured._measured)
    three.parts.data_set.session.measured.write()
    with closing(look_at(three.review)) as session:
        kept = session.contents.measured.measures()
        (version,) = session.contents.versions()
    assert version.verdict is Verdict.CORRECTED
    mine = [key for key in kept if key[0] == version.digest]
    assert len(mine) >= 2, "against reference and prediction"
    window = opened(three)
    window.tabs.setCurrentWidget(window.tables["reader"])
    assert list(cells(window, "reader")) == ["Ada", "nobody"]


@pytest.mark.usefixtures("nobody_trained_on")
def test_the_audit_opens_slices_and_keeps_votes_for_the_errata(
    three: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(three)
    window.tabs.setCurrentWidget(window.audit)
    table = window.audit.table
    place = table.visualRect(window.audit.model.index(1, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.LeftButton, Qt.NoModifier, place)
    chosen = window.audit.current
    assert chosen is not None
    three.wait_shown(chosen.name)
    before = three.reference.copy()
    QTest.mouseClick(window.audit.buttons[Fault.REFERENCE], Qt.LeftButton)
    window = read(three)
    three.wait(lambda: window.audit.current is not None and window.audit.current.faults)
    assert window.audit.current is not None
    assert window.audit.current.faults == (("Ada", Fault.REFERENCE),)
    np.testing.assert_array_equal(three.reference, before)
    monkeypatch.setattr(paper, "ask_errata_file", lambda *_: tmp_path / "errata.csv")
    QTest.mouseClick(window.audit.errata, Qt.LeftButton)
    three.wait(lambda: three.notice.startswith("Errata written"))
    (row,) = csv.DictReader((tmp_path / "errata.csv").read_text().splitlines())
    assert (row["file"], row["vote"], row["reader"]) == (chosen.name, "reference wrong", "Ada")
    QTest.mouseClick(window.audit.buttons[Fault.NONE], Qt.LeftButton)
    three.wait(lambda: window.audit.current is not None and not window.audit.current.faults)


@pytest.mark.usefixtures("nobody_trained_on")
def test_the_report_on_what_is_shown_is_written_in_the_background(
    three: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(three)
    three.parts.worklist.search.setText("2.mat")
    three.wait(lambda: window.counts.text().startswith("1 of 3 slices"))
    monkeypatch.setattr("brainseg_gui.ui.dialogs.dialogs.ask_folder", lambda *_: tmp_path / "out")
    QTest.mouseClick(window.save, Qt.LeftButton)
    three.wait(lambda: three.notice.startswith("Report written"))
    rows = (tmp_path / "out" / "cohort.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["file", "2.mat"]


def test_another_data_set_closes_the_page_of_the_one_before(three: Hands, folder: Path) -> None:
    opened(three)
    three.open(folder, first="3.mat")
    assert three.parts.reporting.window is None


def test_a_network_that_answers_has_its_prediction_measured_and_its_levels_kept(
    hands: Hands, bundle: Path, folder: Path
) -> None:
    hands.parts.network.use(bundle)
    hands.open(folder)
    hands.wait(lambda: hands.rows[0].predicted)
    kept = hands.parts.data_set.session.measured
    hands.wait(lambda: kept._levels)
    kept.write()
    assert hands.prediction.model is not None
    with closing(look_at(hands.review)) as session:
        found = session.contents.measured
        label = found.labels()[hands.current.slice.digest]
        assert (label.name, label.patient) == ("1.mat", "100")
        assert found.levels(label.digest, hands.prediction.model.sum)
        (measured,) = found.measures().values()
    assert measured.dice == pytest.approx(hands.prediction.dice)
