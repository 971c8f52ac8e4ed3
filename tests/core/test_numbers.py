"""Numbers are read as they are typed."""

from __future__ import annotations

import pytest

from brainseg_gui.core.numbers import number_in


@pytest.mark.parametrize("text", ["0.49", "0,49", " 0.49", "٠٫٤٩", "٠.٤٩"])
def test_a_point_and_a_comma_mean_the_same(text: str) -> None:
    assert number_in(text) == 0.49


@pytest.mark.parametrize("text", ["", "x", "1.234,5", "1,234.5", "nan", "inf", "1_0", "0 49", "²"])
def test_what_may_mean_two_things_or_nothing_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"no number|could not convert"):
        number_in(text)
