"""Exporting many masks: the window answers, and whatever ends it leaves whole files."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PyQt5.QtCore import Qt

from brainseg_gui.core.layer import Layer
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection
from brainseg_gui.ui.dialogs import dialogs
from tests.review_factory import decide, save
from tests.ui.exports import choose_export
from tests.ui.hands import Hands, longest_gap
from tests.ui.slice_factory import write_slices

MANY, SIDE = 80, 512
GAP_S = 0.1


def mask(number: int) -> np.ndarray:
    """Return a disc; each number has its own."""
    rows, columns = np.ogrid[:SIDE, :SIDE]
    return np.hypot(rows - 200, columns - 100 - number) < 60


@pytest.fixture(scope="module")
def review_of_many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a review in which Ada corrected many slices."""
    path = tmp_path_factory.mktemp("many") / "review.sqlite"
    store = ReviewStore(path)
    for number in range(MANY):
        name = f"many/{number}.mat"
        it = StoredCorrection(str(number), name, "", mask(number), Layer.NOTHING, "Ada")
        save(store, it)
        decide(store, it)
    store.close()
    return path


@pytest.fixture
def with_many(hands: Hands, review_of_many: Path, folder: Path, tmp_path: Path) -> Hands:
    """Return a window with a copy of that review, in which one more slice can be painted on."""
    review = Path(shutil.copy(review_of_many, tmp_path / "review.sqlite"))
    hands.open(folder, review=review)
    hands.wait_indexed(3)
    return hands


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where masks are exported to."""
    choose_export(monkeypatch, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file take a while."""
    sync = os.fsync

    def later(handle: int) -> None:
        time.sleep(0.004)
        sync(handle)

    monkeypatch.setattr(os, "fsync", later)


def written(out: Path) -> list[Path]:
    return list((out / "many").glob("*"))


def begin(hands: Hands, out: Path) -> None:
    """Export, and return once the first masks are there."""
    hands.do("export_all")
    hands.wait(lambda: len(written(out)) > 3)
    assert hands.parts.exporting.busy


def end(hands: Hands) -> None:
    hands.wait(lambda: not hands.parts.exporting.busy)


def all_are_whole(out: Path) -> bool:
    """Tell whether every file is the PNG of its mask."""
    for path in written(out):
        number = int(path.name.removesuffix("_mask.png"))
        with Image.open(path) as image:
            if not np.array_equal(np.asarray(image) > 0, mask(number)):
                return False
    return True


def gap(hands: Hands, work: Callable[[], None]) -> float:
    """Return the longest time in seconds without an event while `work` runs."""
    began = time.perf_counter()
    return longest_gap(work) * (time.perf_counter() - began)


def test_the_window_answers_and_can_be_painted_on_while_many_masks_are_exported(
    with_many: Hands, out: Path
) -> None:
    meanwhile: list[bool] = []
    said: list[str] = []

    def export() -> None:
        begin(with_many, out)
        with_many.mouse.stroke((30, 30 + len(said)), (60, 90))
        meanwhile.append(with_many.parts.exporting.busy)
        end(with_many)
        said.append(with_many.notice)
        out.rename(out.with_name(f"out-{len(said)}"))

    # Where the processor is busy with something else, the window waits for it: not every time.
    assert any(gap(with_many, export) < GAP_S for _ in range(5))
    assert all(meanwhile)
    assert with_many.has_on_disk(with_many.mask)
    first = out.with_name("out-1")
    assert len(written(first)) == MANY
    assert all_are_whole(first)
    assert said[0] == f"{MANY} masks written, read back and compared: {out}"


@pytest.mark.usefixtures("slow_disk")
def test_how_far_it_is_stands_in_the_status_bar_with_rate_and_remaining_time(
    with_many: Hands, out: Path
) -> None:
    begin(with_many, out)
    message = with_many.parts.status.currentMessage
    with_many.wait(lambda: "masks/s" in message() and "left" in message())
    assert f"of {MANY}" in message()
    with_many.parts.exporting.cancel()
    end(with_many)
    assert message() == ""


@pytest.mark.usefixtures("slow_disk")
def test_escape_stops_it_and_keeps_what_is_done(with_many: Hands, out: Path) -> None:
    begin(with_many, out)
    with_many.key(Qt.Key_Escape)
    end(with_many)
    done = len(written(out))
    assert 3 < done < MANY
    assert all_are_whole(out)
    assert f"stopped, {MANY - done} to go" in with_many.notice
    assert f"{done} masks written" in with_many.notice
    assert not with_many.parts.actions["cancel"].isEnabled()


@pytest.mark.usefixtures("slow_disk")
def test_a_second_export_is_refused_with_a_sentence(
    with_many: Hands, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(with_many, out)
    monkeypatch.setattr(dialogs, "ask_export", pytest.fail)
    with_many.do("export_all")
    assert "An export is under way" in with_many.notice
    with_many.parts.exporting.cancel()
    end(with_many)


@pytest.mark.usefixtures("slow_disk")
def test_closing_the_window_meanwhile_leaves_whole_files(with_many: Hands, out: Path) -> None:
    begin(with_many, out)
    began = time.perf_counter()
    assert with_many.window.close()
    assert time.perf_counter() - began < 5
    assert 3 < len(written(out)) < MANY
    assert all_are_whole(out)


@pytest.mark.usefixtures("slow_disk")
def test_a_folder_that_is_opened_meanwhile_changes_nothing(
    with_many: Hands, out: Path, tmp_path: Path
) -> None:
    begin(with_many, out)
    with_many.open(write_slices(tmp_path / "other", "a.mat"), first="a.mat")
    end(with_many)
    assert len(written(out)) == MANY
    assert all_are_whole(out)


def test_a_mask_that_cannot_be_written_is_named_and_the_others_are(
    with_many: Hands, out: Path
) -> None:
    (out / "many" / "7_mask.png").mkdir(parents=True)
    with_many.do("export_all")
    end(with_many)
    assert f"{MANY - 1} masks written, read back and compared" in with_many.notice
    assert "1 could not be written" in with_many.notice
    assert "7_mask.png: a folder of that name is in the way" in with_many.notice
