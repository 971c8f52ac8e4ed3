"""What a corrector is shown in training is what it will meet, and the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.measures.compare import dice
from model_training.augment import AugmentSettings
from model_training.clicks.lessons import Lessons
from model_training.clicks.scene import Scene
from model_training.clicks.spoil import soften, spoil
from model_training.clicks.starts import Starts, load_starts, no_starts
from model_training.data.examples import Examples
from model_training.recipes.click_settings import ClickSettings

SIDE = 64


def examples(count: int = 6) -> Examples:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 255, (count, SIDE, SIDE, 2), dtype=np.uint8)
    masks = np.zeros((count, SIDE, SIDE), np.uint8)
    masks[:, 20:44, 16:40] = 255
    names = np.array([f"{number}.mat" for number in range(count)])
    return Examples(images, masks, names, names, names)


def lessons(settings: ClickSettings, starts: Starts | None = None, seed: int = 0) -> Lessons:
    shown = examples()
    return Lessons(
        shown,
        starts or no_starts(len(shown)),
        settings,
        AugmentSettings.none(),
        size=32,
        batch=3,
        threshold=0.5,
        seed=(0, seed),
    )


def everywhere(inputs: np.ndarray) -> np.ndarray:
    return np.full((*inputs.shape[:3], 1), 0.9, np.float32)


def test_the_same_seed_gives_the_same_lesson_and_another_another() -> None:
    settings = ClickSettings(slice_size=SIDE)
    one, other = (lessons(settings).make(1, everywhere) for _ in range(2))
    np.testing.assert_array_equal(one[0], other[0])
    np.testing.assert_array_equal(one[1], other[1])
    assert (lessons(settings, seed=1).make(1, everywhere)[0] != one[0]).any()


def test_each_slice_is_clicked_where_its_mask_is_wrong() -> None:
    inputs, targets = lessons(ClickSettings(slice_size=SIDE, rounds=(1.0,))).make(0, everywhere)
    assert inputs.shape == (3, 32, 32, 6)
    assert targets.shape == (3, 32, 32, 2)
    for shown, target in zip(inputs, targets, strict=True):
        clicked = shown[..., 4] + shown[..., 5] > 0
        wrong = (shown[..., 2] >= 0.5) != (target[..., 0] >= 0.5)
        assert (clicked & wrong).any() == wrong.any()
        assert not wrong.any() or target[..., 1][clicked].mean() > target[..., 1].mean()


def test_more_rounds_show_what_the_network_made_of_the_first() -> None:
    rounds = ClickSettings(slice_size=SIDE, rounds=(0.0, 0.0, 1.0), empty_chance=1.0)
    inputs, _ = lessons(rounds).make(0, everywhere)
    assert all(shown[..., 2].mean() > 0.5 for shown in inputs)  # it said: tumour, everywhere
    assert all(shown[..., 4].any() and shown[..., 5].any() for shown in inputs)


def test_a_prediction_that_is_known_is_where_the_lesson_starts() -> None:
    probability = np.zeros((1, SIDE // 2, SIDE // 2), np.uint8)
    probability[0, 14:22, 8:20] = 255
    settings = ClickSettings(
        slice_size=SIDE,
        rounds=(1.0,),
        empty_chance=0,
        degraded_chance=0,
        without_probability=0,
    )
    inputs, targets = lessons(settings, Starts(probability, np.zeros(6, int))).make(0, everywhere)
    for shown, target in zip(inputs, targets, strict=True):
        assert shown[..., 2].sum() < (target[..., 0] >= 0.5).sum()
        assert dice(shown[..., 2] >= 0.5, shown[..., 3] >= 0.5) == pytest.approx(1, abs=0.05)


def test_a_spoilt_reference_is_wrong_but_not_lost() -> None:
    reference = np.zeros((SIDE, SIDE), bool)
    reference[20:44, 16:40] = True
    rng = np.random.default_rng(0)
    found = [dice(spoil(reference, rng), reference) or 0 for _ in range(40)]
    assert min(found) < 0.8 < np.mean(found) < 0.98
    mask = spoil(reference, rng)
    np.testing.assert_array_equal(soften(mask, rng) >= 0.5, mask)


def test_a_mask_that_is_right_is_not_clicked() -> None:
    right = np.zeros((8, 8), bool)
    scene = Scene(np.zeros((8, 8, 1), np.float32), right.astype(np.float32), right, right * 1.0)
    scene.click(ClickSettings(), np.random.default_rng(0))
    assert scene.clicks == []
    assert (scene.target(ClickSettings())[..., 1] == 1).all()


def test_predictions_are_found_by_number_and_a_damaged_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no probability"):
        load_starts(tmp_path, ["1.mat"])
    answers = np.arange(2, dtype=np.uint8)[:, None, None]
    np.savez(tmp_path / "probability_0.npz", n=[7, 3], probability=answers)
    starts = load_starts(tmp_path, ["images/3.jpg", "9.mat", "x.mat"])
    first = starts.of(0)
    assert first is not None
    assert first.item() == 1
    assert starts.of(1) is starts.of(2) is None
    (tmp_path / "probability_1.npz").write_bytes(b"PK")
    with pytest.raises(ValueError, match=r"probability_1\.npz is no file of"):
        load_starts(tmp_path, ["1.mat"])
