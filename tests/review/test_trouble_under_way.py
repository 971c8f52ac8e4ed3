"""Whatever happens to the file under the program: edits wait in memory, then follow in order."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore, StoreError
from tests.review_factory import NewSlice, on_screen

SHAPE = (96, 96)
READERS = ("Ada", "Bob")
NOBODY = 65534


class Reader:
    """Edits at random, and remembers what was on the screen after each row of the ledger."""

    def __init__(self, path: Path, slices: list[Slice]) -> None:
        self.path, self.slices = path, slices
        self.session = ReviewSession(ReviewStore(path), READERS[0])
        self.seen: dict[tuple[str, str], list[Mask]] = {
            (it.digest, name): [] for it in slices for name in READERS
        }
        self.rng = np.random.default_rng(0)
        self.walk(0)

    def walk(self, number: int) -> None:
        self.session.open(f"{number}.mat", self.slices[number])

    def stroke(self) -> str:
        """Make a stroke of noise, which takes some kilobytes; return why it is not on the disk."""
        self.session.begin_stroke(Layer.NOTHING)
        mask = on_screen(self.session).correction.mask
        mask ^= self.rng.random(SHAPE) < 0.5
        return self.told(lambda: self.session.end_stroke("Stroke", Box(0, SHAPE[0], 0, SHAPE[1])))

    def edit(self) -> str:
        """Do anything that the ledger takes."""
        history = on_screen(self.session).correction.history
        work = [self.stroke, self.stroke]
        work += [lambda: self.told(self.session.undo)] * bool(history.done)
        work += [lambda: self.told(self.session.redo)] * bool(history.undone)
        work += [lambda: self.told(self.session.discard)] * on_screen(
            self.session
        ).correction.exists
        return work[self.rng.integers(len(work))]()

    def told(self, work: Callable[[], object]) -> str:
        sentence = ""
        try:
            work()
        except StoreError as error:
            sentence = str(error)
        opened = on_screen(self.session)
        key = opened.slice.digest, opened.reader
        self.seen[key].append(opened.correction.mask.copy())
        return sentence

    def wanders(self, edits: int) -> set[str]:
        """Edit slices and readers in turn; return the sentences."""
        said = set()
        for number in range(edits):
            if number % 4 == 3:
                self.walk(int(self.rng.integers(len(self.slices))))
            said.add(self.edit())
        return said

    def check(self) -> None:
        """Everything is on the disk, row by row in its order, as another program finds it."""
        with tempfile.TemporaryDirectory() as folder:
            for part in self.path.parent.glob(f"{self.path.name}*"):
                if not part.name.endswith(("-shm", ".lock")):
                    shutil.copy(part, folder)
            with closing(ReviewStore(Path(folder) / self.path.name)) as store:
                for (digest, reader), masks in self.seen.items():
                    steps = store.steps(digest, reader)
                    assert len(steps) == len(masks)
                    for step, mask in zip(steps, masks, strict=True):
                        np.testing.assert_array_equal(
                            store.replay(digest, reader, step.id)[0], mask
                        )
                assert not any(wrong for *_, wrong in store.replayed())

    def end(self) -> None:
        self.session.close()


@pytest.fixture
def slices(new_slice: NewSlice) -> list[Slice]:
    return [new_slice(seed, SHAPE) for seed in range(3)]


@pytest.fixture
def two_megabytes(new_disk: Callable[[str], Path]) -> Path:
    """A disk of two megabytes."""
    return new_disk("2m")


@pytest.fixture
def reader(tmp_path: Path, slices: list[Slice]) -> Iterator[Reader]:
    """A reader who has made twelve edits."""
    (tmp_path / "review").mkdir()
    reader = Reader(tmp_path / "review" / "review.sqlite", slices)
    assert reader.wanders(12) == {""}
    yield reader
    reader.end()


def parts(path: Path) -> list[Path]:
    """Return the review's files: itself, its log, and what its log is found by."""
    return [it for it in path.parent.glob(f"{path.name}*") if not it.name.endswith(".lock")]


def test_edits_on_a_full_disk_follow_in_order_when_there_is_room(
    two_megabytes: Path, slices: list[Slice]
) -> None:
    filler = two_megabytes / "filler"
    filler.write_bytes(bytes(1_300_000))
    reader = Reader(two_megabytes / "review.sqlite", slices)
    count = next(count for count in range(1000) if reader.stroke())
    assert count > 5
    on_the_screen = on_screen(reader.session).correction.mask.copy()
    said = reader.wanders(20)
    assert all("disk" in sentence for sentence in said - {""})
    assert reader.session.unsaved > 1
    filler.unlink()
    reader.session.change_reader("Bob")
    reader.stroke()
    reader.session.save_all()
    assert reader.session.unsaved == 0
    assert on_the_screen.any()
    reader.check()
    reader.end()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 on this system")
def test_what_was_on_a_disk_before_it_was_full_survives_kill_9(
    two_megabytes: Path, slices: list[Slice]
) -> None:
    path = two_megabytes / "review.sqlite"
    code = f"from {__name__} import fill_and_die; fill_and_die({str(path)!r})"
    died = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert died.returncode == -signal.SIGKILL
    with closing(ReviewStore(path)) as store:
        (reader,) = store.readers()
        (digest,) = store.digests()
        assert len(store.steps(digest, reader)) == int(died.stdout.split()[-1]) > 5
        assert not any(wrong for *_, wrong in store.replayed())


def fill_and_die(path: str) -> None:
    """Make strokes until the disk is full and some more, say how many are on it, and die."""
    reader = Reader(Path(path), [Slice(np.zeros(SHAPE, np.float32))])
    for count in range(1000):
        if reader.stroke():
            break
        print(count + 1, flush=True)
    reader.wanders(10)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("which", ["the file and its log", "everything"])
def test_edits_wait_while_nothing_can_be_written_to_the_file(reader: Reader, which: str) -> None:
    """`chattr +i`, which holds for root too."""
    frozen = [it for it in parts(reader.path) if which == "everything" or "-shm" not in it.name]
    change = ["chattr", "+i", *map(str, frozen)]
    if shutil.which("chattr") is None or subprocess.run(change, capture_output=True).returncode:
        pytest.skip("making files immutable needs root, and a disk that can")
    try:
        assert "" not in reader.wanders(3)
        assert reader.session.unsaved > 0
    finally:
        subprocess.run(["chattr", "-i", *map(str, frozen)], check=True)
    reader.session.save_all()
    reader.wanders(5)
    reader.check()


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """Give up root for this test, so that permissions hold."""
    if os.name != "posix":
        pytest.skip("POSIX permissions")
    with tempfile.TemporaryDirectory() as folder:
        root = os.geteuid() == 0
        if root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            if root:
                os.seteuid(0)


def test_what_is_open_takes_edits_though_file_and_folder_become_read_only(
    unprivileged: Path, slices: list[Slice]
) -> None:
    folder = unprivileged / "review"
    folder.mkdir()
    reader = Reader(folder / "review.sqlite", slices)
    reader.wanders(5)
    for part in parts(reader.path):
        part.chmod(0o444)
    folder.chmod(0o555)
    assert reader.wanders(10) == {""}
    reader.check()
    folder.chmod(0o755)
    reader.end()


def test_a_read_only_copy_put_in_place_takes_what_waited_once_it_can_be_written_to(
    unprivileged: Path, slices: list[Slice]
) -> None:
    folder = unprivileged / "review"
    folder.mkdir()
    reader = Reader(folder / "review.sqlite", slices)
    reader.wanders(5)
    folder.rename(unprivileged / "moved")
    folder.mkdir()
    for part in parts(unprivileged / "moved" / "review.sqlite"):
        if not part.name.endswith("-shm"):
            shutil.copy(part, folder)
            (folder / part.name).chmod(0o444)
    assert all("readonly" in sentence for sentence in reader.wanders(3))
    for part in parts(reader.path):
        part.chmod(0o644)
    reader.session.save_all()
    reader.check()
    reader.end()


def test_edits_wait_while_the_review_is_away(reader: Reader, tmp_path: Path) -> None:
    away = reader.path.parent.rename(tmp_path / "away")
    assert all("no longer in its folder" in sentence for sentence in reader.wanders(6))
    away.rename(reader.path.parent)
    reader.session.save_all()
    reader.check()


def test_edits_wait_while_a_folder_is_in_the_place_of_the_review(
    reader: Reader, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    away.mkdir()
    for part in parts(reader.path):
        part.rename(away / part.name)
    reader.path.mkdir(mode=0o500)
    assert all("unable to open" in sentence for sentence in reader.wanders(3))
    reader.path.rmdir()
    for part in away.iterdir():
        part.rename(reader.path.with_name(part.name))
    reader.session.save_all()
    reader.check()


def test_a_log_that_was_deleted_costs_nothing(reader: Reader) -> None:
    Path(f"{reader.path}-wal").unlink()
    assert reader.wanders(4) == {""}
    reader.check()
