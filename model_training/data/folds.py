"""Split slices so that no person stands on both sides, and keep the split with the run."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui.core.slices import patient_group
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.readers import author_folds
from model_training.data.assignment import assign_folds, choose_validation
from model_training.data.sources import Source

FOLDS = "folds.json"
KINDS = ("patient", "authors", "record")
RECORD_NOTE = (
    "record-wise split: slices of one patient stand on both sides, which flatters the number; "
    "for comparison with the literature only"
)


@dataclass(frozen=True)
class Folds:
    """Which fold each slice belongs to.

    Attributes
    ----------
    kind : str
        `patient` and `authors` keep a patient group together, `record` does not.
    seed : int
    fold_of : mapping from patient group to fold; of a record-wise split, from slice name
    note : str
        What must be printed with every number measured by this split; empty if nothing.

    Raises
    ------
    ValueError
        If a patient group stands in two folds of a split by patients; it names the group.
    """

    kind: str
    seed: int
    fold_of: Mapping[str, int]
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a split is {' or '.join(KINDS)}, found {self.kind}")
        if not self.fold_of:
            raise ValueError("a split without a single patient")
        if self.kind != "record":
            _refuse_divided(self.fold_of)

    @property
    def count(self) -> int:
        """Return how many folds there are."""
        return max(self.fold_of.values()) + 1

    def of(self, names: Sequence[str], patients: Sequence[str]) -> np.ndarray:
        """Return the (N,) int fold of each slice; a ValueError names what the split lacks."""
        keys = names if self.kind == "record" else [patient_group(p) for p in patients]
        if missing := sorted(set(keys) - self.fold_of.keys()):
            raise ValueError(
                f"the split knows nothing of {_some(missing)}: it was made for other data"
            )
        return np.array([self.fold_of[key] for key in keys], np.int64)

    def sides(self, source: Source, held_out_fold: int) -> tuple[Source, Source]:
        """Return training and held-out slices.

        Raises
        ------
        ValueError
            If a patient group stands on both sides of a split that is not record-wise, or a
            side is empty.
        """
        held_out = self.of(source.names, source.patients) == held_out_fold
        if held_out.all() or not held_out.any():
            side = "training" if held_out.all() else f"fold {held_out_fold}"
            raise ValueError(f"no slice is left for {side}")
        training, measured = source.take(~held_out), source.take(held_out)
        if self.kind != "record":
            refuse_shared_patients(training.patients, measured.patients)
        return training, measured

    def keep_held_out(self, source: Source, fold: int, share: float) -> Folds:
        """Return folds of which `fold` has only a share of its slices, by whole patients.

        The others move to the next fold, so that who asks these folds who was trained on hears
        the truth.

        Raises
        ------
        ValueError
            If the split is record-wise, or the fold has fewer than two patient groups.
        """
        if self.kind == "record":
            raise ValueError("held_out_share needs a split by patient")
        if list(self.fold_of.values()).count(fold) < 2:
            raise ValueError(f"fold {fold} is one patient group: no share of it can be held out")
        _, held_out = self.sides(source, fold)
        stay = choose_validation(held_out.patients, held_out.kinds, share, self.seed)
        leave = {key for key, its in self.fold_of.items() if its == fold} - stay
        moved = dict.fromkeys(leave, (fold + 1) % self.count)
        return replace(self, fold_of={**self.fold_of, **moved})

    def save(self, path: Path) -> None:
        """Write the folds as JSON; WriteError if that fails."""
        content = {
            "kind": self.kind,
            "seed": self.seed,
            "fold_of": dict(self.fold_of),
            "note": self.note,
        }
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        write_atomically(path, text.encode())

    @classmethod
    def load(cls, path: Path) -> Folds:
        """Read folds; a file that is none, or divides a patient group, is a ValueError."""
        try:
            return cls(**_checked(json.loads(path.read_text(encoding="utf-8"))))
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}: {error}") from error


def make_folds(split: str, source: Source, folds: int, seed: int) -> Folds:
    """Divide a source.

    Parameters
    ----------
    split : str
        `patient`: patient groups assigned at random, each tumour type for itself. `authors`: the
        data set's own folds, in which a group that stands in several is brought together.
        `record`: slices assigned one by one, as much of the literature does.
    source : Source
    folds, seed : int

    Raises
    ------
    ValueError
        If a slice names no patient, there are too few patients, or the authors' folds are
        not known or not `folds` in number.
    """
    if split == "record":
        return _record_folds(source, folds, seed)
    if nameless := [entry.name for entry in source if not entry.patient]:
        raise ValueError(f"a split by patient needs patients, and {_some(nameless)} names none")
    if split == "authors":
        return _authors_folds(source, folds, seed)
    return Folds(split, seed, assign_folds(source.patients, source.kinds, folds, seed))


def folds_of_run(
    run: Path,
    split: str,
    source: Source,
    folds: int,
    seed: int,
    held_out: tuple[int, float] | None = None,
) -> Folds:
    """Return the folds stored in a run folder, checked against the data; a new run stores them.

    Parameters
    ----------
    run : Path
    split, source, folds, seed
        As in `make_folds`.
    held_out : (int, float) or None
        A fold of which only a share is to stay, see `Folds.keep_held_out`.

    Raises
    ------
    ValueError
        If the stored folds are damaged, are of another split, or do not know a slice.
    """
    path = run / FOLDS
    if not path.exists():
        new = make_folds(split, source, folds, seed)
        if held_out is not None:
            new = new.keep_held_out(source, *held_out)
        new.save(path)
        return new
    stored = Folds.load(path)
    if (stored.kind, stored.count, stored.seed) != (split, folds, seed):
        raise ValueError(
            f"{path} holds {stored.count} folds by {stored.kind} (seed {stored.seed}), the recipe "
            f"asks for {folds} by {split} (seed {seed}); choose another run folder"
        )
    try:
        stored.of(source.names, source.patients)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return stored


def refuse_shared_patients(training: Sequence[str], held_out: Sequence[str]) -> None:
    """Raise ValueError naming the patient groups that stand on both sides of a split."""
    shared = {patient_group(p) for p in training} & {patient_group(p) for p in held_out}
    if shared:
        raise ValueError(f"patients on both sides of the split: {', '.join(sorted(shared))}")


def _record_folds(source: Source, folds: int, seed: int) -> Folds:
    if len(source) < folds:
        raise ValueError(f"{len(source)} slices cannot be divided into {folds} folds")
    order = np.random.default_rng(seed).permutation(sorted(source.names)).tolist()
    fold_of = {name: place % folds for place, name in enumerate(order)}
    return Folds("record", seed, fold_of, RECORD_NOTE)


def _authors_folds(source: Source, folds: int, seed: int) -> Folds:
    """Take the data set's folds; a group in several goes where most of its slices are."""
    slices_in: dict[str, Counter[int]] = defaultdict(Counter)
    for entry in source:
        if entry.author_fold is None:
            raise ValueError(
                f"{entry.name} has no fold of the authors; {author_folds.NAME} or the column "
                "author_fold of index.csv would say it"
            )
        slices_in[patient_group(entry.patient)][entry.author_fold - 1] += 1
    fold_of = {
        group: min(counts, key=lambda fold: (-counts[fold], fold))
        for group, counts in slices_in.items()
    }
    if (found := max(fold_of.values()) + 1) != folds:
        raise ValueError(f"the authors made {found} folds, the recipe asks for {folds}")
    divided = sorted(group for group, counts in slices_in.items() if len(counts) > 1)
    note = ""
    if divided:
        note = (
            f"the authors' folds, but {len(divided)} patient groups that stood in several were "
            f"brought together in the one with most of their slices: {', '.join(divided)}"
        )
    return Folds("authors", seed, fold_of, note)


def _refuse_divided(fold_of: Mapping[str, int]) -> None:
    """Refuse keys of one person (`MR049453`, `MR049453B`) with different folds."""
    folds: dict[str, set[int]] = defaultdict(set)
    for key, fold in fold_of.items():
        folds[patient_group(key)].add(fold)
    if divided := sorted(group for group, numbers in folds.items() if len(numbers) > 1):
        raise ValueError(f"patients on both sides of the split: {', '.join(divided)}")
    if scans := sorted(key for key in fold_of if key != patient_group(key)):
        raise ValueError(
            f"{_some(scans)} is one scan; a fold is given to {patient_group(scans[0])}"
        )


def _checked(content: Any) -> dict[str, Any]:
    """Return the content of a folds file, or say what is wrong with it."""
    if not isinstance(content, dict) or not {"kind", "seed", "fold_of"} <= content.keys():
        raise ValueError("not a split: kind, seed and fold_of are needed")
    if unknown := content.keys() - {"kind", "seed", "fold_of", "note"}:
        raise ValueError(f"unknown setting {', '.join(sorted(unknown))}")
    folds = content["fold_of"]
    if not isinstance(folds, dict):
        raise ValueError("fold_of must give a fold to each patient")
    for key, fold in folds.items():
        if not isinstance(fold, int) or isinstance(fold, bool) or fold < 0:
            raise ValueError(f"the fold of {key} must be a whole number from 0, found {fold!r}")
    return content


def _some(names: Sequence[str]) -> str:
    """Return the first three of some names."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
