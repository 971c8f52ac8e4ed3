"""Two networks on one slice: the second is asked beside the first, and both are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QMenu

from brainseg_gui.core.measures.compare import dice
from brainseg_gui.ui.controllers.networks import other_networks
from brainseg_gui.ui.controllers.networks.other_networks import OtherNetworks
from tests.bundle_factory import write_card
from tests.ui.controllers.comparing.compared import comparison, names
from tests.ui.hands import Hands, NewHands


@pytest.fixture
def second(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a network that came along and calls more of a slice tumour than the first one."""
    folder = tmp_path / "second"
    shutil.copytree(bundle, folder)
    write_card(folder, threshold=0.2)
    monkeypatch.setattr(other_networks, "list_bundles", lambda: [bundle, folder])
    return folder


@pytest.fixture
def predicted(hands: Hands, bundle: Path, folder: Path, second: Path) -> Hands:
    """Return a window whose first slice is predicted by the first network."""
    hands.parts.network.use(bundle)
    hands.open(folder)
    hands.wait(lambda: hands.rows[0].predicted)
    return hands


def others(hands: Hands) -> OtherNetworks:
    return hands.parts.other_networks


def ask(hands: Hands, name: str) -> None:
    """Choose a network from the menu by keys."""
    hands.do("ask_other")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.actions()[0].text() == name
    QTest.keyClick(menu, Qt.Key_Down)
    QTest.keyClick(menu, Qt.Key_Return)
    hands.window.activateWindow()  # as a window system does once the menu is gone
    hands.wait(hands.window.isActiveWindow)


def test_a_second_network_is_asked_and_the_first_one_stays_in_use(predicted: Hands) -> None:
    before = predicted.prediction
    assert others(predicted).masks() == ()
    ask(predicted, "second")
    predicted.wait(lambda: others(predicted).masks())
    (other,) = others(predicted).masks()
    assert (other.name, other.model.threshold) == ("second", 0.2)
    assert (other.mask & before.mask).sum() == before.mask.sum()  # its threshold is lower
    assert other.mask.sum() > before.mask.sum()
    assert predicted.prediction is before
    assert predicted.now.prediction is before
    assert predicted.parts.network.card is not None
    assert predicted.parts.network.card.threshold == 0.5
    assert predicted.rows[0].predicted_px == before.area


def test_it_says_how_far_both_agree(predicted: Hands) -> None:
    ask(predicted, "second")
    predicted.wait(lambda: "second: " in predicted.notice)
    (other,) = others(predicted).masks()
    agree = dice(other.mask, predicted.prediction.mask)
    right = dice(other.mask, predicted.reference)
    assert f"Dice {right:.3f} with the reference" in predicted.notice
    assert f"Dice {agree:.3f} with the prediction on the screen" in predicted.notice


def test_a_hidden_reference_is_not_compared_with(predicted: Hands) -> None:
    predicted.do("hide_reference")
    ask(predicted, "second")
    predicted.wait(lambda: "second: " in predicted.notice)
    assert "reference" not in predicted.notice


def test_both_are_there_after_a_restart_and_each_slice_has_its_own(
    predicted: Hands, new_hands: NewHands, bundle: Path, folder: Path
) -> None:
    ask(predicted, "second")
    predicted.wait(lambda: others(predicted).masks())
    (said,) = others(predicted).masks()
    predicted.go(Qt.Key_D, "2.mat")
    assert others(predicted).masks() == ()
    predicted.window.close()
    later = new_hands()
    later.parts.network.use(bundle)
    later.open(folder, first="2.mat")
    later.wait(lambda: later.parts.network.card)
    later.parts.worklist.choose(folder / "1.mat")
    later.wait_shown("1.mat")
    (kept,) = others(later).masks()
    assert np.array_equal(kept.mask, said.mask)
    assert kept.model == said.model


def test_the_one_that_is_in_use_is_no_other(predicted: Hands, second: Path, bundle: Path) -> None:
    ask(predicted, "second")
    predicted.wait(lambda: others(predicted).masks())
    first = predicted.prediction.mask
    predicted.parts.network.use(second)
    predicted.wait(lambda: predicted.parts.network.card)
    assert others(predicted).bundles() == [bundle]
    predicted.wait(lambda: others(predicted).masks())
    (other,) = others(predicted).masks()
    assert other.name == "small"
    assert np.array_equal(other.mask, first)


def test_a_network_that_cannot_be_used_is_one_sentence(predicted: Hands, tmp_path: Path) -> None:
    others(predicted).ask(tmp_path)
    predicted.wait(lambda: "No network in" in predicted.notice)
    assert predicted.parts.network.available


def test_its_process_is_let_go_when_it_is_not_asked_for_a_while(
    predicted: Hands, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others(predicted)._idle.setInterval(50)
    others(predicted).ask(second)
    predicted.wait(lambda: others(predicted).masks())
    predicted.wait(lambda: others(predicted)._predictor is None)
    assert predicted.parts.network.available


def test_what_another_network_says_is_compared_as_any_two_masks(predicted: Hands) -> None:
    ask(predicted, "second")
    predicted.wait(lambda: others(predicted).masks())
    (other,) = others(predicted).masks()
    predicted.key("j")
    predicted.wait(lambda: predicted.parts.looks.comparing.now is not None)
    assert names(predicted) == ("Prediction", "Network second")
    assert comparison(predicted).mask_a is predicted.prediction.mask
    assert np.array_equal(comparison(predicted).mask_b, other.mask)
    predicted.go(Qt.Key_D, "2.mat")
    assert names(predicted) == ("Prediction", "Reference") or predicted.now.prediction is None
