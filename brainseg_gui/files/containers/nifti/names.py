"""What the name of a volume says: whose it is, of which sequence, and where its mask lies."""

from __future__ import annotations

import re
from pathlib import Path

from brainseg_gui.files.containers.opening import is_file
from brainseg_gui.files.containers.sequences import sequence_note, sequence_of

SUFFIXES = (".nii.gz", ".nii")
MASKS = ("_seg", "-seg", "_mask", "-mask", "_label", "-label")
# The last word of a name, where it is that of a sequence: BraTS_001_t1ce, sub-01_T1w.
SEQUENCE = re.compile(r"[_-](t1ce|t1gd|t1km|t1[cnw]?|t2w?|t2f|t2_?flair|flair|pdw?|dwi|adc)$", re.I)
SUBJECT = re.compile(r"sub-[a-z0-9]+", re.I)
COMMON = {
    "t1",
    "t1w",
    "t1c",
    "t1ce",
    "t1gd",
    "t2",
    "flair",
    "image",
    "img",
    "scan",
    "volume",
    "brain",
}


def stem(name: str) -> str:
    """Return the name of a volume without its suffix."""
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def is_mask(name: str) -> bool:
    """Tell whether a file is called like the mask of another one.

    Examples
    --------
    >>> is_mask("BraTS_001_seg.nii.gz"), is_mask("BraTS_001_t1ce.nii.gz")
    (True, False)
    """
    return stem(name).lower().endswith(MASKS)


def patient(path: Path) -> str:
    """Return what the slices of a volume have in common: who that is, the file itself never says.

    Examples
    --------
    >>> patient(Path("BraTS_001_t1ce.nii.gz")), patient(Path("sub-01/anat/sub-01_T1w.nii"))
    ('BraTS_001', 'sub-01')
    """
    own = stem(path.name)
    if subject := SUBJECT.match(own):
        return subject[0]
    if own.lower() in COMMON:  # everybody's is called so: the folder says more
        return path.parent.name or own
    return SEQUENCE.sub("", own)


def notes(path: Path) -> tuple[str, ...]:
    """Return what the name says of the sequence, where it is another than the network's."""
    return sequence_note(sequence_of(stem(path.name)), "By its name")


def masks(path: Path) -> list[Path]:
    """Return the files that may hold the mask of a volume, there or not."""
    own = stem(path.name)
    if is_mask(path.name):
        return []
    stems = dict.fromkeys((own, SEQUENCE.sub("", own)))
    return [
        path.with_name(f"{it}{mask}{suffix}")
        for it in stems
        for mask in MASKS
        for suffix in SUFFIXES
    ]


def mask_beside(path: Path) -> tuple[Path | None, tuple[str, ...]]:
    """Return the mask of a volume where there is one, and a sentence where there are several."""
    found = [it for it in masks(path) if is_file(it)]
    if len(found) > 1:
        named = " and ".join(it.name for it in found[:3])
        return None, (f"Several masks lie beside it ({named}); none of them is shown.",)
    return (found[0] if found else None), ()
