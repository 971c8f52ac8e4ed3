"""What to expect of a prediction, from what became of others."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.core.measures.expectation import RiskTable

TABLE = RiskTable((0.01, 0.2, 1.0), (0.95, 0.6, 0.0), (0.9, 0.1, 0.0), (0.98, 0.8, 0.0))


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_risk_never_promises_more(one: float, other: float) -> None:
    first, second = TABLE.expected(min(one, other)), TABLE.expected(max(one, other))
    assert 0 <= first.low <= first.mean <= first.high <= 1
    assert (second.low, second.mean, second.high) <= (first.low, first.mean, first.high)


@pytest.mark.parametrize(
    "columns",
    [
        ((0.5,), (0.5,), (0.5,), (0.5,)),
        ((0.1, 0.5), (0.9, 0.5), (0.8, 0.4), (0.95,)),
        ((0.5, 0.1), (0.9, 0.5), (0.8, 0.4), (0.95, 0.6)),
        ((0.1, 0.1), (0.9, 0.5), (0.8, 0.4), (0.95, 0.6)),
        ((0.1, 0.5), (0.5, 0.9), (0.4, 0.4), (0.95, 0.95)),
        ((0.1, 0.5), (0.9, 0.5), (0.8, 0.6), (0.95, 0.6)),
        ((0.1, 1.5), (0.9, 0.5), (0.8, 0.4), (0.95, 0.6)),
        ((0.1, 0.5), (0.9, math.nan), (0.8, 0.4), (0.95, 0.6)),
    ],
)
def test_a_table_that_says_no_such_thing_is_refused(columns: tuple[tuple[float, ...], ...]) -> None:
    with pytest.raises(ValueError, match="a table of risks"):
        RiskTable(*columns)
