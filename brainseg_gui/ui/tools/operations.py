"""Every operation on a whole mask in one table; menu, keys and undo come from the row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks import operations
from brainseg_gui.core.masks.operations import MARGINS, Context
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.tool import ToolOption

MARGIN = ToolOption(
    "margin",
    "By how much Grow and Shrink go",
    *(0, len(MARGINS) - 1, 0),
    choices=tuple(f"by {margin}" for margin in MARGINS),
)
UNKNOWN_SIZE = "The pixel size is not known"


@dataclass(frozen=True)
class Operation:
    """One row.

    Attributes
    ----------
    name : str
        Of its command.
    text : str
        In the menu; without its mnemonic the name of the step that can be undone.
    keys : tuple of str
        In Qt's spelling; the first is shown.
    tip : str
        One sentence.
    function : callable
        Takes the (H, W) bool mask and what it may look at, and returns the mask that is to be.
    layers : tuple of Layer
        That must be there.
    starts : Layer or None
        The correction begins anew from this layer; None goes on with the one there is.
    discards : bool
        There is no correction afterwards.
    on_mask : bool
        Works on the mask that there is: the correction, else the prediction.
    within : bool
        Makes sense inside a line as well, all else staying as it is.
    named : str
        The name of the step where it is not the menu's text; an option in braces stands for its
        value.
    by_margin : bool
        The option `margin` says by how much.
    """

    name: str
    text: str
    keys: tuple[str, ...]
    tip: str
    function: Callable[[Mask, Context], Mask]
    layers: tuple[Layer, ...] = ()
    starts: Layer | None = None
    discards: bool = False
    on_mask: bool = False
    within: bool = False
    named: str = ""
    by_margin: bool = False

    @property
    def plain(self) -> str:
        """Return the text without its mnemonic."""
        return self.text.replace("&", "")

    def step(self, options: Mapping[str, float]) -> str:
        """Return the name of the step, with the options as they are now."""
        values = {**options, MARGIN.name: MARGINS[int(options.get(MARGIN.name, 0))]}
        return (self.named or self.plain).format_map(values)

    def why_not(self, options: Mapping[str, float], spacing_mm: float | None) -> str:
        """Return why it cannot be done with the options as they are now, or ""."""
        in_mm = self.by_margin and MARGINS[int(options[MARGIN.name])].in_mm
        return UNKNOWN_SIZE if in_mm and spacing_mm is None else ""


def _with(layer: Layer, *texts: str) -> tuple[Operation, ...]:
    """Return what puts the mask and another layer together."""
    other = layer.value
    return tuple(
        Operation(
            f"{function.__name__}_{other}",
            text.format(other),
            (),
            tip.format(other),
            partial(function, layer=layer),
            (layer,),
            on_mask=True,
        )
        for text, (function, tip) in zip(
            texts,
            (
                (operations.union, "Add everything that the {} has"),
                (operations.intersection, "Keep only what the {} has too"),
                (operations.difference, "Take everything away that the {} has"),
            ),
            strict=True,
        )
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "start_prediction",
        "Start from &prediction",
        ("Shift+P",),
        "Begin the correction with the prediction's mask",
        operations.prediction,
        (Layer.PREDICTION,),
        starts=Layer.PREDICTION,
    ),
    Operation(
        "start_reference",
        "Start from &reference",
        ("Shift+R",),
        "Begin the correction with the reference",
        operations.reference,
        (Layer.REFERENCE,),
        starts=Layer.REFERENCE,
    ),
    Operation(
        "start_nothing",
        "Start from &nothing",
        ("Shift+N",),
        "Begin the correction with an empty mask",
        operations.nothing,
        starts=Layer.NOTHING,
    ),
    Operation(
        "discard",
        "&Discard correction",
        ("Shift+Del",),
        "Take the correction away; can be undone",
        operations.nothing,
        (Layer.CORRECTION,),
        discards=True,
    ),
    Operation(
        "fill_holes",
        "Fill &holes",
        ("Shift+H",),
        "Add everything that the mask encloses",
        operations.fill_holes,
        on_mask=True,
        within=True,
    ),
    Operation(
        "keep_largest",
        "&Keep the largest piece",
        ("Shift+L",),
        "Take every other piece away",
        operations.keep_largest,
        on_mask=True,
        within=True,
    ),
    Operation(
        "drop_small",
        "Drop sm&all islands",
        ("Shift+I",),
        "Take away every piece smaller than the option of the tool Islands",
        operations.drop_small,
        on_mask=True,
        within=True,
        named="Drop islands under {small_island} px",
    ),
    Operation(
        "grow",
        "&Grow",
        ("Shift+G",),
        "Add what lies around the mask, by the margin beside lasso and outline",
        operations.grow,
        on_mask=True,
        within=True,
        named="Grow {margin}",
        by_margin=True,
    ),
    Operation(
        "shrink",
        "&Shrink",
        ("Shift+S",),
        "Take the rim of the mask away, by the margin beside lasso and outline",
        operations.shrink,
        on_mask=True,
        within=True,
        named="Shrink {margin}",
        by_margin=True,
    ),
    Operation(
        "smooth",
        "Sm&ooth",
        ("Shift+M",),
        "Round off what sticks out or in by a pixel or two",
        operations.smooth,
        on_mask=True,
        within=True,
    ),
    Operation(
        "hull",
        "Conve&x hull",
        (),
        "Add everything between the mask's outermost points",
        operations.hull,
        on_mask=True,
        within=True,
    ),
    Operation(
        "clear",
        "Cl&ear",
        (),
        "Take every pixel away; the correction stays, and says that there is no tumour",
        operations.nothing,
        on_mask=True,
    ),
    *_with(Layer.PREDICTION, "&Union with {}", "&Intersection with {}", "Di&fference with {}"),
    *_with(Layer.REFERENCE, "Union &with {}", "In&tersection with {}", "Differen&ce with {}"),
)
