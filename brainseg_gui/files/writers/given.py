"""What a writer is told beside the mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.core.types import Mask
from brainseg_gui.core.view import View
from brainseg_gui.files.containers.geometry import Geometry


@dataclass(frozen=True, eq=False)
class Given:
    """What is known of a mask, as it may be said: under pseudonyms where those were asked for.

    Attributes
    ----------
    name : str
        Of the slice, relative to its data set.
    patient : str
        Empty where it is unknown.
    subject : str
        As `patient`, but scans of one patient are seen to be that, as a training has to know.
    tumour : Tumour or None
    verdict, reader : str
    slice : Slice or None
        As its file has it; None where the file is gone, or nobody asked for it.
    source : Path or None
        That file.
    unread : str
        Why it could not be read, where it is there.
    spacing_mm : float or None
        Side of a pixel, from the file or as it was declared.
    turn : Turn
        How the reader had the slice turned; masks that are written are turned back.
    shows_reference : bool
        Whether a picture may show the reference: not before a verdict.
    scale : int
        How many pixels of a picture are a side of one of the slice.
    view : View
        What of the slice a picture shows.
    window : (float, float)
        Which levels of it are black and white there, of 0 to 1.
    """

    name: str
    patient: str = ""
    subject: str = ""
    tumour: Tumour | None = None
    verdict: str = ""
    reader: str = ""
    slice: Slice | None = None
    source: Path | None = None
    unread: str = ""
    spacing_mm: float | None = None
    turn: Turn = Turn.NONE
    shows_reference: bool = True
    scale: int = 1
    view: View = View.EQUALISED
    window: tuple[float, float] = (0.0, 1.0)

    @property
    def read(self) -> Slice:
        """Return the slice; ValueError where its file is gone, or could not be read."""
        if self.slice is None:
            raise ValueError(self.missing)
        return self.slice

    @property
    def missing(self) -> str:
        """Return why there is no slice."""
        if self.unread:
            return f"the file of this slice cannot be read ({self.unread})"
        return "the file of this slice is not there any more"

    @property
    def tumour_text(self) -> str:
        """Return the tumour type as tables spell it, empty where it is unknown."""
        return "" if self.tumour is None else self.tumour.text


@dataclass(frozen=True, eq=False)
class Placed:
    """A mask, and where in the volume of its stack it belongs.

    Attributes
    ----------
    mask : (H, W) bool
        As its slice is seen.
    given : Given
    geometry : Geometry
    """

    mask: Mask
    given: Given
    geometry: Geometry


@dataclass(frozen=True, eq=False)
class Item:
    """A mask that was written, for a file that gathers many.

    Attributes
    ----------
    given : Given
        Without the slice.
    mask : callable
        Returns the (H, W) bool mask, unpacked anew.
    files : mapping of str to tuple of Path
        What was written of it, by the name of the writer.
    """

    given: Given
    mask: Callable[[], Mask]
    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Gathered:
    """All masks of an export, and the rows of its table.

    Attributes
    ----------
    items : sequence of Item
    rows : sequence of mapping
        Of `provenance.csv`: text and numbers by column.
    """

    items: Sequence[Item]
    rows: Sequence[Mapping[str, object]] = ()
