"""What a review must hold, as plain lists of plain masks: no database, no session."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers.mat_writer import write_mat

READERS = ("Ada", "Bob")
SHAPES = ((512, 512), (181, 217), (256, 256), (300, 512))


@dataclass(frozen=True)
class Sheet:
    """A slice on the disk, with what a network will say about it."""

    path: Path
    slice: Slice
    predicted: np.ndarray


@dataclass(frozen=True)
class State:
    """A correction: its pixels as bits, and the layer that it started from."""

    bits: bytes
    start: str | None

    @classmethod
    def of(cls, mask: np.ndarray, start: str | None) -> State:
        """Return the state of an (H, W) bool mask."""
        return cls(np.packbits(mask).tobytes(), start)


@dataclass(frozen=True)
class LedgerRow:
    """One row of the ledger, with what it leads to."""

    sheet: int
    reader: str
    kind: str
    state: State


@dataclass
class VersionRow:
    """One verdict."""

    sheet: int
    reader: str
    verdict: str
    comment: str
    bits: bytes
    stands: bool = True


@dataclass
class Track:
    """The steps in effect on one slice by one reader, the untouched slice first, and those not."""

    done: list[State]
    undone: list[State] = field(default_factory=list)


class Model:
    """The whole review, and where its reader is."""

    def __init__(self, sheets: tuple[Sheet, ...]) -> None:
        self.sheets = sheets
        self.tracks: dict[tuple[int, str], Track] = {
            (number, reader): Track([State.of(np.zeros(sheet.slice.shape, bool), None)])
            for number, sheet in enumerate(sheets)
            for reader in READERS
        }
        self.ledger: list[LedgerRow] = []
        self.versions: list[VersionRow] = []
        self.marked: int | None = None  # rows of the ledger when the program began
        self.begin(READERS[0])

    def copy(self) -> Model:
        """Return a model that goes its own way."""
        other = copy.copy(self)
        other.tracks = {
            key: Track(list(it.done), list(it.undone)) for key, it in self.tracks.items()
        }
        other.ledger = list(self.ledger)
        other.versions = [copy.copy(version) for version in self.versions]
        other.predicted = set(self.predicted)
        return other

    def begin(self, reader: str) -> None:
        """Start the program; what a network said is to be said again."""
        self.at, self.reader = 0, reader
        self.predicted: set[int] = set()

    @property
    def sheet(self) -> Sheet:
        """Return the slice on the screen."""
        return self.sheets[self.at]

    @property
    def track(self) -> Track:
        """Return its correction by the present reader."""
        return self.tracks[self.at, self.reader]

    @property
    def state(self) -> State:
        """Return what is on the screen."""
        return self.track.done[-1]

    @property
    def mask(self) -> np.ndarray:
        """Return a copy of what is on the screen, (H, W) bool."""
        shape = self.sheet.slice.shape
        bits = np.frombuffer(self.state.bits, np.uint8)
        return np.unpackbits(bits, count=shape[0] * shape[1]).astype(bool).reshape(shape)

    def rows(self) -> list[LedgerRow]:
        """Return the ledger of the slice on the screen and its reader."""
        return [row for row in self.ledger if (row.sheet, row.reader) == (self.at, self.reader)]

    def step(self, kind: str, state: State) -> None:
        """Add a step, unless it changes nothing."""
        if state != self.state:
            self.track.done.append(state)
            self.track.undone.clear()
            self.note(kind)

    def note(self, kind: str) -> None:
        """Add a row to the ledger: what was done led to what is on the screen."""
        self.ledger.append(LedgerRow(self.at, self.reader, kind, self.state))

    def layer(self, name: str) -> np.ndarray | None:
        """Return the mask of a layer of the slice on the screen."""
        return {"reference": self.sheet.slice.reference, "prediction": self.sheet.predicted}.get(
            name
        )


def make_sheets(folder: Path, *, noise: bool = False) -> tuple[Sheet, ...]:
    """Write the slices; `noise` is the last one's reference, for rows that fill a ledger."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number, shape in enumerate(SHAPES):
        reference = np.zeros(shape, bool)
        reference[shape[0] // 3 : shape[0] // 2, shape[1] // 4 : shape[1] // 2] = True
        if noise and number == len(SHAPES) - 1:
            reference = rng.random(shape) < 0.5
        pixels = rng.integers(0, 900, shape).astype(np.float32)
        slice_ = Slice(pixels, reference, patient=str(100 + number))
        write_mat(folder / f"{number}.mat", slice_)
    sheets = []
    for number in range(len(SHAPES)):
        path = folder / f"{number}.mat"
        slice_ = read_slice(path)
        assert slice_.reference is not None
        sheets.append(Sheet(path, slice_, np.roll(slice_.reference, (5, 3), axis=(0, 1))))
    return tuple(sheets)
