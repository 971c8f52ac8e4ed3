"""What whoever opened a data set wants of its files, beyond what each of them says by itself."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from brainseg_gui.children.messages import Message

MOST_CLASSES = 64


class Plane(enum.Enum):
    """In which plane a volume is cut; the value is what the reader chooses."""

    AS_STORED = "as stored"
    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"


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
    identify : bool
        Whether patients are called what their files call them, where the standard of the file
        keeps that from strangers.
    """

    plane: Plane = Plane.AS_STORED
    classes: tuple[tuple[int, bool], ...] = ()
    identify: bool = False

    @property
    def message(self) -> Message:
        """Return the wishes as a message; see `of`."""
        classes = [list(it) for it in self.classes]
        return {"plane": self.plane.name, "classes": classes, "identify": self.identify}

    @property
    def key(self) -> str:
        """Return a text that is another one for other wishes, "" for none."""
        return "" if self == NONE else repr(self.message)

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
        )


def _pair(said: object) -> tuple[int, bool] | None:
    match said:
        case [value, bool(is_tumour)] if type(value) is int:
            return value, is_tumour
    return None


NONE = Wishes()
