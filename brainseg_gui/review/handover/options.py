"""How an export is written, as it was chosen."""

from __future__ import annotations

from dataclasses import dataclass, field

from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.core.view import View
from brainseg_gui.files.writers.table import PNG, Row
from brainseg_gui.review.handover.existing import Existing
from brainseg_gui.review.handover.pattern import Pattern


@dataclass(frozen=True)
class Options:
    """How an export is written.

    Attributes
    ----------
    formats : tuple of Writer or Gatherer
    pattern : Pattern or None
        None: `<stem>_mask`, with the reader where several made masks.
    existing : Existing
    scale : int
        Pixels of a picture for a side of one of the slice.
    view : View
        What of the slice a picture shows.
    window : (float, float) or None
        Which levels of it are black and white, of 0 to 1; None is what the window begins with.
    pseudonyms : Pseudonyms or None
    identify : bool
        Whether names and ids that came with DICOM are said.
    volumes : bool
        Whether the masks of a stack are one file, in formats that can hold that.
    """

    formats: tuple[Row, ...] = (PNG,)
    pattern: Pattern | None = None
    existing: Existing = Existing.REPLACE
    scale: int = 1
    view: View = View.EQUALISED
    pseudonyms: Pseudonyms | None = field(default=None, repr=False)
    identify: bool = False
    volumes: bool = True
    window: tuple[float, float] | None = None

    @property
    def levels(self) -> tuple[float, float]:
        """Return which levels of a view are black and white."""
        return self.window or self.view.first_levels

    @property
    def text(self) -> str:
        """Return what two exports have in common whose files can be told to be the same."""
        hidden = "" if self.pseudonyms is None else self.pseudonyms.content("the key")
        pattern = "" if self.pattern is None else self.pattern.text
        chosen = (pattern, self.existing.value, self.scale, self.view.value, hidden, self.identify)
        stacks = "volumes" if self.volumes else "slices"
        names = (it.name for it in self.formats)
        return " ".join(map(str, (*names, *chosen, stacks, *self.levels)))


AS_USUAL = Options()
