"""Write the same slices in both layouts: `.mat` files, and images/ masks/ index.csv."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
from PIL import Image

from brainseg_gui.core.slices import Slice, Tumour, patient_group
from brainseg_gui.files.writers.mat_writer import write_mat

COLUMNS = [
    *("n", "pid", "patient_group", "label", "tumour"),
    *("author_fold", "height", "width", "tumour_px"),
]


def make_slice(
    seed: int = 0,
    shape: tuple[int, int] = (40, 48),
    patient: str = "100360",
    tumour: Tumour = Tumour.GLIOMA,
) -> Slice:
    """Return a slice of smooth grey blobs, which JPEG keeps well, with a box for a tumour."""
    height, width = shape
    rows, columns = np.mgrid[:height, :width]
    wave = np.random.default_rng(seed).uniform(0.05, 0.2, 2)
    pixels = np.rint(120 + 60 * np.sin(wave[0] * rows) + 60 * np.cos(wave[1] * columns))
    pixels[0, 0], pixels[-1, -1] = 0, 255
    mask = np.zeros(shape, bool)
    mask[10:20, 12:30] = True
    border = np.array([[9.5, 11.5], [9.5, 29.5], [19.5, 29.5], [19.5, 11.5]])
    return Slice(pixels.astype(np.float32), mask, border, patient, tumour)


def write_mats(folder: Path, slices: dict[str, Slice]) -> Path:
    """Write `N.mat` files with intensities scaled as a scanner might; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, slice_ in slices.items():
        pixels = slice_.pixels * 7 + 100
        kept = Slice(pixels, slice_.reference, slice_.border, slice_.patient, slice_.tumour)
        write_mat(folder / f"{number}.mat", kept)
    return folder


def write_pictures(folder: Path, slices: dict[str, Slice], suffix: str = ".jpg") -> Path:
    """Write `images/ masks/ index.csv borders.json`; return the folder."""
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    rows, borders = [], {}
    for number, slice_ in slices.items():
        image = Image.fromarray(slice_.pixels.astype(np.uint8))
        image.save(folder / "images" / f"{number}{suffix}")
        if slice_.reference is not None:
            mask = Image.fromarray(slice_.reference.astype(np.uint8) * np.uint8(255))
            mask.save(folder / "masks" / f"{number}.png")
        if slice_.border is not None:
            borders[number] = (slice_.border[:, ::-1] + 1).ravel().tolist()
        rows.append(_row(number, slice_))
    with open(folder / "index.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    (folder / "borders.json").write_text(json.dumps(borders), encoding="utf-8")
    return folder


def _row(number: str, slice_: Slice) -> dict[str, object]:
    assert slice_.tumour is not None
    return {
        "n": number,
        "pid": slice_.patient,
        "patient_group": patient_group(slice_.patient),
        "label": slice_.tumour.value,
        "tumour": slice_.tumour.text,
        "author_fold": 1 + int(number) % 5,
        "height": slice_.shape[0],
        "width": slice_.shape[1],
        "tumour_px": 0 if slice_.reference is None else int(slice_.reference.sum()),
    }
