"""A review that is cut, emptied or replaced under the program costs nothing that was saved."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.rescue import rescue
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.record import Record
from brainseg_gui.review.values.verdict import Remarks, Verdict
from tests.review_factory import NewSlice, on_screen, store_of

SHAPE = (64, 64)
SLICES = 4  # the last one is worked on before the window that is looked at here, and never in it


class Work:
    """Strokes at random, with what was on the screen after each."""

    def __init__(self, path: Path, slices: list[Slice]) -> None:
        self.slices, self.path = slices, path
        self.rng = np.random.default_rng(1)
        self.masks: dict[str, list[Mask]] = {it.digest: [] for it in slices}
        self.verdicts: dict[str, Verdict] = {}
        self.session = ReviewSession(ReviewStore(path), "Ada")

    def open(self, number: int) -> None:
        self.session.open(f"{number}.mat", self.slices[number])

    def stroke(self, number: int) -> None:
        self.open(number)
        self.session.begin_stroke(Layer.NOTHING)
        opened = on_screen(self.session)
        opened.correction.mask[...] ^= self.rng.random(SHAPE) < 0.5
        self.session.end_stroke("Stroke", Box(0, SHAPE[0], 0, SHAPE[1]))
        self.note()

    def undo(self, number: int) -> None:
        self.open(number)
        self.session.undo()
        self.note()

    def note(self) -> None:
        opened = on_screen(self.session)
        self.masks[opened.slice.digest].append(opened.correction.mask.copy())
        self.verdicts.pop(opened.slice.digest, None)

    def decide(self, number: int) -> None:
        self.open(number)
        version = self.session.decide(Verdict.CORRECTED, Remarks(f"verdict on {number}"))
        self.verdicts[version.digest] = version.verdict

    def check(self, review: Path, *, rows: bool) -> None:
        """Every mask and verdict is in a review, row by row where all rows could be kept."""
        with closing(ReviewStore(review)) as store:
            assert not any(wrong for *_, wrong in store.replayed())
            statuses = store.decisions.statuses("Ada")
            for digest, masks in self.masks.items():
                if masks:
                    found = store.correction(digest, "Ada")
                    assert found is not None
                    np.testing.assert_array_equal(found.mask, masks[-1])
                steps = [it for it in store.steps(digest, "Ada") if rows]
                for step, mask in zip(steps, masks if rows else (), strict=True):
                    np.testing.assert_array_equal(store.replay(digest, "Ada", step.id)[0], mask)
                if digest in self.verdicts:
                    assert statuses[digest].verdict is self.verdicts[digest]


@pytest.fixture
def work(tmp_path: Path, new_slice: NewSlice) -> Iterator[Work]:
    """Strokes of a window that was closed, a copy of the file, and more strokes of a second."""
    path = tmp_path / "review" / "review.sqlite"
    work = Work(path, [new_slice(seed, SHAPE) for seed in range(SLICES)])
    for number in range(SLICES):
        work.stroke(number)
        work.stroke(number)
    work.session.close()
    shutil.copy(path, tmp_path / "earlier")
    work.session = ReviewSession(ReviewStore(path), "Ada")
    work.stroke(0)
    work.undo(1)
    work.stroke(1)
    work.decide(1)
    work.stroke(2)
    work.undo(2)
    yield work
    work.session.close()


def new_path(work: Work) -> Path:
    """Return where the work goes on."""
    path = work.session.path
    assert path is not None
    return path


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def cut_log(path: Path, part: float) -> None:
    size = log_of(path).stat().st_size
    assert size > 4096
    os.truncate(log_of(path), int(size * part))


def overwrite(path: Path, content: bytes) -> None:
    """Write other bytes into the same file, as `cp` does."""
    with path.open("r+b") as file:
        file.truncate(0)
        file.write(content)


def replace_by_copy(path: Path, *, log: bool) -> None:
    shutil.copy(path.parent.parent / "earlier", path.with_name("copy"))
    path.with_name("copy").replace(path)
    if not log:
        log_of(path).unlink()


def replace_log(path: Path) -> None:
    path.with_name("log").write_bytes(bytes(9000))
    path.with_name("log").replace(log_of(path))


def write_earlier_over(path: Path, *, log: bool) -> None:
    overwrite(path, (path.parent.parent / "earlier").read_bytes())
    if not log:
        cut_log(path, 0)


def empty(path: Path, *, log: bool) -> None:
    if not log:
        cut_log(path, 0)
    os.truncate(path, 0)


def replace_by_noise(path: Path) -> None:
    path.with_name("other").write_bytes(os.urandom(30000))
    path.with_name("other").replace(path)


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


Harm = Callable[[Path], None]
KEEPING: dict[str, Harm] = {  # after which every row can be told
    "log emptied": lambda path: cut_log(path, 0),
    "log cut to half": lambda path: cut_log(path, 0.5),
    "log cut by its end": lambda path: cut_log(path, 0.999),
    "log overwritten": lambda path: overwrite(log_of(path), os.urandom(20000)),
    "log replaced": replace_log,
    "replaced by an earlier copy": lambda path: replace_by_copy(path, log=True),
    "replaced by an earlier copy, log gone": lambda path: replace_by_copy(path, log=False),
    "an earlier copy written over it": lambda path: write_earlier_over(path, log=True),
    "an earlier copy written over it, log emptied": lambda path: write_earlier_over(
        path, log=False
    ),
}
LOSING: dict[str, Harm] = {  # what only the file knew is gone
    "emptied": lambda path: empty(path, log=True),
    "emptied, and its log": lambda path: empty(path, log=False),
    "cut to half": cut_off,
    "other bytes written over it": lambda path: overwrite(path, os.urandom(30000)),
    "replaced by another file": replace_by_noise,
}


@pytest.mark.parametrize("harm", [*KEEPING, *LOSING])
def test_strokes_before_and_after_harm_are_in_the_file_or_in_a_new_one_beside_it(
    work: Work, harm: str
) -> None:
    (KEEPING | LOSING)[harm](work.path)
    harmed = work.path.read_bytes()
    work.stroke(0)
    assert work.session.unsaved == 0
    new = new_path(work)
    moved = new != work.path
    assert moved == bool(work.session.news)
    assert not moved or (new.parent == work.path.parent and new.name in work.session.news)
    work.undo(0)
    work.stroke(1)
    work.undo(2)
    work.decide(0)
    work.session.close()
    assert not moved or not harmed or work.path.read_bytes() == harmed
    if harm in LOSING:
        work.masks.pop(work.slices[-1].digest)
    work.check(new, rows=harm in KEEPING)


def test_what_nobody_touched_or_only_looked_at_stays_where_it_is(work: Work) -> None:
    os.utime(work.path)
    os.utime(log_of(work.path))
    with closing(ReviewStore(work.path)) as another:
        another.set_setting("word", "of another program")
    work.stroke(0)
    assert (work.session.path, work.session.news) == (work.path, "")
    work.session.close()
    work.check(work.path, rows=True)


def test_a_disk_whose_times_wander_is_not_looked_at_closely_for_ever(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, rescued = [], rescue.rescued

    def look(store: ReviewStore, waiting: Sequence[Record]) -> str:
        looks.append(store)
        return rescued(store, waiting)

    monkeypatch.setattr(rescue, "rescued", look)
    for number in range(20):
        os.utime(work.path, (number, number))
        work.stroke(0)
    assert 0 < len(looks) < 10
    cut_log(work.path, 0)
    work.stroke(0)
    assert new_path(work) != work.path


Decides = Callable[[Work], object]


@pytest.mark.parametrize(
    "decides",
    [
        lambda work: work.decide(0),
        lambda work: work.session.withdraw(),
        lambda work: work.session.declare_spacing(0.5),
        lambda work: work.session.keep_draft(Remarks("look again")),
        lambda work: work.session.close(),
    ],
    ids=["verdict", "withdrawal", "pixel size", "comment", "the end"],
)
def test_harm_is_noticed_whatever_is_written_next(work: Work, decides: Decides) -> None:
    work.open(1)
    cut_log(work.path, 0)
    decides(work)
    assert new_path(work).name == "review-rescued1.sqlite"
    work.verdicts.pop(work.slices[1].digest)
    store_of(work.session).close()
    work.check(new_path(work), rows=True)


def test_a_new_file_that_is_harmed_too_is_followed_by_another(work: Work) -> None:
    cut_log(work.path, 0)
    work.stroke(0)
    overwrite(new_path(work), b"")
    work.stroke(1)
    assert new_path(work).name == "review-rescued2.sqlite"
    work.session.close()
    work.masks.pop(work.slices[-1].digest)
    work.check(new_path(work), rows=False)


def test_edits_wait_where_no_new_file_can_be_written(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_log(work.path, 0)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", _no_room)
        with pytest.raises(Exception, match=r"review\.sqlite was cut off or replaced.* no room"):
            work.stroke(0)
        assert work.session.unsaved == 1
        work.note()
    work.session.save_all()
    assert work.session.unsaved == 0
    work.session.close()
    work.check(new_path(work), rows=True)


def _no_room(self: Path, target: Path) -> None:
    raise OSError(28, "no room")
