"""Split slices so that no person stands on both sides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brainseg_gui.core.slices import patient_group


def deal_folds(
    patients: Sequence[str], kinds: Sequence[str], folds: int, seed: int
) -> dict[str, int]:
    """Deal patient groups into folds of about equal slices, each tumour kind for itself.

    Parameters
    ----------
    patients, kinds : sequences of str, one entry a slice
        Patient id and tumour type; a group takes the type of its first slice.
    folds : int
    seed : int

    Returns
    -------
    dict from patient group to fold number.

    Raises
    ------
    ValueError
        If there are fewer patient groups than folds.
    """
    slices: dict[str, int] = {}
    kind_of: dict[str, str] = {}
    for patient, kind in zip(patients, kinds, strict=True):
        group = patient_group(patient)
        slices[group] = slices.get(group, 0) + 1
        kind_of.setdefault(group, kind)
    if len(slices) < folds:
        raise ValueError(f"{len(slices)} patient groups cannot be dealt into {folds} folds")

    rng = np.random.default_rng(seed)
    fold_of: dict[str, int] = {}
    total = np.zeros(folds)
    for kind in sorted(set(kind_of.values())):
        groups = sorted(group for group in slices if kind_of[group] == kind)
        rng.shuffle(groups)
        of_kind = np.zeros(folds)
        for group in sorted(groups, key=lambda group: -slices[group]):
            fold = int(np.lexsort((total, of_kind))[0])
            fold_of[group] = fold
            of_kind[fold] += slices[group]
            total[fold] += slices[group]
    return fold_of


def refuse_shared_patients(training: Sequence[str], held_out: Sequence[str]) -> None:
    """Raise ValueError naming the patient groups that stand on both sides of a split."""
    shared = {patient_group(p) for p in training} & {patient_group(p) for p in held_out}
    if shared:
        raise ValueError(f"patients on both sides of the split: {', '.join(sorted(shared))}")
