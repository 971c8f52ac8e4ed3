"""Every tool in one table. A new one is a file beside this one, and a row here."""

from __future__ import annotations

from brainseg_gui.ui.tools.brush import SIZE, Brush
from brainseg_gui.ui.tools.click import ClickToFix
from brainseg_gui.ui.tools.eraser import Eraser
from brainseg_gui.ui.tools.lasso import Lasso
from brainseg_gui.ui.tools.pan import Pan
from brainseg_gui.ui.tools.polygon import Polygon
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
        "Paint the correction; the right button or Ctrl erases",
        Brush,
        (SIZE,),
    ),
    ToolSpec(
        "eraser",
        "&Eraser",
        ("E",),
        "mdi6.eraser",
        "Take pixels off the correction",
        Eraser,
        (SIZE,),
    ),
    ToolSpec(
        "lasso",
        "L&asso",
        ("O",),
        "mdi6.lasso",
        "Draw around what is to be added; Ctrl takes it away",
        Lasso,
        right_button=False,
    ),
    ToolSpec(
        "polygon",
        "Poly&gon",
        ("Shift+O",),
        "mdi6.vector-polygon",
        "Click the corners of what is to be added, Enter closes; Ctrl at the first takes it away",
        Polygon,
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
    """Return the options of tools, each once."""
    return tuple({option.name: option for tool in tools for option in tool.options}.values())
