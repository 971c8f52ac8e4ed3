"""Exporting from the menu: the PNG is the mask on the screen, and failures lose nothing."""

from __future__ import annotations

import csv
import json
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PyQt5.QtCore import Qt

from brainseg_gui.files import atomic
from brainseg_gui.files.writers import png
from brainseg_gui.review.handover.existing import Existing
from brainseg_gui.review.storage.store import ReviewStore, StoreError
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui.controllers.exports import offering
from brainseg_gui.ui.dialogs.export_choice import ExportChoice
from brainseg_gui.ui.dialogs.export_scope import Scope
from brainseg_gui.ui.jobs.job import Job
from tests.ui.exports import choose_export
from tests.ui.hands import Hands
from tests.ui.slice_factory import write_slices


@pytest.fixture
def painted(at_first: Hands) -> Hands:
    """Return a window with corrections on the first two slices, the second on the screen."""
    at_first.mouse.stroke((30, 30), (60, 90))
    decide(at_first)
    at_first.go(Qt.Key_D, "2.mat")
    at_first.mouse.stroke((90, 30), (80, 60))
    decide(at_first)
    return at_first


def decide(hands: Hands, verdict: Verdict = Verdict.CORRECTED) -> None:
    """Give the slice on the screen its verdict, and stay."""
    hands.parts.screen.session.decide(verdict)


def export(hands: Hands, action: str) -> None:
    """Choose a menu entry and wait until everything is written."""
    hands.do(action)
    wait_written(hands)


def wait_written(hands: Hands) -> None:
    hands.wait(lambda: not hands.parts.exporting.busy)


def refuse(*_: object) -> None:
    raise StoreError("the disk is full.")


def png_of(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.mode == "L"
        return np.asarray(image)


def test_the_png_is_the_mask_on_the_screen(
    painted: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = choose_export(monkeypatch, tmp_path / "out")
    painted.key("e", Qt.ControlModifier)
    wait_written(painted)
    assert np.array_equal(png_of(tmp_path / "out" / "2_mask.png"), painted.mask * np.uint8(255))
    assert [offer.scope for offer, _ in asked] == [Scope.SLICE]
    assert "1 mask written, read back and compared" in painted.notice


def test_the_png_has_size_and_orientation_of_the_slice(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.open(write_slices(tmp_path / "slices", "1.mat", shape=(60, 100)))
    hands.mouse.stroke((10, 85))
    choose_export(monkeypatch, tmp_path / "out")
    export(hands, "export_mask")
    with Image.open(tmp_path / "out" / "1_mask.png") as image:
        assert image.size == (100, 60)
        assert image.getpixel((85, 10)) == 255
        assert image.getpixel((10, 50)) == 0


def test_exporting_nothing_is_not_offered(at_first: Hands) -> None:
    assert not at_first.parts.actions["export_mask"].isEnabled()
    assert not at_first.parts.actions["export_all"].isEnabled()


def test_a_question_that_is_cancelled_writes_nothing(
    painted: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(tmp_path.rglob("*.png"))
    for action in ("export_mask", "export_all"):
        choose_export(monkeypatch, None)
        export(painted, action)
    assert sorted(tmp_path.rglob("*.png")) == before
    assert painted.notice == ""


def test_what_every_question_reads_ends_with_the_window(
    painted: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Qt ends a program that takes a thread apart while it runs."""
    read_on = threading.Event()
    monkeypatch.setattr(offering, "read_export", lambda *_, **__: read_on.wait(5))
    for action in ("export_mask", "export_all"):
        choose_export(monkeypatch, None)
        painted.do(action)
    readings = painted.parts.exporting.findChildren(Job)
    assert len(readings) == 2
    threading.Timer(0.05, read_on.set).start()
    painted.parts.exporting.close()
    assert all(reading.cancelled for reading in readings)
    assert not any(reading.isRunning() for reading in readings)


def test_all_corrected_masks_are_exported(
    painted: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_export(monkeypatch, tmp_path / "out")
    painted.key("e", Qt.ControlModifier | Qt.ShiftModifier)
    wait_written(painted)
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == [
        "1_mask.png",
        "2_mask.png",
    ]
    assert np.array_equal(png_of(tmp_path / "out" / "2_mask.png") > 0, painted.mask)
    painted.go(Qt.Key_A, "1.mat")
    assert np.array_equal(png_of(tmp_path / "out" / "1_mask.png") > 0, painted.mask)
    assert "2 masks written" in painted.notice


def test_equal_names_from_different_folders_do_not_overwrite_each_other(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.open(write_slices(tmp_path / "slices", "a/1.mat", "b/1.mat"), first="a/1.mat")
    hands.mouse.stroke((30, 30))
    decide(hands)
    first = hands.mask.copy()
    hands.go(Qt.Key_D, "b/1.mat")
    hands.mouse.stroke((90, 90))
    decide(hands)
    choose_export(monkeypatch, tmp_path / "out")
    export(hands, "export_all")
    written = sorted((tmp_path / "out").rglob("*.png"))
    assert len(written) == 2
    assert np.array_equal(png_of(written[0]) > 0, first)
    assert np.array_equal(png_of(written[1]) > 0, hands.mask)


def test_a_stroke_under_way_ends_and_is_part_of_the_export(
    at_first: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first.mouse.stroke((30, 30))
    choose_export(monkeypatch, tmp_path / "out")
    at_first.mouse.press((100, 30))
    export(at_first, "export_mask")
    at_first.mouse.move((64, 64))
    at_first.mouse.release((64, 64))
    assert np.array_equal(png_of(tmp_path / "out" / "1_mask.png") > 0, at_first.mask)


def test_a_mask_without_a_verdict_and_a_rejected_one_are_left_out_and_counted(
    painted: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(painted, Verdict.REJECTED)
    painted.go(Qt.Key_D, "3.mat")
    painted.mouse.stroke((30, 30))
    choose_export(monkeypatch, tmp_path / "out")
    export(painted, "export_all")
    assert [path.name for path in (tmp_path / "out").glob("*.png")] == ["1_mask.png"]
    assert "2 masks are neither accepted nor called corrected" in painted.notice


def test_a_place_that_cannot_be_written_to_is_told_and_nothing_is_lost(
    painted: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    drawn = painted.mask.copy()
    for action in ("export_mask", "export_all"):
        choose_export(monkeypatch, tmp_path / "file" / "out")
        export(painted, action)
        assert "Nothing of your work is lost" in painted.notice
        painted.parts.notice.hide()
    assert np.array_equal(painted.mask, drawn)
    assert painted.has_on_disk(drawn)


def test_a_full_disk_leaves_the_earlier_export_whole(
    painted: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "out" / "2_mask.png"
    choose_export(monkeypatch, place.parent)
    export(painted, "export_mask")
    before = place.read_bytes()
    painted.mouse.stroke((20, 100))

    def no_space(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(atomic.os, "fsync", no_space)
    export(painted, "export_mask")
    assert "Nothing of your work is lost" in painted.notice
    assert place.read_bytes() == before
    assert [path.name for path in place.parent.glob("*.png")] == ["2_mask.png"]


def test_a_png_that_does_not_come_back_as_it_was_written_is_told(
    painted: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_export(monkeypatch, tmp_path / "out")
    monkeypatch.setattr(png, "write_atomically", lambda path, data: path.write_bytes(data[:-20]))
    export(painted, "export_mask")
    assert "differs from what was written" in painted.notice


def test_this_mask_can_be_exported_though_the_review_cannot_be_written(
    painted: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_export(monkeypatch, tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(ReviewStore, "append", refuse)
        painted.mouse.stroke((20, 100))
        export(painted, "export_mask")
    assert np.array_equal(png_of(tmp_path / "out" / "2_mask.png") > 0, painted.mask)


def test_what_was_chosen_last_is_chosen_the_next_time(
    painted: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    what: dict[str, Any] = {
        "formats": ("png", "geojson"),
        "pattern": "{patient}/{stem}",
        "scale": 3,
    }
    asked = choose_export(monkeypatch, tmp_path / "there", existing=Existing.VERSION, **what)
    export(painted, "export_mask")
    assert asked[0][1] == ExportChoice(
        Scope.SLICE, painted.path.parent / "export", window=(0.0, 1.0)
    )
    assert {path.suffix for path in (tmp_path / "there" / "101").iterdir()} == {".png", ".geojson"}
    asked = choose_export(monkeypatch, None)
    export(painted, "export_all")
    what |= {"existing": Existing.VERSION, "window": (0.0, 1.0)}
    chosen = ExportChoice(Scope.ALL, tmp_path / "there", **what)
    assert asked[0][1] == chosen


def test_a_rejected_mask_is_not_exported_alone_either_and_one_without_a_verdict_is(
    painted: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(painted, Verdict.REJECTED)
    painted.parts.screen.refresh()
    choose_export(monkeypatch, tmp_path / "out")
    export(painted, "export_mask")
    assert "1 mask is neither accepted nor called corrected" in painted.notice
    assert list((tmp_path / "out").glob("*.png")) == []
    painted.go(Qt.Key_D, "3.mat")
    painted.mouse.stroke((30, 30))
    export(painted, "export_mask")
    assert [path.name for path in (tmp_path / "out").glob("*.png")] == ["3_mask.png"]


def test_the_table_of_all_keeps_its_rows_when_one_slice_is_exported_again(
    painted: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_export(monkeypatch, tmp_path / "out")
    export(painted, "export_all")
    export(painted, "export_mask")
    with (tmp_path / "out" / "provenance.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["slice"]: row["mask_file"] for row in csv.DictReader(file)}
    assert rows == {"1.mat": "1_mask.png", "2.mat": "2_mask.png"}
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    named = sorted(it["file"] for it in manifest["files"])
    assert named == ["1_mask.png", "2_mask.png", "provenance.csv"]


def test_rows_that_are_chosen_and_rows_that_are_filtered_are_offered(
    painted: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted.wait_indexed(3)
    worklist = painted.parts.worklist
    worklist.search.setText("2.mat")
    asked = choose_export(monkeypatch, None)
    export(painted, "export_all")
    (offer, _) = asked[0]
    assert list(offer.digests) == [Scope.SLICE, Scope.FILTERED, Scope.ALL]
    assert offer.digests[Scope.FILTERED] == {painted.current.slice.digest}
