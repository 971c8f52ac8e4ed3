"""Read thousands of damaged zip, NIfTI, DICOM and picture files, as `mutate_files` does of MATLAB.

usage: python -m tests.endurance.mutate_volumes [COUNT [SEED]]

COUNT is of each format. Each file is listed, and its first and last slice read, in a process that
ends where a file ends it; what hangs, takes a gigabyte, or is told by anything but a sentence, is
counted, and the exit status is then 1.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import tifffile
from PIL import Image
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from brainseg_gui.files import here
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.wishes import Plane, Wishes
from tests.endurance.mutate_files import HUGE_KB, end_after, mutated, outcomes
from tests.mat_factory import fields_of, write_v5, write_v73
from tests.volume_files.dicom import data_set, enhanced, picture, write_dicom, write_directory
from tests.volume_files.nifti import label, volume, write_nifti
from tests.volume_files.zips import write_zip

BATCH = 200
MODULE = "tests.endurance.mutate_volumes"
Sources = dict[str, list[tuple[str, bytes]]]  # by format: the end of the name, and a good file


def main(count: int = 2000, seed: int = 0) -> int:
    """Make the files, read them, and print the counts."""
    chance, bad = random.Random(seed), set[str]()
    with tempfile.TemporaryDirectory() as folder:
        for name, files in sources(Path(folder)).items():
            found: Counter[str] = Counter()
            for start in range(0, count, BATCH):
                batch = Path(folder) / f"{name}_{start}"
                batch.mkdir()
                for number in range(start, min(start + BATCH, count)):
                    write_mutated(batch, number, files, chance)
                found.update(kind for _, kind in outcomes(batch, MODULE))
            print(f"{name}: {dict(sorted(found.items()))}", flush=True)
            bad |= found.keys() - {"slice", "sentence"}
    return 1 if bad else 0


def write_mutated(
    folder: Path, number: int, files: list[tuple[str, bytes]], chance: random.Random
) -> Path:
    """Write one damaged file."""
    suffix, content = chance.choice(files)
    path = folder / f"{number:06}{suffix}"
    path.write_bytes(mutated(content, chance, first=0))
    return path


def sources(folder: Path) -> Sources:
    """Return good files of each format, made in a folder."""
    return {
        "zip": _zips(folder),
        "nifti": _niftis(folder),
        "dicom": _dicoms(folder),
        **{name: _pictures(folder, name) for name in ("png", "jpg", "tif")},
    }


def _zips(folder: Path) -> list[tuple[str, bytes]]:
    write_v5(folder / "1.mat", fields_of((12, 16)))
    write_v73(folder / "2.mat", fields_of((12, 16)))
    contents = {f"{n}.mat": (folder / f"{n}.mat").read_bytes() for n in (1, 2)}
    one = write_zip(folder / "one.zip", {"1.mat": contents["1.mat"]})
    both = write_zip(folder / "both.zip", contents)
    packed = [*_niftis(folder)[:3], *_dicoms(folder)[:2]]
    packed += [_pictures(folder, suffix)[-1] for suffix in ("png", "jpg", "tif")]
    others = write_zip(folder / "others.zip", {f"{n}{it[0]}": it[1] for n, it in enumerate(packed)})
    return [(".zip", path.read_bytes()) for path in (one, both, others, others)]


def _niftis(folder: Path) -> list[tuple[str, bytes]]:
    plain = write_nifti(folder / "a.nii", volume((8, 9, 5)))
    packed = write_nifti(folder / "a.nii.gz", volume((8, 9, 5)), "PSL")
    second = folder / "b.nii"
    image = nib.Nifti2Image(volume((8, 9, 5)).astype(np.float32), np.diag([1, 1, 4, 1.0]))
    nib.save(image, second)
    labels = write_nifti(folder / "c.nii.gz", label())
    files = [(plain, ".nii"), (plain, ".nii"), (packed, ".nii.gz"), (second, ".nii")]
    return [(suffix, path.read_bytes()) for path, suffix in (*files, (labels, ".nii.gz"))]


def _dicoms(folder: Path) -> list[tuple[str, bytes]]:
    made = [data_set(picture()), enhanced(np.stack([picture(1), picture(2)]))]
    for syntax in (JPEG2000Lossless, JPEGLSLossless, RLELossless):
        packed = data_set(picture(1, (64, 80)))
        packed.compress(syntax)
        made.append(packed)
    paths = [write_dicom(folder / f"{n}.dcm", it) for n, it in enumerate(made)]
    paths.append(write_directory(folder / "DICOMDIR", [["A", "B"], ["C"]]))
    return [(".dcm", path.read_bytes()) for path in paths]


def _pictures(folder: Path, suffix: str) -> list[tuple[str, bytes]]:
    grey = np.random.default_rng(0).integers(0, 256, (24, 32)).astype(np.uint8)
    deep = grey.astype(np.uint16) * 200
    made: list[tuple[np.ndarray, dict[str, Any]]] = [(grey, {}), (np.dstack([grey] * 3), {})]
    if suffix != "jpg":
        made.append((deep, {}))
    if suffix == "jpg":
        made.append((grey, {"progressive": True}))
    if suffix == "tif":
        made += [(deep, {"compression": it}) for it in ("tiff_lzw", "tiff_deflate", "packbits")]
        made.append((grey, {"compression": "jpeg"}))
    paths = [folder / f"{number}.{suffix}" for number in range(len(made))]
    for path, (values, options) in zip(paths, made, strict=True):
        Image.fromarray(values).save(path, **options)
    if suffix == "tif":
        paths.append(folder / "pages.tif")
        tifffile.imwrite(paths[-1], np.stack([deep] * 3), photometric="minisblack")
    return [(f".{suffix}", path.read_bytes()) for path in paths]


def _read(folder: Path, names: list[str]) -> None:
    for name in names:
        end_after(20)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        kind = _outcome(folder / name)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print("memory" if grown > HUGE_KB else kind, flush=True)


def _outcome(path: Path) -> str:
    """Return what came of a file that is listed, cut in two planes, and read."""
    kinds = set()
    try:
        members = here.read_listing(path).names
        across = here.read_listing(path, Wishes(Plane.SAGITTAL)).names
        for member in {*members[:1], *members[-1:], *across[:1]}:
            for read in (here.read_info, here.read_slice, here.read_geometry):
                try:
                    read(path / member if member else path)
                    kinds.add("slice")
                except SliceError:
                    kinds.add("sentence")
    except SliceError:
        return "sentence"
    except Exception as error:
        return f"traceback {type(error).__name__}"
    return "slice" if "slice" in kinds else "sentence"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        warnings.simplefilter("ignore")
        _read(Path(sys.argv[2]), sys.argv[3:])
    else:
        sys.exit(main(*map(int, sys.argv[1:])))
