"""What happens to the mask where a line encloses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks import operations
from brainseg_gui.core.masks.operations import Context
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.operations import MARGIN as ANY_MARGIN
from brainseg_gui.ui.tools.operations import OPERATIONS, Operation
from brainseg_gui.ui.tools.tool import Kept, Port, ToolOption

NO_VERSION = "There is no earlier version of this slice: closing it will do nothing"


class Brings(Protocol):
    """One of the things that a line can do."""

    @property
    def text(self) -> str:
        """Return it as it is chosen."""

    def step(self, port: Port) -> str:
        """Return the name of the step, behind that of the tool."""

    def promise(self, port: Port) -> str:
        """Return what closing the line will do."""

    def mask(self, port: Port) -> Mask | None:
        """Return the (H, W) mask that is to be inside the line; None where there is none."""


@dataclass(frozen=True)
class Fills:
    """Adds what is inside, or takes it away."""

    text: str
    behind: str
    does: str
    function: Callable[[Mask, Context], Mask]

    def step(self, port: Port) -> str:
        """Return the name of the step."""
        return self.behind

    def promise(self, port: Port) -> str:
        """Return what closing the line will do."""
        return f"Closing it will {self.does} what is inside"

    def mask(self, port: Port) -> Mask | None:
        """Return a full or an empty mask."""
        return self.function(port.mask, Context())


@dataclass(frozen=True)
class BackTo:
    """Goes back to another layer."""

    layer: Layer

    @property
    def text(self) -> str:
        """Return the name of the layer."""
        return self.layer.value.capitalize()

    def step(self, port: Port) -> str:
        """Return the name of the step."""
        return f", back to {self.layer.value}"

    def promise(self, port: Port) -> str:
        """Return what closing the line will do."""
        if port.layer(self.layer) is None:
            return f"There is no {self.layer.value} here: closing it will do nothing"
        return f"Inside, the mask will be that of the {self.layer.value}"

    def mask(self, port: Port) -> Mask | None:
        """Return the layer."""
        return port.layer(self.layer)


@dataclass(frozen=True)
class BackToVersion:
    """Goes back to a version that the review keeps, whoever's it is."""

    text: str = "Earlier version"

    def step(self, port: Port) -> str:
        """Return the name of the step."""
        kept = _version(port)
        return "" if kept is None else f", back to {kept.title}"

    def promise(self, port: Port) -> str:
        """Return what closing the line will do."""
        kept = _version(port)
        return NO_VERSION if kept is None else f"Inside, the mask will be that of {kept.title}"

    def mask(self, port: Port) -> Mask | None:
        """Return the version's mask."""
        kept = _version(port)
        return None if kept is None else kept.read()


@dataclass(frozen=True)
class Does:
    """Does an operation, but only inside."""

    operation: Operation

    @property
    def text(self) -> str:
        """Return the operation's name."""
        return self.operation.plain

    def step(self, port: Port) -> str:
        """Return the name of the step."""
        return f": {self._name(port)}"

    def promise(self, port: Port) -> str:
        """Return what closing the line will do."""
        if reason := self.operation.why_not(port.options, port.spacing_mm):
            return f"{reason}: closing it will do nothing"
        return f"Closing it will {self._name(port)}, but only inside"

    def mask(self, port: Port) -> Mask | None:
        """Return the mask as the operation makes it."""
        if self.operation.why_not(port.options, port.spacing_mm):
            return None
        context = Context(spacing_mm=port.spacing_mm, options=port.options)
        return self.operation.function(port.mask, context)

    def _name(self, port: Port) -> str:
        name = self.operation.step(port.options)
        return name[0].lower() + name[1:]


def _version(port: Port) -> Kept | None:
    """Return the version that was chosen, of those that this slice has."""
    versions = port.versions
    return versions[min(int(port.options[VERSION.name]), len(versions) - 1)] if versions else None


ADD = Fills("Add", "", "add", operations.everything)
TAKE_AWAY = Fills("Take away", ", taken away", "take away", operations.nothing)
WAYS: tuple[Brings, ...] = (
    ADD,
    TAKE_AWAY,
    BackTo(Layer.PREDICTION),
    BackTo(Layer.REFERENCE),
    BackToVersion(),
    *(Does(row) for row in OPERATIONS if row.within),
)
BRINGS = ToolOption(
    "lasso_brings",
    "What lasso and polygon do",
    *(0, len(WAYS) - 1, 0),
    choices=tuple(way.text for way in WAYS),
)


def _ways(fits: Callable[[Brings], bool]) -> tuple[str, frozenset[int]]:
    return BRINGS.name, frozenset(at for at, way in enumerate(WAYS) if fits(way))


MARGIN = replace(
    ANY_MARGIN, only_where=_ways(lambda way: isinstance(way, Does) and way.operation.by_margin)
)
VERSION = ToolOption(
    "lasso_version",
    "The version that lasso and polygon bring back",
    *(0, 999, 0),
    choices=("The last one",),
    live=True,
    only_where=_ways(lambda way: isinstance(way, BackToVersion)),
)
