"""What a reader may do next: each operation says what it does and what must come of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.stroke import draw_line
from brainseg_gui.review.values.verdict import Remarks, Verdict
from tests.endurance.kill_model import READERS, Model, State, VersionRow

if TYPE_CHECKING:
    from tests.endurance.kill_child import Program


class Operation:
    """Something a reader does."""

    def do(self, program: Program) -> None:
        """Do it in the real program."""
        raise NotImplementedError

    def expect(self, model: Model) -> None:
        """Say what must come of it."""

    def between(self, model: Model) -> list[Model]:
        """Return what else a program that is killed meanwhile may leave."""
        return []


@dataclass(frozen=True)
class Begin(Operation):
    """Start the program."""

    reader: str = READERS[0]

    def do(self, program: Program) -> None:
        program.begin(self.reader)

    def expect(self, model: Model) -> None:
        model.marked = len(model.ledger)
        model.begin(self.reader)


@dataclass(frozen=True)
class Restart(Operation):
    """End it as it should be, and start it again."""

    reader: str

    def do(self, program: Program) -> None:
        program.end()
        program.begin(self.reader)

    def expect(self, model: Model) -> None:
        Begin(self.reader).expect(model)

    def between(self, model: Model) -> list[Model]:
        ended = model.copy()
        ended.marked = None
        return [ended]


@dataclass(frozen=True)
class Walk(Operation):
    """Go to another slice, which is read from its file."""

    to: int

    def do(self, program: Program) -> None:
        program.walk(self.to)

    def expect(self, model: Model) -> None:
        model.at = self.to


@dataclass(frozen=True)
class ChangeReader(Operation):
    """Go on as somebody else."""

    to: str

    def do(self, program: Program) -> None:
        program.session.change_reader(self.to)

    def expect(self, model: Model) -> None:
        model.reader = self.to


@dataclass(frozen=True)
class Stroke(Operation):
    """Paint or erase from point to point."""

    points: tuple[tuple[float, float], ...]
    diameter: float
    value: bool
    layer: str  # to begin from, where nothing has begun

    def do(self, program: Program) -> None:
        session = program.session
        session.begin_stroke(Layer(self.layer), program.layer(self.layer))
        assert session.current is not None
        session.end_stroke("Stroke", self._draw(session.current.correction.mask))

    def expect(self, model: Model) -> None:
        mask, start = model.mask, model.state.start
        layer = model.layer(self.layer) if start is None else None
        mask = mask if layer is None else layer.copy()
        begun = mask.copy()
        self._draw(mask)
        if not np.array_equal(mask, begun):
            model.step("edit", State.of(mask, start or self.layer))

    def _draw(self, mask: np.ndarray) -> Box | None:
        touched: Box | None = None
        for start, end in zip((self.points[0], *self.points), self.points, strict=False):
            box = draw_line(mask, start, end, self.diameter, self.value)
            touched = touched.joined_with(box) if touched and box else touched or box
        return touched


@dataclass(frozen=True)
class Undo(Operation):
    """Take a step back."""

    def do(self, program: Program) -> None:
        program.session.undo()

    def expect(self, model: Model) -> None:
        if len(model.track.done) > 1:
            model.track.undone.append(model.track.done.pop())
            model.note("undo")


@dataclass(frozen=True)
class Redo(Operation):
    """Repeat a step taken back."""

    def do(self, program: Program) -> None:
        program.session.redo()

    def expect(self, model: Model) -> None:
        if model.track.undone:
            model.track.done.append(model.track.undone.pop())
            model.note("redo")


@dataclass(frozen=True)
class Start(Operation):
    """Begin from a layer."""

    layer: str

    def do(self, program: Program) -> None:
        program.session.start(Layer(self.layer), program.layer(self.layer))

    def expect(self, model: Model) -> None:
        layer = model.layer(self.layer)
        mask = np.zeros(model.sheet.slice.shape, bool) if layer is None else layer
        model.step("start", State.of(mask, self.layer))


@dataclass(frozen=True)
class Discard(Operation):
    """Take the correction away."""

    def do(self, program: Program) -> None:
        program.session.discard()

    def expect(self, model: Model) -> None:
        empty = np.zeros(model.sheet.slice.shape, bool)
        model.step("discard", State.of(empty, None))


@dataclass(frozen=True)
class Restore(Operation):
    """Make the mask what it was after a row of its time line."""

    place: int

    def do(self, program: Program) -> None:
        session = program.session
        session.restore(session.timeline()[self.place].id)

    def expect(self, model: Model) -> None:
        model.step("restore", model.rows()[self.place].state)


@dataclass(frozen=True)
class Predict(Operation):
    """Let a network say something about the slice on the screen."""

    def do(self, program: Program) -> None:
        program.predict()

    def expect(self, model: Model) -> None:
        model.predicted.add(model.at)


@dataclass(frozen=True)
class Decide(Operation):
    """Give a verdict."""

    verdict: Verdict
    comment: str

    def do(self, program: Program) -> None:
        program.session.decide(self.verdict, Remarks(self.comment))

    def expect(self, model: Model) -> None:
        verdict, bits = self.verdict, model.state.bits
        predicted = np.packbits(model.sheet.predicted).tobytes()
        if model.state.start is not None:
            as_predicted = model.at in model.predicted and bits == predicted
            if verdict is Verdict.ACCEPTED and not as_predicted:
                verdict = Verdict.CORRECTED
        elif model.at in model.predicted:
            bits = predicted
        model.versions.append(VersionRow(model.at, model.reader, verdict.value, self.comment, bits))


@dataclass(frozen=True)
class Withdraw(Operation):
    """Take the last verdict back."""

    def do(self, program: Program) -> None:
        program.session.withdraw()

    def expect(self, model: Model) -> None:
        for version in reversed(model.versions):
            own = (version.sheet, version.reader) == (model.at, model.reader)
            if own and version.stands:
                version.stands = False
                return


@dataclass(frozen=True)
class Save(Operation):
    """Write what is not on the disk yet: nothing, where the disk takes everything."""

    def do(self, program: Program) -> None:
        program.session.save_all()


EDITS = {Stroke: 50, Undo: 14, Redo: 8, Start: 5, Discard: 3}
REST = {Restore: 4, Decide: 7, Withdraw: 3, Predict: 5, Walk: 10, ChangeReader: 3}
PROGRAM = {Save: 1, Restart: 1}
ALL = EDITS | REST | PROGRAM


def next_operation(
    rng: random.Random, model: Model, weights: dict[type[Operation], int] = ALL
) -> Operation:
    """Return what the reader does next; the same for the same numbers and model."""
    (kind,) = rng.choices(list(weights), list(weights.values()))
    if kind is Stroke:
        return _stroke(rng, model)
    if kind is Start:
        layers = ["reference", "nothing"] + ["prediction"] * (model.at in model.predicted)
        return Start(rng.choice(layers))
    if kind is Restore:
        rows = len(model.rows())
        return Restore(rng.randrange(rows)) if rows else Save()
    if kind is Walk:
        return Walk(rng.randrange(len(model.sheets)))
    if kind is ChangeReader:
        return ChangeReader(rng.choice(READERS))
    if kind is Decide:
        return Decide(rng.choice(_verdicts(model)), f"number {len(model.versions)}")
    return Restart(model.reader) if kind is Restart else kind()


def _stroke(rng: random.Random, model: Model) -> Stroke:
    height, width = model.sheet.slice.shape
    points = tuple(
        (rng.uniform(-5, height + 5), rng.uniform(-5, width + 5)) for _ in range(rng.randint(1, 6))
    )
    layer = "prediction" if model.at in model.predicted else "nothing"
    return Stroke(points, rng.choice([1, 5, 16, 40]), rng.random() < 0.7, layer)


def _verdicts(model: Model) -> Sequence[Verdict]:
    corrected = model.state.start is not None
    return (
        [Verdict.REJECTED, Verdict.FLAGGED]
        + [Verdict.ACCEPTED] * (corrected or model.at in model.predicted)
        + [Verdict.CORRECTED] * corrected
    )
