"""Write `.mat` files field by field, right and wrong ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import scipy.io

from brainseg_gui.core.image.orientation import Turn, turned_back

HEADER = b"MATLAB 7.3 MAT-file, Platform: PCWIN64, Created on: Mon Jan 01 00:00:00 2015".ljust(116)
SHAPE = (48, 64)


def fields_of(shape: tuple[int, int] = SHAPE, patient: str = "100360") -> dict[str, Any]:
    """Return the five fields of a slice with a light, lying ellipse in a head, as MATLAB shows it.

    The ellipse is wider than high, so that a transposed mask is told from an upright one.
    """
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    height, width = shape
    head = np.hypot((rows / height - 0.5) / 0.45, (columns / width - 0.5) / 0.45) < 1
    centre, radii = (0.4 * height, 0.6 * width), (0.08 * height, 0.16 * width)
    tumour = np.hypot((rows - centre[0]) / radii[0], (columns - centre[1]) / radii[1]) < 1
    angles = np.linspace(0, 2 * np.pi, 60)
    noise = np.random.default_rng(0).integers(0, 60, shape)
    outline_x = centre[1] + radii[1] * np.cos(angles) + 1
    outline_y = centre[0] + radii[0] * np.sin(angles) + 1
    return {
        "image": (head * (400 + noise) + tumour * 500).astype(np.int16),
        "tumorMask": tumour.astype(np.uint8),
        "tumorBorder": np.column_stack([outline_x, outline_y]).reshape(-1, 1),
        "label": np.array([[2.0]]),
        "PID": np.array([[ord(letter) for letter in patient]], np.uint16),
    }


def lying(fields: dict[str, Any], turn: Turn) -> dict[str, Any]:
    """Return the fields with an image and a mask that must be turned so for the border to fit."""
    return fields | {name: turned_back(fields[name], turn) for name in ("image", "tumorMask")}


def write_v73(path: Path, fields: dict[str, Any], group: str = "cjdata") -> Path:
    """Write the fields, given as MATLAB shows them, into HDF5 behind MATLAB's header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w", userblock_size=512) as file:
        struct = file.create_group(group)
        for name, value in fields.items():
            struct.create_dataset(name, data=np.asarray(value).T)
    with open(path, "r+b") as raw:
        raw.write(HEADER + bytes(8) + b"\x00\x02IM")
    return path


def write_matlab(path: Path, fields: dict[str, Any], **classes: str) -> Path:
    """Write the fields as MATLAB 7.3 itself does: each with its class, `PID="string"` for one."""
    write_v73(path, fields)
    with h5py.File(path, "r+") as file:
        file["cjdata"].attrs["MATLAB_class"] = np.bytes_("struct")
        own = {"PID": "char", "tumorMask": "logical", "image": "int16"}
        for name, field in file["cjdata"].items():
            class_ = (own | classes).get(name, "double")
            field.attrs["MATLAB_class"] = np.bytes_(class_)
    return path


def write_v5(path: Path, fields: dict[str, Any], name: str = "cjdata") -> Path:
    """Write the fields with scipy, as MATLAB 5 to 7.2 would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = {"PID": "".join(map(chr, np.ravel(fields["PID"])))} if "PID" in fields else {}
    scipy.io.savemat(path, {name: fields | texts}, do_compression=True)
    return path
