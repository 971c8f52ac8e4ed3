"""What is wished for of files, on its way to the process that reads them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.files.wishes import (
    NONE,
    Plane,
    Variables,
    Wishes,
    tumour_classes,
    variables_in,
)

WISHES = st.builds(
    Wishes,
    st.sampled_from(Plane),
    st.dictionaries(st.integers(-9, 300), st.booleans()).map(lambda it: tuple(sorted(it.items()))),
    st.booleans(),
    st.booleans(),
    st.none() | st.builds(Variables, st.text(min_size=1, max_size=63), *[st.text(max_size=63)] * 3),
)


@given(WISHES)
def test_wishes_arrive_as_they_were_sent(wishes: Wishes) -> None:
    assert Wishes.of(json.loads(json.dumps(wishes.message))) == wishes


@pytest.mark.parametrize(
    "said",
    [
        None,
        3,
        [],
        {"plane": 7},
        {"plane": "UP", "classes": [1, ["1", True], [True, True]]},
        {"variables": {"image": "V"}},
        {"variables": {**dict.fromkeys(("mask", "patient", "tumour"), ""), "image": "V" * 64}},
    ],
)
def test_nonsense_is_not_wished_for(said: object) -> None:
    assert Wishes.of(said) == NONE


@pytest.mark.parametrize("text", ["", "1,", "0,1", "a", "1.5", "1;2", ",".join("1" * 65)])
def test_what_is_no_list_of_classes_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="classes"):
        tumour_classes(text)


@pytest.mark.parametrize(
    ("classes", "tumour"),
    [((1, 2, 4), (1, 4)), ((2,), ()), ((1,), (1,)), ((255,), (255,)), ((1, 7), (1,)), ((), ())],
)
def test_where_all_are_named_others_are_none_and_255_alone_still_is(
    classes: tuple[int, ...], tumour: tuple[int, ...]
) -> None:
    assert Wishes(classes=tumour_classes("1,4"), no_others=True).tumour_in(classes) == tumour


@given(WISHES, WISHES)
def test_other_wishes_have_another_key_and_none_have_none(one: Wishes, other: Wishes) -> None:
    assert (one.key == other.key) == (one == other)
    assert NONE.key == ""


@pytest.mark.parametrize("said", ["", "V", "mask=W", "image=", "image=V,colour=W", "image=a=b"])
def test_a_text_that_names_no_image_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"not the names|dictionary update"):
        variables_in(said)


def test_a_text_names_variables() -> None:
    found = Variables("V", mask="W", patient="who", tumour="what")
    assert variables_in("image=V,mask=W, patient=who,type=what") == found
