"""Masks as variables of MATLAB files: `tumorMask` of a slice, or the only one that can be one."""

from __future__ import annotations

import math
from functools import cached_property
from pathlib import Path

import numpy as np

from brainseg_gui.core.masks.classes import MOST_CLASSES, classes_of, mapped
from brainseg_gui.core.slices import size_text
from brainseg_gui.core.text import in_one_line
from brainseg_gui.core.types import Mask
from brainseg_gui.files.containers.last_opened import LastOpened
from brainseg_gui.files.info import MAX_SIDE
from brainseg_gui.files.masks.found import FLAT, Block, MaskFile, Member
from brainseg_gui.files.masks.one_class import labels_of, tumour_classes
from brainseg_gui.files.readers import mat
from brainseg_gui.files.readers.mat_value import Kind, Value
from brainseg_gui.files.wishes import Wishes

SUFFIX, sniff = mat.SUFFIX, mat.sniff
MASK = "tumorMask"
LARGEST = 1 << 29  # values
SHOWN = 5  # names of variables in a sentence


class _Array:
    """The array of a file, kept while its slices are asked for one by one."""

    def __init__(self, path: Path) -> None:
        with mat.opened(path) as file:
            self.values = np.atleast_3d(_variable(file).array())
        with open(path, "rb") as raw:
            self.made = in_one_line(raw.read(116).decode("latin-1").partition(", Created")[0])

    @cached_property
    def classes(self) -> tuple[int, ...]:
        """Return the values other than 0 in all of it; ValueError where they are no classes."""
        found: set[int] = set()
        for plane in np.moveaxis(self.values, 2, 0):  # each sorted by itself: the whole takes long
            found.update(classes_of(plane))
            if len(found) > MOST_CLASSES:
                raise ValueError(f"the mask holds more than {MOST_CLASSES} classes")
        return tuple(sorted(found))

    def close(self) -> None:
        """Let go of it."""
        self.values = np.zeros((0, 0, 0), bool)


def contents(path: Path, wishes: Wishes) -> MaskFile:
    """Return the mask, or the stack of masks, in a file."""
    kept = opened.get(path)
    rows, columns, count = kept.values.shape
    problem, labels = "", tuple[str, ...]()
    try:
        labels = labels_of(kept.classes)
        tumour_classes(kept.classes, wishes)
    except ValueError as error:
        problem = str(error)
    made = kept.made if kept.made.startswith("MATLAB") else ""
    shape = rows, columns, count
    return MaskFile((Block(shape, problem=problem, classes=labels),), made)


def read(path: Path, member: Member, wishes: Wishes) -> Mask:
    """Return one mask."""
    kept = opened.get(path)
    values = kept.values
    if member.cut != FLAT or not 1 <= member.number <= values.shape[2]:
        raise ValueError("there is no such mask in it")
    return mapped(values[:, :, member.number - 1], tumour_classes(kept.classes, wishes))


def _variable(file: Value) -> Value:
    """Return the variable that is the mask; ValueError with a sentence where none surely is."""
    struct = file.field("cjdata")
    own = (struct or file).field(MASK)
    if own is not None:
        return _checked(own, MASK)
    if struct is not None:
        raise ValueError(f"the slice in it has no {MASK}")
    found: dict[str, Value] = {}
    for name in file.names():
        value = None if name.startswith("#") else file.field(name)
        if value is not None and _is_mask(value):
            found[name] = value
    logical = {name: value for name, value in found.items() if value.type == "logical"}
    if len(logical) == 1:  # beside an image of whole numbers
        found = logical
    if len(found) != 1:
        names = ", ".join(sorted(found)[:SHOWN])
        raise ValueError(
            f"several variables in it could be the mask ({names}); one is expected"
            if found
            else "no variable in it is a logical or integer array of two or three dimensions"
        )
    ((name, value),) = found.items()
    return _checked(value, name)


def _is_mask(value: Value) -> bool:
    whole = value.type == "logical" or "int" in value.type
    return whole and value.kind is Kind.NUMBERS and len(value.shape) in (2, 3) and _is_wide(value)


def _is_wide(value: Value) -> bool:
    return min(value.shape[:2]) > 1


def _checked(value: Value, name: str) -> Value:
    if value.kind is not Kind.NUMBERS or not value.size:
        raise ValueError(f"'{name}' is {value.kind.value if value.size else 'empty'}, no mask")
    if len(value.shape) not in (2, 3) or max(value.shape) > MAX_SIDE:
        raise ValueError(
            f"'{name}' is {size_text(value.shape)}; masks have at most {MAX_SIDE} a side"
        )
    if math.prod(value.shape) > LARGEST:
        raise ValueError(f"'{name}' is larger than any stack of masks that is read")
    return value


opened: LastOpened[_Array] = LastOpened(_Array)
