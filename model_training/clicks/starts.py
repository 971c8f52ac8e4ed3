"""Where a reader starts from: predictions on slices that their network was not trained on.

A network knows its training slices by heart. A corrector that was shown such predictions would
learn to mend mistakes that nobody will meet.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brainseg_gui.files.atomic import make_folder, write_atomically

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
    """Read the predictions of slices by their names, or by the numbers their files are called by.

    Parameters
    ----------
    folder : Path
        With `probability_K.npz`: `probability` (M, P, P) uint8, and `names` (M,) as in the source
        or `n` (M,).
    names : list of str
        Of the slices, as in a source.

    Raises
    ------
    ValueError
        If there is no such file, or one is damaged.
    """
    keys, answers = list[str](), []
    for path in sorted(folder.glob(PATTERN)):
        try:
            with path.open("rb") as file, np.load(file) as stored:
                own = stored["names" if "names" in stored else "n"]
                answers.append(np.asarray(stored["probability"], np.uint8))
                keys += [str(key) for key in own.tolist()]
        except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} is no file of out-of-fold predictions") from error
    if not answers:
        raise ValueError(f"{folder} holds no {PATTERN}")
    places = {key: place for place, key in enumerate(keys)}
    found = [places.get(name, places.get(Path(name).stem, -1)) for name in names]
    return Starts(np.concatenate(answers), np.array(found, np.int64))


def save_starts(folder: Path, fold: int, names: list[str], probability: np.ndarray) -> None:
    """Write the (M, P, P) uint8 predictions of a fold's slices; WriteError if that fails."""
    content = io.BytesIO()
    np.savez_compressed(content, names=np.array(names), probability=probability)
    make_folder(folder)
    write_atomically(folder / PATTERN.replace("*", str(fold)), content.getvalue())
