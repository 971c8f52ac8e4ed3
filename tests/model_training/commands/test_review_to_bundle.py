"""From corrected slices to a network that the window uses, by the commands of the README."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.layer import Layer
from brainseg_gui.files import reading
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.model_card import read_card
from brainseg_gui.review.opening import open_review
from brainseg_gui.review.values.verdict import Verdict
from model_training.__main__ import main
from model_training.bundles import accuracy
from model_training.training import run as training
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2

README = Path(__file__).parents[3] / "model_training" / "README.md"
RECIPE = {
    "name": "tiny",
    "network": "shallow",
    "channels": ["stretched"],
    "feature_maps": 4,
    "depth": 2,
    "stages": [{"image_size": 32, "epochs": 2, "learning_rate": 0.01}],
    "batch_size": 4,
    "folds": 3,
    "precision": "float32",
}
pytestmark = [
    KERAS_BEFORE_NUMPY_2,
    pytest.mark.usefixtures("keras_as_it_was", "quick_trainings", "coarse_scanner"),
    pytest.mark.filterwarnings("ignore:In the future `np.object` will be defined:FutureWarning"),
]


def commands() -> list[list[str]]:
    """Return the commands of the worked example, in their order."""
    text = README.read_text(encoding="utf-8")
    example = text.split("**From a review to a network.**")[1].split("```")[1]
    return [shlex.split(line, comments=True) for line in example.strip().splitlines()]


def correct(folder: Path) -> None:
    """Correct what a reader would in the window: all slices but two get their own square."""
    with closing(open_review(folder.absolute(), "Ada")) as session:
        for number, path in enumerate(find_slices([folder])):
            slice_ = read_slice(path)
            session.open(path.name, slice_)
            mask = np.zeros(slice_.shape, bool)
            mask[10:30, 12:40] = True
            session.start(Layer.PREDICTION if number % 2 else Layer.REFERENCE, mask)
            session.decide(Verdict.REJECTED if number < 2 else Verdict.CORRECTED)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder in which the example was followed, with fewer and smaller slices."""
    work = tmp_path_factory.mktemp("example")
    (work / "tiny.json").write_text(json.dumps(RECIPE), encoding="utf-8")
    small = {"reviewed": "tiny.json", "10": "6"}
    here = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accuracy, "SIMULATED_PATIENTS", 1)
        patch.setattr(accuracy, "SIMULATED_SLICES", 1)
        patch.chdir(work)
        for program, *words in commands():
            words = [small.get(word, word) for word in words]
            if program == "brainseg-train":
                extra = ["--size", "64", "--slices", "2"] if words[0] == "simulate" else []
                assert main([*words, *extra]) == 0
            elif "--demo" not in words:
                correct(Path(words[0]))
    yield work
    reading.close()
    assert Path.cwd() == here


def test_the_card_says_that_reviews_went_in_and_who_was_held_out(example: Path) -> None:
    card = read_card(example / "runs/mine/bundle")
    reviews = card.data["reviews"]
    assert (reviews["files"], reviews["slices"], reviews["corrected"]) == (1, 10, 10)
    assert reviews["training_slices"] + reviews["held_out_slices"] == 10
    assert reviews["held_out_slices"] == card.accuracy["held_out"]["slices"] > 0
    assert "measured against readers' masks that began as a network's" in card.accuracy["remark"]
    assert "Ada" not in card.to_json()


def test_the_run_says_that_reviews_went_in(example: Path) -> None:
    assert json.loads((example / "runs/mine/data.json").read_text())["reviewed_slices"] == 10


def test_the_report_says_that_its_masks_flatter(example: Path) -> None:
    report = json.loads((example / "runs/mine/report/report.json").read_text())
    assert "masks that began as a network's prediction" in report["split"]["text"]
    assert (
        report["overall"]["slices"]
        == read_card(example / "runs/mine/bundle").accuracy["held_out"]["slices"]
    )


def test_without_its_reviews_or_with_others_a_run_is_not_handed_over(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, none = example / "runs/mine", example / "none"
    assert main(["export", str(example / "mine"), str(run), str(none)]) == 1
    assert "was trained on other slices or reviews" in capsys.readouterr().err
    assert not none.exists()


def test_the_window_shows_the_demo_with_the_network(example: Path) -> None:
    (last,) = [words for words in commands() if "--demo" in words]
    command = [sys.executable, "-m", "brainseg_gui.cli.gui", *last[1:], "--screenshot", "demo.png"]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(example)}
    environment |= {"PYTHONPATH": str(README.parents[1]), "XDG_RUNTIME_DIR": str(example)}
    done = subprocess.run(command, cwd=example, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (example / "demo.png").stat().st_size > 10_000


def test_who_goes_on_is_told_how_many_masks_are_trained_on(
    example: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(example)
    monkeypatch.setattr(training, "_train_stages", lambda *a: pytest.fail("it was finished"))
    words = ["train", "runs/mine", "--review", "mine/brainseg-review.sqlite"]
    assert main([*words, "--recipe", "tiny.json"]) == 0
    out = capsys.readouterr().out
    assert "10 slices from 1 review: 10 corrected; left out: 2 rejected" in out
    assert re.search(r"masks: \d+ to train on; left out of that: \d+ of held-out patients\n", out)


@pytest.mark.parametrize(
    "line",
    ["train RUN --recipe standard", "evaluate A B --reader Ada", "export A B C --slices DIR"],
)
def test_without_data_and_review_it_is_wrong_use(line: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(line.split())
    assert caught.value.code == 2
