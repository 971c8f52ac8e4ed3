"""Where a reader starts from: predictions on slices that their network was not trained on.

A network knows its training slices by heart. A corrector that was shown such predictions would
learn to mend mistakes that nobody will meet.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PATTERN = "probability_*.npz"


@dataclass(frozen=True, eq=False)
class Starts:
    """Out-of-fold predictions of the slices of a source.

    Attributes
    ----------
    probability : (K, P, P) uint8
        Of the whole slice, 255 is 1.
    place : (N,) int
        Which of them is of a slice; -1 where none is.
    """

    probability: np.ndarray
    place: np.ndarray

    def of(self, index: int) -> np.ndarray | None:
        """Return the (P, P) uint8 probability of a slice, None where it is not known."""
        place = self.place[index]
        return None if place < 0 else self.probability[place]


def no_starts(count: int) -> Starts:
    """Return the starts of slices of which no prediction is known."""
    return Starts(np.zeros((0, 1, 1), np.uint8), np.full(count, -1))


def load_starts(folder: Path, names: list[str]) -> Starts:
    """Read the predictions of slices by the numbers that their files are called by.

    Parameters
    ----------
    folder : Path
        With `probability_K.npz`: `n` (M,) and `probability` (M, P, P) uint8.
    names : list of str
        Of the slices, as in a source.

    Raises
    ------
    ValueError
        If there is no such file, or one is damaged.
    """
    numbers, answers = [], []
    for path in sorted(folder.glob(PATTERN)):
        try:
            with path.open("rb") as file, np.load(file) as stored:
                numbers.append(np.asarray(stored["n"], np.int64))
                answers.append(np.asarray(stored["probability"], np.uint8))
        except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} is no file of out-of-fold predictions") from error
    if not numbers:
        raise ValueError(f"{folder} holds no {PATTERN}")
    places = {int(n): place for place, n in enumerate(np.concatenate(numbers))}
    stems = [Path(name).stem for name in names]
    found = [places.get(int(stem), -1) if stem.isdecimal() else -1 for stem in stems]
    return Starts(np.concatenate(answers), np.array(found, np.int64))
