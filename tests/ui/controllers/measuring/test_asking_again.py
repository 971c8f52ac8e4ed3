"""What is asked of the network when nobody waits for it: the slice on the screen, moved."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt

from brainseg_gui.core.image.moved import Move, moved
from brainseg_gui.core.layer import Layer
from brainseg_gui.inference.engine_client import EngineClient
from tests.ui.hands import Hands

FRAGILE = "Fragile: moves under a one-pixel shift (Dice 0.00 with itself)."


class Asked:
    """What an engine was asked; of a slice that was shifted it says that there is nothing."""

    def __init__(self) -> None:
        self.pixels: list[np.ndarray] = []
        self.answer = EngineClient.probability
        self.takes = 0.0  # seconds

    def __call__(self, client: EngineClient, pixels: np.ndarray) -> np.ndarray:
        time.sleep(self.takes)
        shifts = (Move.DOWN, Move.RIGHT)
        shifted = any(np.array_equal(pixels, moved(it, by)) for it in self.pixels for by in shifts)
        self.pixels.append(pixels)
        found = self.answer(client, pixels)
        return np.zeros_like(found) if shifted else found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Return what the engine is asked for in this test."""
    asked = Asked()
    monkeypatch.setattr(EngineClient, "probability", lambda client, pixels: asked(client, pixels))
    return asked


@pytest.fixture
def at_work(hands: Hands, bundle: Path, folder: Path, asked: Asked) -> Hands:
    """Return a window whose first slice is predicted."""
    assert not asked.pixels
    hands.parts.network.use(bundle)
    hands.open(folder)
    hands.wait(lambda: hands.rows[0].predicted)
    return hands


def soon(hands: Hands, ms: int = 40) -> None:
    """Let it ask again after so long, not a person's while."""
    hands.parts.asking_again._quiet.setInterval(ms)
    hands.parts.screen.refresh()


def alarms(hands: Hands) -> str:
    label = hands.parts.decision_panel.alarms
    return str(label.text()) if label.isVisible() else ""


def test_a_mirrored_view_widens_the_band_and_is_asked_for_once(
    at_work: Hands, asked: Asked
) -> None:
    said: list[tuple[str, dict[Move, np.ndarray]]] = []
    at_work.parts.network.answered_again.connect(lambda *it: said.append(it))
    soon(at_work)
    at_work.wait(lambda: said)
    digest, masks = said[0]
    assert digest == at_work.current.slice.digest
    assert np.array_equal(asked.pixels[1], at_work.current.slice.pixels[:, ::-1])
    band = at_work.prediction.band
    assert band is not None
    band = band.with_area(int(masks[Move.MIRRORED].sum()))
    row = at_work.parts.compare._rows[Layer.PREDICTION].numbers
    assert f"({band.low_px} to {band.high_px})" in row.text()
    assert "in the mirrored slice" in row.toolTip()
    at_work.mouse.stroke((20, 20), (20, 60))
    at_work.rest(150)
    assert len(said) == 1


def test_a_mask_that_moves_under_a_shift_is_an_alarm_of_that_slice(
    at_work: Hands, asked: Asked
) -> None:
    soon(at_work)
    at_work.wait(lambda: FRAGILE in alarms(at_work))
    soon(at_work, 10_000)
    at_work.go(Qt.Key_D, "2.mat")
    at_work.wait(lambda: at_work.rows[1].predicted)
    assert FRAGILE not in alarms(at_work)
    before = len(asked.pixels)
    at_work.go(Qt.Key_A, "1.mat")
    assert FRAGILE in alarms(at_work)
    assert len(asked.pixels) == before  # it is remembered


def test_a_slice_that_is_left_is_asked_about_no_more_and_its_answer_is_not_shown(
    at_work: Hands, asked: Asked
) -> None:
    asked.takes = 0.1
    soon(at_work)
    at_work.wait(lambda: at_work.parts.asking_again._asked)
    soon(at_work, 10_000)
    at_work.go(Qt.Key_D, "2.mat")
    at_work.wait(lambda: at_work.rows[1].predicted)
    at_work.rest(250)
    now = at_work.current.slice.pixels
    assert np.array_equal(asked.pixels[-1], now)  # nothing after it
    assert len(asked.pixels) <= 3  # the first slice, at most one view of it, the second
    assert alarms(at_work) == ""


def test_a_folder_under_way_is_left_alone(at_work: Hands, asked: Asked) -> None:
    asked.takes = 0.05
    at_work.key("i", Qt.ControlModifier)
    assert at_work.parts.network.busy
    soon(at_work, 20)
    at_work.wait(lambda: not at_work.parts.network.busy)
    predicted = sum(row.predicted for row in at_work.rows)
    assert predicted > 2
    assert len(asked.pixels) == predicted
    at_work.wait(lambda: FRAGILE in alarms(at_work))
    assert len(asked.pixels) == predicted + len(Move)
