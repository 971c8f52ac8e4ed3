"""Assign patient groups: to folds, and to the side on which a training makes its choices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brainseg_gui.core.slices import patient_group


def assign_folds(
    patients: Sequence[str], kinds: Sequence[str], folds: int, seed: int
) -> dict[str, int]:
    """Assign patient groups to folds of about equal slices, each tumour kind for itself.

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
    slices, kind_of = _groups(patients, kinds)
    if len(slices) < folds:
        raise ValueError(f"{len(slices)} patient groups cannot be divided into {folds} folds")

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


def choose_validation(
    patients: Sequence[str], kinds: Sequence[str], share: float, seed: int
) -> frozenset[str]:
    """Choose patient groups of the training side on whom threshold, island and epoch are chosen.

    Parameters
    ----------
    patients, kinds : sequences of str, one entry a slice
    share : float
        Of the slices of each tumour type, from 0 (nobody) to below 1; met as closely as whole
        patients allow.
    seed : int

    Returns
    -------
    frozenset of patient groups; never everybody, and nobody only where `share` is 0.

    Raises
    ------
    ValueError
        If the share is not one, or there are fewer than two patient groups to choose from.
    """
    if not 0 <= share < 1:
        raise ValueError(f"validation share {share} is not from 0 to below 1")
    if share == 0:
        return frozenset()
    slices, kind_of = _groups(patients, kinds)
    if len(slices) < 2:
        raise ValueError("validation patients need at least two patient groups in the training")
    rng = np.random.default_rng((seed, 1))  # not the order in which the folds were assigned
    chosen: list[str] = []
    for kind in sorted(set(kind_of.values())):
        groups = sorted(group for group in slices if kind_of[group] == kind)
        rng.shuffle(groups)
        wanted, taken = share * sum(slices[group] for group in groups), 0
        for group in groups:
            if taken + slices[group] / 2 <= wanted:
                chosen.append(group)
                taken += slices[group]
    if not chosen:
        chosen = [min(slices, key=lambda group: (slices[group], group))]
    if len(chosen) == len(slices):
        chosen.remove(max(slices, key=lambda group: (slices[group], group)))
    return frozenset(chosen)


def _groups(patients: Sequence[str], kinds: Sequence[str]) -> tuple[dict[str, int], dict[str, str]]:
    """Return the number of slices and the tumour type of each patient group."""
    slices: dict[str, int] = {}
    kind_of: dict[str, str] = {}
    for patient, kind in zip(patients, kinds, strict=True):
        group = patient_group(patient)
        slices[group] = slices.get(group, 0) + 1
        kind_of.setdefault(group, kind)
    return slices, kind_of
