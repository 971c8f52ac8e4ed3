"""Every tool in one table. A new one is a file beside this one, and a row here."""

from __future__ import annotations

from brainseg_gui.ui.tools import eraser
from brainseg_gui.ui.tools.brush import RANGE, SHAPE, SIZE, Brush
from brainseg_gui.ui.tools.click import ClickToFix
from brainseg_gui.ui.tools.contour import REACH, Contour
from brainseg_gui.ui.tools.islands import SMALL, DeleteIsland
from brainseg_gui.ui.tools.lines.brings import BRINGS, MARGIN, VERSION
from brainseg_gui.ui.tools.lines.lasso import Lasso
from brainseg_gui.ui.tools.lines.polygon import Polygon
from brainseg_gui.ui.tools.move import Move
from brainseg_gui.ui.tools.pan import Pan
from brainseg_gui.ui.tools.threshold import THRESHOLD, Threshold
from brainseg_gui.ui.tools.tool import ToolOption, ToolSpec
from brainseg_gui.ui.tools.wand import TOLERANCE, Wand

TOOLS: tuple[ToolSpec, ...] = (
    ToolSpec(
        "pan",
        "&Pan",
        ("H",),
        "mdi6.cursor-move",
        "Drag to move, double click to fit; with the middle button, or Space held, at any time",
        Pan,
        edits=False,
        right_button=False,
    ),
    ToolSpec(
        "brush",
        "&Brush",
        ("B", "P", "1"),
        "mdi6.brush",
        "Paint the correction; the right button or Ctrl erases, Shift and wheel: another size",
        Brush,
        (SIZE, SHAPE, RANGE),
    ),
    ToolSpec(
        "eraser",
        "&Eraser",
        ("E",),
        "mdi6.eraser",
        "Take pixels off the correction; Shift and wheel: another size",
        eraser.Eraser,
        (eraser.SIZE, SHAPE),
    ),
    ToolSpec(
        "lasso",
        "L&asso",
        ("O",),
        "mdi6.lasso",
        "Draw around what is to be added; Ctrl takes it away",
        Lasso,
        (BRINGS, MARGIN, VERSION),
        right_button=False,
    ),
    ToolSpec(
        "polygon",
        "Poly&gon",
        ("Shift+O",),
        "mdi6.vector-polygon",
        "Click the corners of what is to be added, Enter closes; Ctrl at the first takes it away",
        Polygon,
        (BRINGS, MARGIN, VERSION),
        right_button=False,
    ),
    ToolSpec(
        "wand",
        "&Wand",
        ("W",),
        "mdi6.magic-staff",
        "Press for what is alike, drag for more; Ctrl takes it away",
        Wand,
        (TOLERANCE,),
        right_button=False,
    ),
    ToolSpec(
        "islands",
        "&Islands",
        ("Shift+E",),
        "mdi6.select-remove",
        "Click an island to delete it; the right button or Ctrl keeps only it",
        DeleteIsland,
        (SMALL,),
    ),
    ToolSpec(
        "move",
        "Mo&ve",
        ("Shift+D",),
        "mdi6.select-drag",
        "Drag an island by whole pixels; with Shift, or beside the islands, the whole mask",
        Move,
        right_button=False,
    ),
    ToolSpec(
        "contour",
        "Outli&ne",
        ("Shift+C",),
        "mdi6.vector-curve",
        "Drag the outline of an island or of a hole; what is near follows softly",
        Contour,
        (REACH, MARGIN),
        right_button=False,
    ),
    ToolSpec(
        "threshold",
        "&Threshold",
        ("Shift+Q",),
        "mdi6.contrast-circle",
        "Drag right for a higher threshold of the probability, left for a lower one",
        Threshold,
        (THRESHOLD,),
        right_button=False,
    ),
    ToolSpec(
        "click",
        "&Click to fix",
        ("Q",),
        "mdi6.cursor-default-click-outline",
        "Click what the mask lacks; the right button or Ctrl: what it has too much of",
        ClickToFix,
        asks_corrector=True,
    ),
)
FIRST_TOOL = "pan"  # a click to look closer must paint nothing: the brush waits for its key


def options_of(tools: tuple[ToolSpec, ...]) -> tuple[ToolOption, ...]:
    """Return the options of tools, each once, and those of each tool in its own order."""
    places: dict[ToolOption, int] = {}
    for tool in tools:
        for place, option in enumerate(tool.options):
            places[option] = max(place, places.get(option, 0))
    return tuple(sorted(places, key=lambda option: places[option]))
