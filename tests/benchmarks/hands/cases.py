"""What readers meet most, mended in the real window by events of the window system.

A missed tumour, an island that is none, an outline that is too small: how many actions each takes,
and how long, from the first event until the mask is on the disk. The hand moves as a quick one
does, trembles, and is the same in every run; it does not hesitate, as people do.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication
from scipy import ndimage

from brainseg_gui.core.clicks.robot import centre_click
from brainseg_gui.core.masks.islands import Island, Islands
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.slices import Tumour
from brainseg_gui.core.types import Mask, Probability
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.bundles import default_corrector
from brainseg_gui.inference.model_card import BundleError
from brainseg_gui.review.open_slice import OpenSlice
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.history import Edit
from brainseg_gui.ui.window.main_window import MainWindow
from tests.benchmarks.hands.robot import Case, case_of, kept, unseen
from tests.benchmarks.instruments.robot_hands import overlap
from tests.benchmarks.instruments.rows import NotMeasured, Row, Setup
from tests.benchmarks.instruments.samples import demo_slices
from tests.benchmarks.instruments.window import open_folder, open_window, settle, wait_until
from tests.ui.mouse import Mouse, Pixel

MOST = 12  # slices of a case
GOOD = 0.95  # Dice
EVENT_S, STEP = 0.008, 5.0  # between two events of the mouse, and canvas pixels in it
TREMOR = 0.7  # canvas pixels
CLICKS = 10  # after which a reader takes another tool
BUDGETS = {"missed glioma": 3.0, "false island": 1.0, "outline too small": 2.0}
CLICK = "click to fix"  # is measured beside the tools that a reader would take for these
Way = Callable[["Reader", Case], None]


@dataclass
class Figures:
    """What came of it, slice by slice."""

    actions: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    program: list[float] = field(default_factory=list)
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)


def measure(setup: Setup) -> list[Row]:
    """Mend each case in every way that a reader would."""
    cases = _real(setup) if setup.slices and setup.predictions else _made_up()
    chosen = {name: _spread(found, 1 if setup.quick else MOST) for name, found in cases.items()}
    ways: dict[str, dict[str, Way]] = {
        "missed glioma": {"lasso": Reader.outline, CLICK: Reader.click},
        "false island": {"islands": Reader.delete_island},
        "outline too small": {"lasso": Reader.outline, CLICK: Reader.click},
    }
    rows = []
    for name, found in chosen.items():
        for way, does in ways[name].items():
            if way == CLICK and not _clicks():
                continue
            folder = setup.folder(f"{name} {way}".replace(" ", "-"))
            budget = None if way == CLICK else BUDGETS[name]
            rows += _rows(f"{name}, {way}", _mended(folder, found, does), budget)
    if not rows:
        raise NotMeasured("no slice is one of the cases")
    return rows


# --- the cases ---


def _real(setup: Setup) -> dict[str, list[tuple[Path, Case]]]:
    """Return the cases among what networks said of patients that they had not seen."""
    assert setup.slices is not None
    assert setup.predictions is not None
    _, said = kept(setup.predictions)
    found: dict[str, list[tuple[Path, Case]]] = {name: [] for name in BUDGETS}
    for path in unseen(setup.slices, said, default_corrector()):
        case = case_of(read_slice(path), said[int(path.stem)])
        if name := _kind(case):
            found[name].append((path, case))
    return found


def _kind(case: Case) -> str:
    """Return which of the cases a slice is, or ""."""
    start, reference = case.start, case.reference
    both = int(np.count_nonzero(start & reference))
    if not both:
        return "missed glioma" if case.slice.tumour is Tumour.GLIOMA else ""
    if len(_false_islands(case)) == 1:
        return "false island"
    area = int(np.count_nonzero(start))
    small = both >= 0.9 * area and area <= 0.75 * np.count_nonzero(reference)
    return "outline too small" if small else ""


def _made_up() -> dict[str, list[tuple[Path, Case]]]:
    """Return the cases made of the demo's slices: one of each."""
    path = demo_slices()[0]
    slice_ = read_slice(path)
    reference, beside = slice_.reference, np.zeros(slice_.shape, bool)
    assert reference is not None
    beside[60:80, 60:80] = True
    small = ndimage.distance_transform_edt(reference)
    masks = (beside, reference | beside, small > small.max() / 3)
    return {
        name: [(path, Case(slice_, Probability(mask.astype(np.float32))))]
        for name, mask in zip(BUDGETS, masks, strict=True)
    }


def _false_islands(case: Case) -> list[Island]:
    """Return the islands of the prediction that touch nothing of the tumour."""
    islands = Islands(case.start)
    labels, count = ndimage.label(case.start, np.ones((3, 3)))
    false = [n for n in range(1, count + 1) if not (case.reference & (labels == n)).any()]
    points = [np.argwhere(labels == n)[0] + 0.5 for n in false]
    return [it for row, column in points if (it := islands.at((row, column))) is not None]


def _spread(found: list[tuple[Path, Case]], most: int) -> list[tuple[Path, Case]]:
    count = min(len(found), most)
    return [found[at] for at in np.linspace(0, len(found) - 1, count).round().astype(int)]


def _clicks() -> bool:
    try:
        return bool(default_corrector())
    except BundleError:
        return False


# --- the reader ---


class Reader:
    """A hand on mouse and keys, which counts what it does."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._mouse = window, Mouse(window)
        self._rng = np.random.default_rng(0)
        self.actions, self.program = 0, 0.0

    @property
    def opened(self) -> OpenSlice:
        """Return the slice on the screen."""
        current = self._window.parts.data_set.session.current
        assert current is not None
        return current

    @property
    def mask(self) -> Mask:
        """Return the mask as it is now."""
        now = self._window.parts.screen.now
        assert now is not None
        return now.mask

    def delete_island(self, case: Case) -> None:
        """Click the island that is none."""
        self._choose(Qt.Key_E, Qt.ShiftModifier)
        for island in _false_islands(case):
            pixels = island.whole(case.slice.shape)
            depth = ndimage.distance_transform_edt(pixels)
            row, column = np.unravel_index(int(np.argmax(depth)), depth.shape)
            self._drag([(float(row) + 0.5, float(column) + 0.5)])

    def outline(self, case: Case) -> None:
        """Take away what is no tumour at all, then draw around the tumour, piece by piece."""
        false = _false_islands(case)
        if len(false) == 1:
            self.delete_island(case)
        elif false:
            self._choose(Qt.Key_N, Qt.ShiftModifier)  # from nothing
            self.actions += 1
        self._choose(Qt.Key_O)
        for line in contours(case.reference):
            self._drag([(float(row), float(column)) for row, column in line])

    def click(self, case: Case) -> None:
        """Click the middle of the largest error until the mask is good."""
        self._choose(Qt.Key_Q)
        while self.actions < CLICKS and overlap(self.mask, case.reference) < GOOD:
            click = centre_click(self.mask, case.reference, self._rng)
            if click is None:
                return
            head = self.opened.correction.history.head
            button = Qt.LeftButton if click.inside else Qt.RightButton
            self._drag([(click.row, click.column)], button)
            wait_until(partial(self._has_answer, head), 1)

    def _has_answer(self, head: Edit | None) -> bool:
        return self.opened.correction.history.head is not head

    def _choose(self, key: int, modifiers: int = Qt.NoModifier) -> None:
        """Press a key; as the hand on it is not the one on the mouse, it is no action."""
        self._do(lambda: QTest.keyClick(self._window.windowHandle(), key, modifiers))

    def _drag(self, line: list[Pixel], button: int = Qt.LeftButton) -> None:
        """Press, follow a line of the slice as a hand does, and let go."""
        self.actions += 1
        way = list(self._followed(line))
        handle = self._window.windowHandle()
        self._do(lambda: QTest.mouseMove(handle, self._mouse.aim(way[0])))
        self._do(lambda: self._mouse.press(way[0], button))
        for pixel in way[1:]:
            self._do(partial(self._mouse.move, pixel))
        self._do(lambda: self._mouse.release(way[-1], button))

    def _followed(self, line: list[Pixel]) -> Iterator[Pixel]:
        """Yield where the hand is at each event along a line."""
        scale = self._window.parts.canvas.scale_factor
        points = np.array(line)
        lengths = np.hypot(*np.diff(points, axis=0).T) if len(points) > 1 else np.zeros(0)
        along = np.concatenate([[0.0], np.cumsum(lengths)])
        for at in np.arange(0, along[-1] + 1e-9, STEP / scale):
            where = [np.interp(at, along, points[:, axis]) for axis in (0, 1)]
            trembles = self._rng.normal(0, TREMOR / scale, 2) if len(points) > 1 else (0, 0)
            yield float(where[0] + trembles[0]), float(where[1] + trembles[1])

    def _do(self, event: Callable[[], object]) -> None:
        """Let an event come when the hand has it, and the program do all that follows."""
        began = time.perf_counter()
        event()
        QApplication.processEvents()
        took = time.perf_counter() - began
        self.program += took
        time.sleep(max(EVENT_S - took, 0))


def _mended(folder: Path, cases: list[tuple[Path, Case]], way: Way) -> Figures:
    """Mend slice after slice, and see that what is on the screen is on the disk."""
    figures, review = Figures(), folder / "review.sqlite"
    for path, _ in cases:
        shutil.copyfile(path, folder / path.name)
    if not cases:
        return figures
    with open_window(folder) as window:
        window.parts.network.on_opening = False
        open_folder(window, folder, review)
        for path, case in cases:
            _show(window, folder / path.name, case)
            reader = Reader(window)
            began = time.perf_counter()
            way(reader, case)
            figures.seconds.append(time.perf_counter() - began)
            figures.actions.append(reader.actions)
            figures.program.append(reader.program)
            figures.before.append(overlap(case.start, case.reference))
            figures.after.append(overlap(reader.mask, case.reference))
            _check_on_disk(review, reader)
    return figures


def _show(window: MainWindow, path: Path, case: Case) -> None:
    """Bring a slice to the screen with what was said of it, fitting, the mouse moving nothing."""
    parts = window.parts
    parts.worklist.choose(path)
    wait_until(lambda: parts.screen.path == path)
    parts.data_set.predictions.put(case.slice, Prediction(case.probability, 0.5))
    parts.screen.refresh()
    parts.actions["tool_pan"].trigger()
    parts.canvas.fit()
    parts.canvas.setFocus()
    settle()


def _check_on_disk(review: Path, reader: Reader) -> None:
    store = ReviewStore(review)
    stored = store.load(reader.opened.slice.digest)
    store.close()
    if stored is None or not np.array_equal(stored.mask, reader.mask):
        raise RuntimeError("what is on the disk is not what is on the screen")


def _rows(what: str, figures: Figures, budget: float | None) -> list[Row]:
    if not figures.actions:
        return []
    good = sum(score >= GOOD for score in figures.after)
    before, after = (float(np.median(scores)) for scores in (figures.before, figures.after))
    said = f"{len(figures.actions)} slices, {max(figures.actions)} at most; Dice {before:.3f}, then"
    said += f" {after:.3f} in the median; {good} reached {GOOD}"
    time_ = f"{min(figures.seconds):.2f} to {max(figures.seconds):.2f}; the program took "
    time_ += f"{np.median(figures.program):.2f} of it"
    actions, seconds = (float(np.median(it)) for it in (figures.actions, figures.seconds))
    return [
        Row(f"{what}: actions, median", actions, "", budget, note=said),
        Row(f"{what}: first event until on disk, median", seconds, "s", note=time_),
    ]
