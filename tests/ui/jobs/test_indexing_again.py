"""A folder that was read before opens without reading it again."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt

from brainseg_gui.core.image.thumbnail import thumbnail
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.index_cache import IndexCache
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.jobs import indexer
from brainseg_gui.ui.jobs.indexer import Indexer
from tests.ui.hands import Hands
from tests.ui.slice_factory import write_slices

HOUR_NS = 3600 * 10**9


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of three slices that were written an hour ago."""
    folder = write_slices(tmp_path / "slices", "1.mat", "2.mat", "3.mat")
    for path in folder.iterdir():
        age(path)
    return folder


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that are read from now on."""
    names: list[str] = []

    def reads(path: Path) -> object:
        names.append(path.name)
        return read_slice(path)

    monkeypatch.setattr(indexer, "read_slice", reads)
    return names


def age(path: Path) -> None:
    then = time.time_ns() - HOUR_NS
    os.utime(path, ns=(then, then))


def index(folder: Path) -> tuple[list[Entry], list[Entry], dict[Path, np.ndarray]]:
    """Return the rows as they were found, as they were at last, and the thumbnails."""
    found: list[Entry] = []
    latest: dict[Path, Entry] = {}
    pictures: dict[Path, np.ndarray] = {}
    worker = Indexer([folder], folder, pictures.__setitem__)
    worker.found.connect(found.extend, Qt.DirectConnection)
    for signal in (worker.found, worker.described):
        signal.connect(lambda rows: latest.update({r.path: r for r in rows}), Qt.DirectConnection)
    worker.run()  # here, without a thread that the test would have to wait for
    return found, list(latest.values()), pictures


def test_the_second_time_every_row_is_whole_at_once_and_no_file_is_read(
    folder: Path, read: list[str]
) -> None:
    _, first, pictures = index(folder)
    assert sorted(read) == ["1.mat", "2.mat", "3.mat"]
    read.clear()
    found, again, same_pictures = index(folder)
    assert read == []
    assert found == first == again
    assert all(row.digest and row.patient and row.reference_px for row in found)
    for path, picture in pictures.items():
        assert np.array_equal(picture, thumbnail(read_slice(path).pixels))
        assert np.array_equal(picture, same_pictures[path])


def test_a_program_that_is_killed_while_it_reads_keeps_what_it_learned(
    folder: Path, read: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as until_killed:

        def killed_at_the_third(path: Path) -> object:
            if path.name == "3.mat":
                until_killed.setattr(IndexCache, "save", lambda _: None)  # nothing after a kill
                raise KeyboardInterrupt
            return read_slice(path)

        until_killed.setattr(indexer, "SAVE_EVERY_S", 0.0)
        until_killed.setattr(indexer, "read_slice", killed_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            index(folder)
    index(folder)
    assert read == ["3.mat"]


def test_a_slice_that_changed_is_read_again_alone(folder: Path, read: list[str]) -> None:
    _, first, _ = index(folder)
    write_slices(folder.parent / "new", "0.mat", "1.mat", "2.mat", "3.mat")
    (folder.parent / "new" / "3.mat").replace(folder / "2.mat")
    read.clear()
    found, again, _ = index(folder)
    assert read == ["2.mat"]
    assert next(row for row in found if row.name == "2.mat").digest == ""
    digests = {row.name: row.digest for row in again}
    assert digests["2.mat"] != first[1].digest
    assert digests["1.mat"] == first[0].digest


def test_a_file_that_cannot_be_read_is_tried_again(folder: Path, read: list[str]) -> None:
    (folder / "2.mat").write_bytes(b"")
    age(folder / "2.mat")
    index(folder)
    assert index(folder)[1][1].problem == "the file is empty"


def test_an_index_that_is_damaged_is_made_anew_in_silence(
    folder: Path, own_places: Path, read: list[str]
) -> None:
    _, first, _ = index(folder)
    (file,) = (own_places.parent / "cache").rglob("*.npz")
    file.write_bytes(file.read_bytes()[:-100])
    assert index(folder)[1] == first
    read.clear()
    assert index(folder)[1] == first
    assert read == []


def test_nothing_is_written_into_the_folder(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (folder, *folder.iterdir())}
    index(folder)
    assert {path: path.stat().st_mtime_ns for path in (folder, *folder.iterdir())} == before


def test_what_was_read_until_the_window_closed_is_kept(
    hands: Hands, tmp_path: Path, read: list[str]
) -> None:
    names = [f"{number}.mat" for number in range(60)]
    folder = write_slices(tmp_path / "many", *names, shape=(64, 64))
    for path in folder.iterdir():
        age(path)
    hands.window.open([folder])
    hands.wait(lambda: len(read) > 10)
    hands.window.data_set._close_indexer()
    known = [row for row in index(folder)[0] if row.digest]
    assert 10 < len(known) < 60


def test_the_window_shows_thumbnails_without_reading(
    hands: Hands, folder: Path, read: list[str]
) -> None:
    index(folder)
    read.clear()
    hands.open(folder)
    hands.wait_indexed(3)
    assert read == []
    assert hands.window.worklist.thumbnails.pixmap(folder / "3.mat") is not None
