"""Which masks of a slice can be compared, and which two are where nothing else was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brainseg_gui.core.layer import Layer
from brainseg_gui.review.values.verdict import ModelUse, Version
from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.widgets.moments import moment

# The masks that somebody proposes, and what they are held against; the first that there is.
JUDGED = (Layer.CORRECTION, Layer.PREDICTION, Layer.REFERENCE)
HELD_AGAINST = (Layer.REFERENCE, Layer.PREDICTION, Layer.CORRECTION)


@dataclass(frozen=True)
class Side:
    """One of the two masks that are compared: a layer, a version of some reader, or what a
    network says that is not in use.

    Attributes
    ----------
    layer : Layer
        NOTHING for the others.
    version : Version or None
    network : str
        The name of that network; empty for the others.
    model : ModelUse or None
        That network.
    """

    layer: Layer
    version: Version | None = None
    network: str = ""
    model: ModelUse | None = None

    @property
    def is_layer(self) -> bool:
        """Tell whether it is one of the layers that the slice always has."""
        return self.layer is not Layer.NOTHING

    @property
    def name(self) -> str:
        """Return it as a sentence names it."""
        if self.network:
            return f"prediction of {self.network}"
        return self.layer.value if self.version is None else f"{self.version.reader}'s version"

    @property
    def title(self) -> str:
        """Return it as a list names it, where one reader may have several versions."""
        if self.network:
            return f"Network {self.network}"
        if self.version is None:
            return self.layer.value.capitalize()
        return f"{self.version.reader}, {self.version.verdict.value} {moment(self.version.at)}"


@dataclass(frozen=True)
class Choice:
    """What the reader chose for the two places; None where that is left to the program."""

    a: Side | None = None
    b: Side | None = None

    @property
    def names_version(self) -> bool:
        """Tell whether a version is among them."""
        return any(side is not None and side.version is not None for side in (self.a, self.b))

    @property
    def names_network(self) -> bool:
        """Tell whether the prediction of a network that is not in use is among them."""
        return any(side is not None and side.network for side in (self.a, self.b))


def network_side(name: str, model: ModelUse) -> Side:
    """Return what a network says that is not in use."""
    return Side(Layer.NOTHING, network=name, model=model)


def layers_of(now: OnScreen) -> tuple[Side, ...]:
    """Return the layers that the slice has; the reference only where it may be seen."""
    return tuple(Side(layer) for layer in HELD_AGAINST if now.layer(layer) is not None)


def sides_of(
    now: OnScreen, versions: Iterable[Version], networks: Iterable[Side] = ()
) -> tuple[Side, ...]:
    """Return everything that can be compared on a slice: layers, other networks, versions.

    The last version comes first.
    """
    kept = [Side(Layer.NOTHING, version) for version in versions]
    return (*layers_of(now), *networks, *reversed(kept))


def chosen(
    choice: Choice,
    now: OnScreen,
    versions: Sequence[Version] = (),
    networks: Iterable[Side] = (),
) -> tuple[Side, Side] | None:
    """Return the two masks to compare; None where there are no two.

    Correction against reference, prediction against reference where there is no correction, and
    correction against prediction where there is no reference, or where it is hidden. What the
    reader chose comes first, as far as the slice has it.

    Parameters
    ----------
    choice : Choice
    now : OnScreen
    versions : sequence of Version
        Of the slice, the oldest first; needed only where the choice names one.
    networks : iterable of Side
        Those not in use that said something of the slice; likewise.
    """
    layers = layers_of(now)
    there = (*layers, *networks)
    a, b = _fitting(choice.a, there, versions), _fitting(choice.b, there, versions)
    a = a or _first(JUDGED, layers, b)
    b = b or _first(HELD_AGAINST, layers, a)
    return None if a is None or b is None or a == b else (a, b)


def with_side(choice: Choice, place: str, side: Side | None) -> Choice:
    """Return the choice with another mask in a place, "a" or "b"; the two are never the same.

    Where the other place was to show it too, that one is left to the program again.
    """
    other = choice.b if place == "a" else choice.a
    if other == side:
        other = None
    return Choice(side, other) if place == "a" else Choice(other, side)


def _fitting(side: Side | None, there: Sequence[Side], versions: Sequence[Version]) -> Side | None:
    """Return what was chosen as this slice has it: of a version of another slice, its reader's."""
    if side is None or side in there:
        return side
    if side.version is None:
        return None
    same = [it for it in versions if it.id == side.version.id]
    last = [it for it in versions if it.reader == side.version.reader and not it.withdrawn]
    found = same or last
    return Side(Layer.NOTHING, found[-1]) if found else None


def _first(order: Sequence[Layer], there: Sequence[Side], other: Side | None) -> Side | None:
    return next((Side(it) for it in order if Side(it) in there and Side(it) != other), None)
