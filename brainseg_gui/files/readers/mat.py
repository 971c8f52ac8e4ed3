"""Read MATLAB slices in the `cjdata` layout, of version 7.3 and version 5.

The only place where the data set's conventions are known: its fields, coordinates from 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.gaps import gaps_filled
from brainseg_gui.core.slices import Slice, Tumour, size_text
from brainseg_gui.core.text import in_one_line
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.info import MAX_SIDE, SliceInfo, Variable
from brainseg_gui.files.readers import mat5
from brainseg_gui.files.readers.mat_plain import chosen, listed, nothing_chosen
from brainseg_gui.files.readers.mat_value import (
    MAX_TEXT,
    DamagedError,
    Kind,
    Source,
    Value,
    decoded,
    spelt,
    stream,
)
from brainseg_gui.files.readers.reference import Reference, compared_with_border, reference_of
from brainseg_gui.files.wishes import NONE, Wishes

SUFFIX = ".mat"
HEADS = (b"MATLAB 7.3 MAT-file", b"MATLAB 5.0 MAT-file")
DAMAGED = "the file is damaged or cut off (HDF5 cannot read it)"
NOT_MATLAB = "not a MATLAB file, or a damaged one"
OF_OCTAVE = "GNU Octave saved it in a format of its own; save it with -v7"
OCTAVE_HEADS = (b"# Created by Octave", b"Octave-1-")
STRUCT = "cjdata"
FIELDS = ("image", "tumorMask", "tumorBorder", "label", "PID")
HEAD = 32  # bytes by which Octave's own formats are known
MOST = {"tumorBorder": 200_000, "label": MAX_TEXT, "PID": MAX_TEXT}  # values that are read
Notes = tuple[str, ...]


def sniff(head: bytes) -> bool:
    """Tell whether a file begins as MATLAB's do; what other programs write may not."""
    return head.startswith(HEADS)


def read(path: Source, wishes: Wishes = NONE) -> Slice:
    """Return the slice in a file, or in its bytes, as MATLAB shows it, whichever version wrote it.

    Raises
    ------
    SliceError, ValueError, OSError, MemoryError
        With a sentence where MATLAB's layout is broken; what else the system says.
    """
    with opened(path) as file:
        fields = {name: it.loaded() for name, it in _fields(file, wishes).items()}
    return _slice_from(fields, wishes)


def index(path: Source, wishes: Wishes = NONE) -> SliceInfo:
    """Return patient, tumour type and size without reading the pixels of a v7.3 file.

    Raises
    ------
    SliceError, ValueError, OSError, MemoryError
        If the file cannot be opened or has no usable image.
    """
    with opened(path) as file:
        fields = _fields(file, wishes)
        (patient, _), (tumour, _) = _patient(fields), _tumour(fields)
        height, width = fields["image"].shape
        return SliceInfo((height, width), patient, tumour, _is_read(fields.get("tumorMask")))


def variables(source: Source) -> tuple[Variable, ...]:
    """Return what is in a file of which nobody said what is the image.

    Raises
    ------
    SliceError, ValueError, OSError, MemoryError
        As `index`.
    """
    with opened(source) as file:
        return listed(file)


@contextmanager
def opened(path: Source) -> Iterator[Value]:
    """Open a MATLAB file of either version, or its bytes; variables are fields of what is returned.

    Raises
    ------
    SliceError
        If it is damaged, on opening or whenever something of it is read; ValueError where it is
        no file of its own.
    """
    from brainseg_gui.files.readers import mat73  # here, for the window to do without HDF5

    hdf5 = mat73.is_hdf5(path)
    try:
        with (mat73 if hdf5 else mat5).opened(path) as file:
            yield file
    except DamagedError as error:
        with stream(path) as file_:
            of_octave = file_.read(HEAD).startswith(OCTAVE_HEADS)
        own = OF_OCTAVE if of_octave else NOT_MATLAB
        raise _wrong(path, DAMAGED if hdf5 else own) from error
    except OSError as error:
        if error.errno is not None and error.strerror:
            raise
        raise _wrong(path, DAMAGED) from error
    except (KeyError, RuntimeError, TypeError) as error:  # h5py's words for damaged insides
        raise _wrong(path, DAMAGED) from error


def _wrong(source: Source, reason: str) -> Exception:
    return SliceError(source, reason) if isinstance(source, Path) else ValueError(reason)


def _fields(file: Value, wishes: Wishes) -> dict[str, Value]:
    """Return the fields that are there and not empty, none of them larger than it may be."""
    struct = file.field(STRUCT)
    if struct is None:
        # The fields may be variables themselves, under the data set's names or others.
        struct = file if wishes.variables is None else chosen(file, wishes.variables)
        if struct.field("image") is None:
            raise ValueError(nothing_chosen(file, wishes.variables))
    if struct.kind is not Kind.STRUCT:
        raise ValueError(f"'{STRUCT}' is {struct.kind.value}, not a single struct")
    if struct.size != 1:
        raise ValueError(f"'{STRUCT}' holds {struct.size} slices; only a single one is read")
    if struct.field("image") is None and struct.field("value") and struct.field("type"):
        raise ValueError(OF_OCTAVE)  # as HDF5
    found_fields = {name: struct.field(name) for name in FIELDS}
    fields = {name: it for name, it in found_fields.items() if it is not None and it.size}
    _check_sizes(fields)
    return fields


def _check_sizes(fields: dict[str, Value]) -> None:
    if "image" not in fields:
        raise ValueError(f"'{STRUCT}' holds no image")
    if (kind := fields["image"].kind) is not Kind.NUMBERS:
        raise ValueError(f"the image is {kind.value}; only numbers are read")
    image = fields["image"].shape
    if len(image) != 2:
        raise ValueError(f"the image must be two-dimensional, found shape {image}")
    if max(image) > MAX_SIDE:
        raise ValueError(f"the image is {size_text(image)}; at most {MAX_SIDE} a side is read")
    if _is_read(mask := fields.get("tumorMask")) and mask is not None and mask.shape != image:
        raise ValueError(f"the mask is {size_text(mask.shape)}, the image {size_text(image)}")
    for name, most in MOST.items():
        if name in fields and fields[name].size > most:
            raise ValueError(f"'{name}' holds {fields[name].size} values; at most {most} are read")


def _is_read(mask: Value | None) -> bool:
    return mask is not None and mask.kind is Kind.NUMBERS


def _slice_from(fields: dict[str, Value], wishes: Wishes) -> Slice:
    pixels, of_image = _pixels(fields["image"])
    about = _reference(fields, wishes)
    reference = about.mask
    border, of_border = _border(fields)
    patient, of_patient = _patient(fields)
    tumour, of_tumour = _tumour(fields)
    fits_if, of_both = compared_with_border(reference, border)
    return Slice(
        pixels=pixels,
        reference=None if reference is None else np.ascontiguousarray(reference),
        border=border,
        patient=patient,
        tumour=tumour,
        notes=(*of_image, *about.notes, *of_border, *of_patient, *of_tumour, *of_both),
        fits_if=fits_if,
        classes=about.classes,
    )


def _pixels(image: Value) -> tuple[NDArray[np.float32], Notes]:
    """Return the signal, and what is to be said of it."""
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is refused as that
        return gaps_filled(np.array(image.array(), np.float32, order="C"))


def _reference(fields: dict[str, Value], wishes: Wishes) -> Reference:
    if (mask := fields.get("tumorMask")) is None:
        return Reference(None)
    if not _is_read(mask):
        return Reference(None, (f"The mask of this file is not read: it is {mask.kind.value}.",))
    return reference_of(mask.array(), wishes)


def _border(fields: dict[str, Value]) -> tuple[NDArray[np.float64] | None, Notes]:
    """Return the outline as (N, 2) row, column from 0; the file interleaves x and y from 1."""
    if (border := fields.get("tumorBorder")) is None:
        return None, ()
    if border.kind is not Kind.NUMBERS:
        return None, (f"The border of this file is not read: it is {border.kind.value}.",)
    values = border.array().ravel(order="F").astype(np.float64)
    if len(values) < 6 or len(values) % 2:
        return None, (f"The border of this file is no outline: it holds {len(values)} values.",)
    if not (np.abs(values) <= 2 * MAX_SIDE).all():
        return None, ("The border of this file lies far outside of the image and is not read.",)
    return values.reshape(-1, 2)[:, ::-1] - 1, ()


def _patient(fields: dict[str, Value]) -> tuple[str, Notes]:
    if (patient := fields.get("PID")) is None:
        return "", ()
    if patient.kind is Kind.TEXT and math.prod(patient.shape) != max(patient.shape):
        return "", ("The patient id of this file has several lines; the patient is unknown.",)
    text = in_one_line(_codes(patient) or patient.text())
    if any(letter.isalnum() or letter == "\ufffd" for letter in text):
        return text, ()
    return "", (f"The patient id of this file is {_what(patient)}; the patient is unknown.",)


def _codes(patient: Value) -> str:
    """Return the text of several numbers of 16 bits: what GNU Octave makes of one of version 7.3.

    It does not know there that they are characters, and saves them as numbers.
    """
    if patient.kind is not Kind.NUMBERS or patient.size < 2:
        return ""
    codes = patient.array()
    if codes.dtype != np.uint16:
        return ""
    text = decoded(codes.ravel(order="F").astype("<u2").tobytes(), "utf-16-le")
    return text if text.isprintable() else ""


def _what(patient: Value) -> str:
    if patient.kind in (Kind.NUMBERS, Kind.TEXT):
        return "no name and no number"
    return (
        "several cells, or one without text" if patient.kind is Kind.CELLS else patient.kind.value
    )


def _tumour(fields: dict[str, Value]) -> tuple[Tumour | None, Notes]:
    """Return the type by the data set's number, as a number or as text, or by its name."""
    if (label := fields.get("label")) is None:
        return None, ()
    text = spelt(label.array()) if label.kind is Kind.NUMBERS else label.text()
    for tumour in Tumour:
        if text.casefold() in (str(tumour.value), tumour.text):
            return tumour, ()
    said = text if text.isprintable() and 0 < len(text) <= 20 else label.kind.value
    return None, (f"The tumour type of this file is not known: its label is {said}.",)
