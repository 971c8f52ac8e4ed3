"""Whatever readers do, in whatever order: the file holds it, and the ledger leads to it."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.verdict import Verdict

SHAPE = (4, 5)
SLICES = [Slice(np.full(SHAPE, number, np.float32)) for number in range(2)]
PREDICTED = np.eye(*SHAPE, dtype=bool)
READERS = ("Ada", "Bob")


class Model:
    """What a reader's correction of one slice should be: plain lists of plain masks."""

    def __init__(self) -> None:
        self.states = [(np.zeros(SHAPE, bool), None)]
        self.now = 0
        self.seen = []  # state after each row of the ledger
        self.decided = []  # place of each verdict that stands

    @property
    def mask(self):
        return self.states[self.now][0]

    @property
    def start(self):
        return self.states[self.now][1]

    def do(self, mask, start) -> None:
        self.states[self.now + 1 :] = [(mask.copy(), start)]
        self.move(1)

    def move(self, by) -> None:
        self.now += by
        self.seen.append(self.states[self.now])


class Reviewing(RuleBasedStateMachine):
    """Two readers, two slices, one file, and a program that is ended and started again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "review.sqlite"
        self.models = {(slice_.digest, name): Model() for slice_ in SLICES for name in READERS}
        self.session = ReviewSession(self.opened(), READERS[0])
        self.session.open("0.mat", SLICES[0])

    def opened(self) -> ReviewStore:
        store = ReviewStore(self.path)
        # Nothing here ends in a power cut, and thousands of commits need not wait for a disk.
        with closing(store.database.engine.raw_connection()) as connection:
            connection.execute("PRAGMA synchronous=OFF")
        return store

    def teardown(self) -> None:
        self.session._store.close()
        self.folder.cleanup()

    @property
    def model(self) -> Model:
        return self.models[self.session.current.slice.digest, self.session.reader]

    @rule(row=st.integers(0, 3), column=st.integers(0, 4), value=st.booleans())
    def stroke(self, row, column, value) -> None:
        model, correction = self.model, self.session.current.correction
        begins = model.start is None
        self.session.begin_stroke(Layer.PREDICTION, PREDICTED)
        expected = PREDICTED.copy() if begins else model.mask.copy()
        changes = expected[row, column] != value
        expected[row, column] = correction.mask[row, column] = value
        assert self.session.end_stroke("Stroke", Box(row, row + 1, column, column + 1)) == changes
        if changes:
            model.do(expected, Layer.PREDICTION if begins else model.start)
            assert self.session.redo() is None

    @rule(layer=st.sampled_from([Layer.PREDICTION, Layer.NOTHING]))
    def start(self, layer) -> None:
        mask = PREDICTED if layer == Layer.PREDICTION else np.zeros(SHAPE, bool)
        changes = self.session.start(layer, mask)
        assert changes == (not np.array_equal(mask, self.model.mask) or layer != self.model.start)
        if changes:
            self.model.do(mask, layer)

    @rule()
    def discard(self) -> None:
        if self.session.discard():
            self.model.do(np.zeros(SHAPE, bool), None)

    @rule()
    def undo(self) -> None:
        assert (self.session.undo() is None) == (self.model.now == 0)
        if self.model.now:
            self.model.move(-1)

    @rule()
    def redo(self) -> None:
        model = self.model
        assert (self.session.redo() is None) == (model.now == len(model.states) - 1)
        if model.now < len(model.states) - 1:
            model.move(1)

    @precondition(lambda self: self.model.seen)
    @rule(data=st.data())
    def restore(self, data) -> None:
        model, steps = self.model, self.session.timeline()
        place = data.draw(st.integers(0, len(steps) - 1))
        mask, start = model.seen[place]
        np.testing.assert_array_equal(self.session.mask_at(steps[place].id), mask)
        if self.session.restore(steps[place].id):
            model.do(mask, start)

    @rule(verdict=st.sampled_from([Verdict.REJECTED, Verdict.FLAGGED]))
    def decide(self, verdict) -> None:
        version = self.session.decide(verdict)
        self.model.decided.append((version, self.model.now, self.model.mask.copy()))

    @rule()
    def withdraw(self) -> None:
        assert self.session.withdraw() == bool(self.model.decided)
        if self.model.decided:
            self.model.decided.pop()

    @rule(number=st.integers(0, 1))
    def walk(self, number) -> None:
        self.session.open(f"{number}.mat", SLICES[number])

    @rule(name=st.sampled_from(READERS))
    def change_reader(self, name) -> None:
        self.session.change_reader(name)

    @rule(clean=st.booleans())
    def restart(self, clean) -> None:
        current, reader = self.session.current, self.session.reader
        self.session.close() if clean else self.session._store.close()
        self.session = ReviewSession(self.opened(), reader)
        self.session.open(current.name, current.slice)

    @invariant()
    def the_screen_the_file_and_the_ledger_agree(self) -> None:
        digest, reader = self.session.current.slice.digest, self.session.reader
        np.testing.assert_array_equal(self.session.current.correction.mask, self.model.mask)
        saved = self.session._store.correction(digest, reader)
        if saved is not None:
            np.testing.assert_array_equal(saved.mask, self.model.mask)
            assert saved.start == self.model.start
        assert not any(wrong for *_, wrong in self.session._store.replayed())

    @invariant()
    def every_row_is_in_the_time_line(self) -> None:
        steps = self.session.timeline()
        assert len(steps) == len(self.model.seen)
        assert sum(step.in_effect for step in steps) == self.model.now

    @invariant()
    def versions_that_stand_hold_what_was_decided(self) -> None:
        own = [it for it in self.session.versions() if it.reader == self.session.reader]
        standing = [it for it in own if not it.withdrawn]
        assert [it.id for it in standing] == [it.id for it, *_ in self.model.decided]
        if standing:
            _, _, mask = self.model.decided[-1]
            np.testing.assert_array_equal(self.session.version_mask(standing[-1].id), mask)


Reviewing.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
test_reviewing = Reviewing.TestCase
