"""Which function each action calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from brainseg_gui.ui.actions.table import (
    ACTIONS,
    COMPARE,
    EDIT,
    FILE,
    GO,
    HELP,
    MASK,
    MODEL,
    REVIEW,
    VIEW,
)
from brainseg_gui.ui.commands.compare import CompareCommands
from brainseg_gui.ui.commands.edit import EditCommands
from brainseg_gui.ui.commands.file import FileCommands
from brainseg_gui.ui.commands.go import GoCommands
from brainseg_gui.ui.commands.help import HelpCommands
from brainseg_gui.ui.commands.mask import MaskCommands
from brainseg_gui.ui.commands.model import ModelCommands
from brainseg_gui.ui.commands.review import ReviewCommands
from brainseg_gui.ui.commands.view import ViewCommands
from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.tools.operations import OPERATIONS
from brainseg_gui.ui.tools.table import TOOLS

Handler = Callable[..., None]


def handlers(parts: Parts) -> dict[str, Handler]:
    """Return the function of every action: a method of its name, or what its row says.

    Raises
    ------
    AttributeError
        If an action has none; a dead menu entry is a programming error.
    """
    menus = {
        FILE: FileCommands(parts),
        EDIT: EditCommands(parts),
        VIEW: ViewCommands(parts),
        COMPARE: CompareCommands(parts),
        GO: GoCommands(parts),
        MASK: MaskCommands(parts),
        MODEL: ModelCommands(parts),
        REVIEW: ReviewCommands(parts),
        HELP: HelpCommands(parts),
    }
    found: dict[str, Handler] = {f"tool_{spec.name}": _chooses(parts, spec.name) for spec in TOOLS}
    options = parts.tools.options
    found |= {row.name: partial(parts.editing.apply, row, options) for row in OPERATIONS}
    named = (spec for spec in ACTIONS if spec.name not in found)
    return found | {spec.name: getattr(menus[spec.menu], spec.name) for spec in named}


def _chooses(parts: Parts, tool: str) -> Handler:
    return lambda _on: parts.tools.choose(tool)
