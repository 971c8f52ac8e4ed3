"""What whoever opened a data set wants of its files, beyond what each of them says by itself."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any

from brainseg_gui.children.messages import Message
from brainseg_gui.core.masks.classes import tumour_of
from brainseg_gui.core.slices import Tumour

MOST_CLASSES = 64
LONGEST_NAME = 63  # of a variable; MATLAB's own limit
MOST_LABELS, LONGEST_LABEL = 256, 200
TUMOUR = {"tumour", "tumor", *(it.text for it in Tumour)}
BINARY = {255, 65535}  # what masks are written with that have no classes


class Plane(enum.Enum):
    """In which plane a volume is cut; the value is what the reader chooses."""

    AS_STORED = "as stored"
    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"


@dataclass(frozen=True)
class Variables:
    """Which variables of a plain MATLAB file are what; "" for none.

    Attributes
    ----------
    image, mask, patient, tumour : str
    """

    image: str
    mask: str = ""
    patient: str = ""
    tumour: str = ""

    def __str__(self) -> str:
        """Return them as an option says them, see `variables_in`."""
        named = ("image", self.image), ("mask", self.mask), ("patient", self.patient)
        return ",".join(f"{name}={it}" for name, it in (*named, ("type", self.tumour)) if it)


@dataclass(frozen=True)
class Wishes:
    """What is wanted of every file.

    Attributes
    ----------
    plane : Plane
        Of volumes.
    classes : tuple of (int, bool)
        What was said of classes of masks: whether they are tumour. A mask of several classes, of
        which one is not among them, is no reference.
    no_others : bool
        Whether all other classes are no tumour; what is written as 255 alone still is.
    identify : bool
        Whether patients are called what their files call them, where the standard of the file
        keeps that from strangers.
    variables : Variables or None
        Of MATLAB files without the data set's own struct; None where nothing was said of them.
    labels : tuple of (str, bool)
        What was said of classes of masks made elsewhere, by their names: whether they are tumour.
    """

    plane: Plane = Plane.AS_STORED
    classes: tuple[tuple[int, bool], ...] = ()
    identify: bool = False
    no_others: bool = False
    variables: Variables | None = None
    labels: tuple[tuple[str, bool], ...] = ()

    @property
    def message(self) -> Message:
        """Return the wishes as a message; see `of`."""
        classes, labels = map(list, self.classes), map(list, self.labels)
        said = {"identify": self.identify, "no_others": self.no_others}
        variables = None if self.variables is None else asdict(self.variables)
        about = {"classes": list(classes), "labels": list(labels), "variables": variables}
        return {"plane": self.plane.name, **about, **said}

    def tumour_in(self, classes: Collection[int]) -> tuple[int, ...] | None:
        """Return which classes of a mask are tumour; None where that is not said of each."""
        said = dict(self.classes)
        if self.no_others and not set(classes) <= BINARY:
            said = dict.fromkeys(classes, False) | said
        return tumour_of(classes, said)

    def taken(self, labels: Collection[str]) -> tuple[str, ...] | None:
        """Return which classes of a mask made elsewhere are tumour; None where nobody said it.

        Examples
        --------
        >>> wishes = Wishes(labels=(("core", True), ("oedema", False)))
        >>> wishes.taken(["core", "oedema"]), wishes.taken(["necrosis"])
        (('core',), ('necrosis',))
        >>> wishes.taken(["core", "necrosis"]) is None
        True
        """
        said = {it: True for it in labels if says_tumour(it)} | dict(self.labels)
        if all(it in said for it in labels):
            return tuple(it for it in labels if said[it])
        return tuple(labels) if len(labels) == 1 else None

    @property
    def key(self) -> str:
        """Return a text that is another one for other wishes of slices, "" for none."""
        of_slices = replace(self, labels=())
        return "" if of_slices == NONE else repr(of_slices.message)

    @classmethod
    def of(cls, message: Any) -> Wishes:
        """Return what a message or a setting says; what makes no sense is not wished for."""
        said = message if isinstance(message, dict) else {}
        plane, classes = said.get("plane"), said.get("classes")
        pairs = classes[:MOST_CLASSES] if isinstance(classes, list) else []
        return cls(
            Plane.__members__.get(str(plane), Plane.AS_STORED),
            tuple(sorted(dict(filter(None, map(_pair, pairs))).items())),
            said.get("identify") is True,
            said.get("no_others") is True,
            variables=_variables(said.get("variables")),
            labels=_labels(said.get("labels")),
        )


def says_tumour(label: str) -> bool:
    """Tell whether a class is tumour by its name alone."""
    return label.casefold() in TUMOUR


def tumour_classes(text: str) -> tuple[tuple[int, bool], ...]:
    """Return what an option says of classes: "1,4" are tumour, as a `Wishes` has it.

    Raises
    ------
    ValueError
        With a sentence, if it is no list of whole numbers other than 0.

    Examples
    --------
    >>> tumour_classes("4, 1")
    ((1, True), (4, True))
    """
    words = [word.strip() for word in text.split(",")]
    if not all(re.fullmatch("-?[0-9]{1,8}", word) and int(word) for word in words):
        raise ValueError(f"{text} is no list of classes such as 1,4")
    if len(words) > MOST_CLASSES:
        raise ValueError(f"{len(words)} classes; at most {MOST_CLASSES}")
    return tuple((value, True) for value in sorted(set(map(int, words))))


def tumour_text(classes: Collection[tuple[int, bool]]) -> str:
    """Return them as an option says them.

    Examples
    --------
    >>> tumour_text(tumour_classes("4, 1"))
    '1,4'
    """
    return ",".join(str(value) for value, is_tumour in classes if is_tumour)


def variables_in(text: str) -> Variables:
    """Return the variables that a text says: `image=V,mask=W`.

    Raises
    ------
    ValueError
        If it says something else.

    Examples
    --------
    >>> variables_in("image=V, mask=W")
    Variables(image='V', mask='W', patient='', tumour='')
    """
    parts = dict(part.strip().split("=") for part in text.split(","))
    parts["tumour"] = parts.pop("type", parts.get("tumour", ""))
    empty = {"image": "", "mask": "", "patient": "", "tumour": ""}
    found = _variables(empty | parts)
    if found is None or not set(parts) <= set(empty):
        raise ValueError(f"not the names of variables: {text}")
    return found


def _variables(said: object) -> Variables | None:
    match said:
        case {"image": str(image), "mask": str(mask), "patient": str(patient), "tumour": str(kind)}:
            names = image, mask, patient, kind
            if image and all(len(name) <= LONGEST_NAME for name in names):
                return Variables(*names)
    return None


def _labels(said: object) -> tuple[tuple[str, bool], ...]:
    found: dict[str, bool] = {}
    for it in said[:MOST_LABELS] if isinstance(said, list) else ():
        match it:
            case [str(label), bool(is_tumour)] if len(label) <= LONGEST_LABEL:
                found[label] = is_tumour
    return tuple(sorted(found.items()))


def _pair(said: object) -> tuple[int, bool] | None:
    match said:
        case [value, bool(is_tumour)] if type(value) is int:
            return value, is_tumour
    return None


NONE = Wishes()
