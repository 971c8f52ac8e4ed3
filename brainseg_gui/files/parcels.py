"""Slices on their way from the reading child: plain messages, with the arrays beside them.

What comes in is believed in nothing: the child has just read a file that may have been made to
take it over. Every value is checked for its type and its bounds, and arrays are copied.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.children.exchange import Exchange
from brainseg_gui.children.messages import Message, NoMessageError
from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.masks.classes import MOST_CLASSES
from brainseg_gui.core.place import Place
from brainseg_gui.core.slices import Slice, Tumour, size_text
from brainseg_gui.files.containers.container import MOST_MEMBERS, Listing
from brainseg_gui.files.containers.geometry import Geometry
from brainseg_gui.files.containers.nifti.cuts import Cut
from brainseg_gui.files.containers.source_header import (
    KEYWORDS,
    LONGEST_VALUE,
    MOST_VALUES,
    SourceHeader,
)
from brainseg_gui.files.info import MAX_SIDE, SliceInfo, Variable

MOST_POINTS = 1 << 22  # of a border
LARGEST = MAX_SIDE**2 * (4 + 1) + MOST_POINTS * 16  # bytes in the exchange
MOST_TEXTS = 1000
MOST_FOLDS = 1 << 24
LONGEST_LISTING = 1 << 25
LISTED = ("names", "problems", "files", "passed_over")
Plain = TypeVar("Plain", int, float, str)


def pack_slice(slice_: Slice, exchange: Exchange) -> Message:
    """Put a slice's arrays into the exchange, and return the rest.

    Raises
    ------
    ValueError
        With a sentence, if it is larger than slices may be.
    """
    if max(slice_.shape) > MAX_SIDE:
        size = size_text(slice_.shape)
        raise ValueError(f"the image is {size}; at most {MAX_SIDE} a side is read")
    points = 0 if slice_.border is None else len(slice_.border)
    if points > MOST_POINTS:
        raise ValueError(f"the border has {points} points; at most {MOST_POINTS} are read")
    exchange.put(
        np.asarray(slice_.pixels, np.float32),
        *(() if slice_.reference is None else (np.asarray(slice_.reference, np.uint8),)),
        *(() if slice_.border is None else (np.asarray(slice_.border, np.float64),)),
    )
    return {
        "shape": slice_.shape,
        "reference": slice_.reference is not None,
        "border": None if slice_.border is None else points,
        "patient": slice_.patient,
        "tumour": slice_.tumour and slice_.tumour.value,
        "spacing_mm": None if slice_.spacing_mm is None else float(slice_.spacing_mm),
        "notes": slice_.notes,
        "fits_if": slice_.fits_if.name,
        "place": _packed_place(slice_.place),
        "classes": [[int(value), int(area)] for value, area in slice_.classes],
    }


def unpack_slice(message: Message, exchange: Exchange) -> Slice:
    """Return the slice that was packed.

    Raises
    ------
    NoMessageError, ValueError, OSError
        If the message is of no slice, or the arrays are not there.
    """
    shape = _shape(message)
    has_reference = _bool(message, "reference")
    points = _or_none(message, "border", int)
    if points is not None and not 0 <= points <= MOST_POINTS:
        raise NoMessageError(f"{points} points")
    pixels, *rest = exchange.take(
        (np.float32, shape),
        *([(np.uint8, shape)] if has_reference else []),
        *([(np.float64, (points, 2))] if points is not None else []),
    )
    return Slice(
        pixels=pixels,
        reference=rest.pop(0) != 0 if has_reference else None,
        border=rest.pop(0) if points is not None else None,
        patient=_plain(message, "patient", str),
        tumour=_tumour(message),
        spacing_mm=_spacing(message),
        notes=_texts(message, "notes"),
        fits_if=_turn(message),
        place=_place(message),
        classes=_classes(message),
    )


def pack_info(info: SliceInfo) -> Message:
    """Return what is said of a slice as a message."""
    return {
        "shape": info.shape,
        "patient": info.patient,
        "tumour": info.tumour and info.tumour.value,
        "has_reference": info.has_reference,
        "author_fold": info.author_fold,
        "further": [str(path) for path in info.further],
        "place": _packed_place(info.place),
    }


def unpack_info(message: Message, exchange: Exchange) -> SliceInfo:
    """Return what was packed; NoMessageError if it is not that."""
    return SliceInfo(
        shape=_shape(message),
        patient=_plain(message, "patient", str),
        tumour=_tumour(message),
        has_reference=_bool(message, "has_reference"),
        author_fold=_or_none(message, "author_fold", int),
        further=tuple(Path(text) for text in _texts(message, "further")),
        place=_place(message),
    )


def pack_variables(variables: Sequence[Variable]) -> Message:
    """Return the variables of a file as a message."""
    return {"variables": [[it.name, list(it.shape), it.type] for it in variables]}


def unpack_variables(message: Message, exchange: Exchange) -> tuple[Variable, ...]:
    """Return what was packed; NoMessageError if it is not that."""
    said = message.get("variables")
    if not isinstance(said, list) or len(said) > MOST_TEXTS:
        raise NoMessageError("no variables")
    found = []
    for it in said:
        match it:
            case [str(name), list(shape), str(type_)] if all(type(side) is int for side in shape):
                found.append(Variable(name, tuple(shape), type_))
            case _:
                raise NoMessageError("a variable that is none")
    return tuple(found)


def pack_folds(folds: NDArray[np.int64], exchange: Exchange) -> Message:
    """Put folds into the exchange, and return how many there are."""
    exchange.put(np.asarray(folds, np.int64))
    return {"count": len(folds)}


def unpack_folds(message: Message, exchange: Exchange) -> NDArray[np.int64]:
    """Return folds that were packed; NoMessageError or OSError if there are none."""
    count = _plain(message, "count", int)
    if not 0 < count <= MOST_FOLDS:
        raise NoMessageError(f"{count} folds")
    (folds,) = exchange.take((np.int64, (count,)))
    return folds


def pack_listing(listing: Listing, exchange: Exchange) -> Message:
    """Put what is in a file into the exchange: a hundred thousand names make no message.

    Raises
    ------
    ValueError
        With a sentence, if the names are longer than any that are read.
    """
    texts = {name: list(getattr(listing, name)) for name in LISTED}
    data = json.dumps(texts).encode("ascii")
    if len(data) > LONGEST_LISTING:
        raise ValueError("the names in it are longer than any that are read")
    exchange.put(np.frombuffer(data, np.uint8))
    return {"bytes": len(data)}


def unpack_listing(message: Message, exchange: Exchange) -> Listing:
    """Return a listing that was packed; NoMessageError, ValueError or OSError if there is none."""
    count = _plain(message, "bytes", int)
    if not 0 < count <= LONGEST_LISTING:
        raise NoMessageError(f"a listing of {count} bytes")
    (data,) = exchange.take((np.uint8, (count,)))
    said = json.loads(data.tobytes())
    if not isinstance(said, dict):
        raise NoMessageError("no listing")
    return Listing(**{name: _texts(said, name, MOST_MEMBERS) for name in LISTED})


def pack_geometry(geometry: Geometry | None) -> Message:
    """Return where a slice lies as a message."""
    if geometry is None:
        return {"geometry": None}
    cut = geometry.cut
    return {
        "geometry": {
            "shape": list(geometry.shape),
            "affine": np.asarray(geometry.affine, np.float64).tolist(),
            "axes": [cut.normal, cut.rows, cut.columns],
            "flips": [bool(cut.flip_rows), bool(cut.flip_columns)],
            "number": geometry.number,
        }
    }


def unpack_geometry(message: Message, exchange: Exchange) -> Geometry | None:
    """Return what was packed; NoMessageError or ValueError if it is not that."""
    match message.get("geometry"):
        case None:
            return None
        case {
            "shape": [int(width), int(height), int(depth)],
            "affine": [[*_], [*_], [*_], [*_]] as rows,
            "axes": [int(normal), int(down), int(across)],
            "flips": [bool(flip_rows), bool(flip_columns)],
            "number": int(number),
        }:
            shape = width, height, depth
            affine = np.array(rows, np.float64)
            whole = (
                min(shape) > 0 and max(shape) <= MAX_SIDE and {normal, down, across} == {0, 1, 2}
            )
            if affine.shape == (4, 4) and whole and 1 <= number <= shape[normal]:
                cut = Cut(normal, down, across, flip_rows, flip_columns)
                return Geometry(shape, affine, cut, number)
    raise NoMessageError("no geometry")


def pack_header(header: SourceHeader | None) -> Message:
    """Return what the header of a source says as a message."""
    if header is None:
        return {"header": None}
    values = {key: list(it) for key, it in header.values.items()}
    return {"header": values, "frame": header.frame}


def unpack_header(message: Message, exchange: Exchange) -> SourceHeader | None:
    """Return what was packed; NoMessageError if it is not that."""
    said = message.get("header")
    if said is None:
        return None
    if not isinstance(said, dict) or not set(said) <= set(KEYWORDS):
        raise NoMessageError("no header")
    values = {name: _texts(said, name, MOST_VALUES) for name in said}
    if any(len(text) > LONGEST_VALUE for texts in values.values() for text in texts):
        raise NoMessageError("a header with longer values than any")
    return SourceHeader(values, _plain(message, "frame", int))


def _plain(message: Message, name: str, kind: type[Plain]) -> Plain:
    value = message.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):  # which is a number to Python
        raise NoMessageError(f"no {name}")
    return value


def _or_none(message: Message, name: str, kind: type[Plain]) -> Plain | None:
    return None if message.get(name) is None else _plain(message, name, kind)


def _bool(message: Message, name: str) -> bool:
    value = message.get(name)
    if not isinstance(value, bool):
        raise NoMessageError(f"no {name}")
    return value


def _texts(message: Message, name: str, most: int = MOST_TEXTS) -> tuple[str, ...]:
    values = message.get(name)
    if not isinstance(values, list) or len(values) > most:
        raise NoMessageError(f"no {name}")
    if not all(isinstance(value, str) for value in values):
        raise NoMessageError(f"{name} that are no texts")
    return tuple(values)


def _shape(message: Message) -> tuple[int, int]:
    sides = message.get("shape")
    if not isinstance(sides, list) or len(sides) != 2:
        raise NoMessageError("no shape")
    if not all(type(side) is int and 0 < side <= MAX_SIDE for side in sides):
        raise NoMessageError(f"a shape of {sides}")
    return sides[0], sides[1]


def _tumour(message: Message) -> Tumour | None:
    value = _or_none(message, "tumour", int)
    return None if value is None else Tumour(value)


def _packed_place(place: Place | None) -> list[object] | None:
    return None if place is None else [place.stack, float(place.at), place.in_mm]


def _place(message: Message) -> Place | None:
    match message.get("place"):
        case None:
            return None
        case [str(stack), float(at), bool(in_mm)] if math.isfinite(at):
            return Place(stack, at, in_mm)
    raise NoMessageError("no place")


def _classes(message: Message) -> tuple[tuple[int, int], ...]:
    found = message.get("classes")
    if not isinstance(found, list) or len(found) > MOST_CLASSES:
        raise NoMessageError("no classes")
    classes = []
    for it in found:
        match it:
            case [value, area] if type(value) is int and type(area) is int and area >= 0:
                classes.append((value, area))
            case _:
                raise NoMessageError("a class that is none")
    return tuple(classes)


def _turn(message: Message) -> Turn:
    name = _plain(message, "fits_if", str)
    if name not in Turn.__members__:
        raise NoMessageError(f"a turn of {name}")
    return Turn[name]


def _spacing(message: Message) -> float | None:
    value = _or_none(message, "spacing_mm", float)
    if value is not None and not (math.isfinite(value) and value > 0):
        raise NoMessageError(f"a spacing of {value}")
    return value
