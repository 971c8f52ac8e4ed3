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
    classes : tuple of int or None
        Which classes of a mask count as tumour; None where nobody said, and a mask that has
        several is then no reference.
    identify : bool
        Whether patients are called what their files call them, where the standard of the file
        keeps that from strangers.
    """

    plane: Plane = Plane.AS_STORED
    classes: tuple[int, ...] | None = None
    identify: bool = False

    @property
    def message(self) -> Message:
        """Return the wishes as a message; see `of`."""
        classes = None if self.classes is None else list(self.classes)
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
        known = isinstance(plane, str) and plane in Plane.__members__
        whole = isinstance(classes, list) and all(type(it) is int for it in classes)
        return cls(
            Plane[plane] if known else Plane.AS_STORED,
            tuple(sorted(set(classes[:MOST_CLASSES]))) if whole else None,
            said.get("identify") is True,
        )


NONE = Wishes()
