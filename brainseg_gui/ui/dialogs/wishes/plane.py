"""The dialog that asks in which plane volumes are cut."""

from __future__ import annotations

from PyQt5.QtWidgets import QInputDialog, QWidget

from brainseg_gui.files.wishes import Plane

QUESTION = (
    "NIfTI volumes of this data set are shown in slices of this plane. Masks that were made in\n"
    "another plane stay in the review, with the slices of that plane."
)


def ask_plane(parent: QWidget, now: Plane) -> Plane | None:
    """Return the plane that the reader chooses, None where the dialog was left."""
    planes = list(Plane)
    texts = [plane.value.capitalize() for plane in planes]
    text, chosen = QInputDialog.getItem(
        parent, "Plane of volumes", QUESTION, texts, planes.index(now), editable=False
    )
    return planes[texts.index(text)] if chosen else None
