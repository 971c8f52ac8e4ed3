"""Zip files of slices, made in tests."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.writers.mat_writer import write_mat


def mat_bytes(folder: Path, slice_: Slice) -> bytes:
    """Return a MATLAB file that holds a slice."""
    path = folder / "packed.mat"
    write_mat(path, slice_)
    content = path.read_bytes()
    path.unlink()
    return content


def write_zip(path: Path, contents: Mapping[str, bytes]) -> Path:
    """Write a zip file with these names and contents."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path
