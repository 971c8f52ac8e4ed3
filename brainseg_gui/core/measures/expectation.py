"""What a risk has meant so far: the Dice to expect, and how far it may lie off."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ExpectedDice:
    """The Dice that slices of the same risk had, and an interval that holds most of theirs."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class RiskTable:
    """Risks of slices that a network was not trained on, and what became of them.

    Attributes
    ----------
    risk : tuple of float
        Ascending, in [0, 1]; see `brainseg_gui.core.measures.risk`. Two or more.
    mean, low, high : tuple of float
        Dice at each, in [0, 1]; never rising, and in this order.

    Raises
    ------
    ValueError
        If the numbers are not so.
    """

    risk: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def __post_init__(self) -> None:
        columns = self.risk, self.mean, self.low, self.high
        if len(self.risk) < 2 or len({len(column) for column in columns}) > 1:
            raise ValueError("a table of risks needs two rows or more, each of four numbers")
        if not all(0 <= number <= 1 and math.isfinite(number) for c in columns for number in c):
            raise ValueError("a table of risks holds numbers from 0 to 1")
        if min(np.diff(self.risk)) <= 0 or max(np.diff(columns[1:]).ravel()) > 0:
            raise ValueError("with rising risk, the Dice of a table of risks must not rise")
        if not all(a <= b <= c for a, b, c in zip(self.low, self.mean, self.high, strict=True)):
            raise ValueError("the mean of a table of risks must lie in its interval")

    def expected(self, risk: float) -> ExpectedDice:
        """Return what to expect of a prediction of this risk; linear between the rows.

        Examples
        --------
        >>> RiskTable((0.0, 1.0), (0.9, 0.0), (0.8, 0.0), (1.0, 0.0)).expected(0.5)
        ExpectedDice(mean=0.45, low=0.4, high=0.5)
        """
        mean, low, high = (
            float(np.interp(risk, self.risk, column)) for column in (self.mean, self.low, self.high)
        )
        return ExpectedDice(mean, low, high)

    def risk_of(self, mean: float) -> float:
        """Return the risk at which so much is to be expected.

        Examples
        --------
        >>> RiskTable((0.0, 1.0), (0.9, 0.0), (0.8, 0.0), (1.0, 0.0)).risk_of(0.45)
        0.5
        """
        return float(np.interp(mean, self.mean[::-1], self.risk[::-1]))


@dataclass(frozen=True)
class Judge:
    """A network that says more of another one's masks than their risk alone does.

    Attributes
    ----------
    name : str
        Of its bundle.
    sum : str
        SHA-256 of its ONNX file.
    table : RiskTable
        Of the joint risk, of this network and those that are asked before it.
    view : str
        Its switch for one view, which is asked for; the mean over all views where empty.
    """

    name: str
    sum: str
    table: RiskTable
    view: str = ""
