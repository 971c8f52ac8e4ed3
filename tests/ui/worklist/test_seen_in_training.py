"""Slices of patients that the network was trained on are marked, and can be left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel

from brainseg_gui.core.layer import Layer
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.review.worklist.filters import Filters
from brainseg_gui.review.worklist.sorting import SortKey
from brainseg_gui.ui.widgets.seen_mark import SEEN_MEANS
from tests.bundle_factory import TRAINED_ON
from tests.ui.hands import Hands
from tests.ui.slice_factory import make_slice


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return three slices: of a patient that the network knows, of a new one, of nobody."""
    folder = tmp_path / "slices"
    folder.mkdir()
    for number, patient in enumerate((TRAINED_ON, "104", ""), start=1):
        write_mat(folder / f"{number}.mat", make_slice(seed=number, patient=patient))
    return folder


@pytest.fixture
def predicted(hands: Hands, folder: Path, bundle: Path) -> Hands:
    """Return a window that has predicted the first slice."""
    hands.open(folder)
    hands.wait_indexed(3)
    hands.parts.network.use(bundle)
    hands.wait(lambda: hands.rows[0].predicted)
    return hands


def marked(hands: Hands) -> list[str]:
    return [row.name for row in hands.rows if row.trained_on]


def test_only_the_patient_that_the_network_knows_is_marked(predicted: Hands) -> None:
    predicted.wait(lambda: marked(predicted) == ["1.mat"])


def test_slices_that_are_found_later_are_marked_too(
    hands: Hands, folder: Path, bundle: Path
) -> None:
    hands.parts.network.use(bundle)
    hands.wait(lambda: hands.parts.network.card)
    hands.open(folder)
    hands.wait_indexed(3)
    assert marked(hands) == ["1.mat"]


def test_the_mark_goes_with_the_network(predicted: Hands) -> None:
    predicted.wait(lambda: marked(predicted))
    predicted.parts.network.use(Path("nowhere"))
    predicted.wait(lambda: not marked(predicted))


def test_every_dice_of_it_says_so(predicted: Hands) -> None:
    predicted.wait(lambda: marked(predicted))
    predicted.parts.worklist.sort(SortKey.DICE, False)
    first = next(index for index in predicted.slice_rows() if index.data() == "1.mat")
    tip = first.data(Qt.ToolTipRole)
    assert SEEN_MEANS in tip
    assert "(seen) of the prediction" in tip
    row = predicted.parts.compare._rows[Layer.PREDICTION].numbers.text()
    assert row.endswith("(seen)")
    predicted.parts.measures_panel.open_table()
    predicted.wait(lambda: "(seen)" in texts(predicted))


def texts(hands: Hands) -> str:
    labels = hands.parts.measures_panel.findChildren(QLabel)
    return " ".join(label.text() for label in labels)


def test_the_list_can_leave_them_out_and_what_is_unknown_too(predicted: Hands) -> None:
    predicted.wait(lambda: marked(predicted))
    assert Filters(unseen=True).count == 1
    listed = [row.name for row in predicted.rows if Filters(unseen=True).matches(row)]
    assert listed == ["2.mat"]
