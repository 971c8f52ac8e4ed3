"""The formats that masks made elsewhere are read from: one row each, beside one file each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from brainseg_gui.core.types import Mask
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.masks import coco, dicom_seg, matlab, nifti, png
from brainseg_gui.files.masks.found import MaskFile, Member
from brainseg_gui.files.wishes import Wishes

HEAD = 1024


@dataclass(frozen=True)
class MaskFormat:
    """What masks can be read from, and how; in the reading child alone.

    Whatever one of the functions raises becomes one sentence about the file.

    Attributes
    ----------
    name : str
        In the singular, as a step is called by.
    suffixes : tuple of str
        In lower case, with the dot.
    sniff : callable
        Takes the first `HEAD` bytes of a file; tells whether they can be of this format.
    contents : callable
        Takes a file and what is wished for; returns which masks are in it.
    read : callable
        Takes a file, one of its masks and what is wished for; returns that as it is seen.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    contents: Callable[[Path, Wishes], MaskFile]
    read: Callable[[Path, Member, Wishes], Mask]


MASK_FORMATS: tuple[MaskFormat, ...] = (
    MaskFormat("PNG", (".png",), png.sniff, png.contents, png.read),
    MaskFormat("MATLAB", (matlab.SUFFIX,), matlab.sniff, matlab.contents, matlab.read),
    MaskFormat("NIfTI", nifti.SUFFIXES, nifti.sniff, nifti.contents, nifti.read),
    MaskFormat(
        "DICOM segmentation",
        dicom_seg.SUFFIXES,
        dicom_seg.sniff,
        dicom_seg.contents,
        dicom_seg.read,
    ),
    MaskFormat("COCO", (coco.SUFFIX,), coco.sniff, coco.contents, coco.read),
)


def mask_format_named(name: str) -> MaskFormat | None:
    """Return the format that a file is of by its name alone."""
    return next((it for it in MASK_FORMATS if name.lower().endswith(it.suffixes)), None)


def mask_format_of(path: Path) -> MaskFormat:
    """Return the format of a file, by its content, else by its name; SliceError if it has none."""
    with open(path, "rb") as file:
        head = file.read(HEAD)
    if not head:
        raise SliceError(path, "the file is empty")
    found = next((it for it in MASK_FORMATS if it.sniff(head)), mask_format_named(path.name))
    if found is None:
        raise SliceError(path, f"not a mask that is read; read are {kinds_text()}")
    return found


def kinds_text() -> str:
    """Return the suffixes of masks as a sentence names them."""
    *first, last = (suffix for it in MASK_FORMATS for suffix in it.suffixes)
    return f"{', '.join(first)} and {last}"


def mask_filters() -> str:
    """Return the filters of a file dialog, as Qt wants them."""
    every = " ".join(f"*{suffix}" for it in MASK_FORMATS for suffix in it.suffixes)
    return f"Masks ({every});;All files (*)"
