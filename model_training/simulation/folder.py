"""Simulated slices as `.mat` files of a folder."""

from __future__ import annotations

from pathlib import Path

from brainseg_gui.files.atomic import make_folder
from brainseg_gui.files.readers.mat import SUFFIX
from brainseg_gui.files.writers.mat_writer import write_mat
from model_training.simulation.slices import simulate_patients


def write_patients(
    folder: Path,
    patients: int,
    slices_per_patient: int,
    seed: int,
    *,
    size: int = 512,
    overwrite: bool = False,
) -> int:
    """Write 1.mat, 2.mat, ... and return how many there are.

    Parameters
    ----------
    folder : Path
        Made where missing.
    patients, slices_per_patient, seed, size
        As in `simulate_patients`: the same ones write the same slices.
    overwrite : bool
        Whether files of the same names are replaced.

    Raises
    ------
    FileExistsError
        If one of the files is there already; nothing is written then.
    WriteError
        If the folder cannot take the files.
    ValueError
        If a slice would be under 64 pixels wide.
    """
    total = patients * slices_per_patient
    make_folder(folder)
    targets = (folder / f"{number}{SUFFIX}" for number in range(1, total + 1))
    taken = [] if overwrite else [path for path in targets if path.exists()]
    if taken:
        raise FileExistsError(f"{taken[0]} exists")
    for name, slice_ in simulate_patients(patients, slices_per_patient, seed, size=size):
        write_mat(folder / f"{name}{SUFFIX}", slice_)
    return total
