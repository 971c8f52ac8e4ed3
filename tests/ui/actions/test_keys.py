"""Which keys give which command: conflicts, swaps, resets, and what is stored of them."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtGui import QKeySequence

from brainseg_gui.ui.actions.keys import Keys, fill, own_keys
from brainseg_gui.ui.actions.spelling import MODIFIERS, NAMED, normal
from brainseg_gui.ui.actions.stored_keys import read_keys, write_keys
from brainseg_gui.ui.actions.table import ACTIONS

NAMES = [spec.name for spec in ACTIONS]
SOME_KEYS = ["F12", "Ctrl+J", "G", "M", "Ctrl+Z", "Return", "Shift+F9", "?", "B", "1", "Esc"]


def sentence(name: str, key: str) -> str:
    conflict = own_keys().conflict(name, key)
    return conflict.sentence if conflict else ""


def test_keys_are_written_as_qt_writes_them() -> None:
    named = [name for name in NAMED.values() if name not in MODIFIERS]
    for key in [*named, *(key for spec in ACTIONS for key in spec.keys), "Ctrl+Alt+Shift+Ü"]:
        assert normal(key) == QKeySequence(key).toString() == normal(key.lower())


@pytest.mark.parametrize("key", ["", "Hyper+X", "XY", "Ctrl+", "A, B", "\x07", "Ctrl+Nonsense"])
def test_what_is_no_key_is_refused_in_a_sentence(key: str) -> None:
    assert sentence("fit", key) == f"{key!r} is no key that can be kept."


def test_a_conflict_names_both_commands() -> None:
    conflict = own_keys().conflict("fit", "g")
    assert conflict is not None
    assert conflict.holder == "toggle_reference"
    assert conflict.sentence == (
        "G is the key of “Reference (ground truth)”: “Fit” cannot have it as well."
    )


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("Space", "is held to move the slice"),
        ("Ctrl+Space", "is held to move the slice"),
        ("Shift+Backtab", "goes from field to field"),
        ("Ctrl+C", "belongs to the text fields"),
        ("Ctrl", "is held with the mouse or its wheel"),
        ("Shift", "is held with the mouse or its wheel"),
        ("Alt+A", "opens the menu Mask"),
        ("Esc", "leaves fields, questions and the past"),
    ],
)
def test_keys_that_are_spoken_for_belong_to_no_command(key: str, what: str) -> None:
    assert sentence("fit", key).startswith(f"{key} {what}")
    assert sentence("fit", key).endswith("“Fit” needs another key.")


def test_a_free_key_and_ones_own_are_no_conflict() -> None:
    assert own_keys().conflict("fit", "F12") is None
    assert own_keys().conflict("fit", "R") is None
    assert own_keys().conflict("cancel", "Esc") is None


def test_a_new_key_takes_the_place_of_one_or_comes_besides() -> None:
    keys = own_keys()
    assert keys.given("tool_brush", "F12", "B").of("tool_brush") == ("F12", "P", "1")
    assert keys.given("tool_brush", "F12").of("tool_brush") == ("B", "P", "1", "F12")


def test_two_commands_can_swap_their_keys() -> None:
    swapped = own_keys().given("toggle_reference", "M", "G")
    assert swapped.of("toggle_reference") == ("M",)
    assert swapped.of("toggle_prediction") == ("G",)


def test_a_swap_gives_nobody_a_key_that_he_may_not_have() -> None:
    swapped = own_keys().given("cancel", "M", "Esc")
    assert (swapped.of("cancel"), swapped.of("toggle_prediction")) == (("M",), ())


def test_a_reset_brings_back_what_another_command_has_taken() -> None:
    keys = own_keys().given("fit", "G", "R")
    assert keys.taken_by_reset("flag") is None
    conflict = keys.taken_by_reset("toggle_reference")
    assert conflict is not None
    assert conflict.holder == "fit"
    back = keys.reset("toggle_reference")
    assert (back.of("toggle_reference"), back.of("fit")) == (("G",), ("Ctrl+F",))


def test_the_keys_of_the_table_are_stored_as_nothing() -> None:
    assert write_keys(own_keys()) == ""
    assert read_keys("") == own_keys()


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([*SOME_KEYS, "-", ""]))))
def test_whatever_is_chosen_no_two_commands_share_a_key_and_all_is_stored(
    choices: list[tuple[str, str]],
) -> None:
    keys = own_keys()
    for name, key in choices:
        keys = chosen(keys, name, key)
    held = [key for name in NAMES for key in keys.of(name)]
    assert len(held) == len(set(held))
    assert read_keys(write_keys(keys)) == keys


def chosen(keys: Keys, name: str, key: str) -> Keys:
    """Return the keys after a choice; "" is a reset, and - no key at all."""
    if key in {"", "-"}:
        return keys.reset(name) if key == "" else keys.without(name)
    conflict = keys.conflict(name, key)
    refused = conflict is not None and not conflict.holder
    return keys if refused else keys.given(name, key, keys.first(name))


def test_unknown_commands_are_left_out() -> None:
    assert read_keys(json.dumps({"gone": ["F12"], "fit": ["Ctrl+J"]})).changes() == {
        "fit": ("Ctrl+J",)
    }


def test_stored_keys_that_are_none_are_dropped_with_a_sentence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        keys = read_keys(json.dumps({"fit": ["Hyper+X", "Ctrl+J"], "undo": ["Space"], "flag": [7]}))
    assert keys.of("fit") == ("Ctrl+J",)
    assert (keys.of("undo"), keys.of("flag")) == (("Ctrl+Z",), ("F",))
    assert "'Hyper+X' is no key that can be kept." in caplog.text
    assert "Space is held to move the slice" in caplog.text


def test_one_key_stored_for_two_commands_goes_to_the_first(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        keys = read_keys(json.dumps({"flag": ["F12"], "fit": ["F12", "Ctrl+J"]}))
    assert (keys.of("fit"), keys.of("flag")) == (("F12", "Ctrl+J"), ("F",))
    assert "F12 is the key of “Fit”: “Flag” cannot have it as well." in caplog.text


def test_what_the_reader_chose_wins_over_the_table() -> None:
    keys = read_keys(json.dumps({"fit": ["G"]}))
    assert (keys.of("fit"), keys.of("toggle_reference")) == (("G",), ())


@pytest.mark.parametrize(
    "text", ["{", "7", "[]", '{"fit": "Ctrl+J"}', '{"fit": {}}', "[" * 100_000]
)
def test_damaged_keys_are_those_of_the_table(text: str) -> None:
    assert read_keys(text) == own_keys()


def test_a_sentence_names_the_key_that_a_command_has_now() -> None:
    keys = own_keys()
    assert fill("Go back ({history})", keys) == "Go back (L)"
    assert fill("Go back ({history})", keys.given("history", "F12", "L")) == "Go back (F12)"
    assert fill("Go back ({history})", keys.without("history")) == "Go back"
    assert fill("Ada ({nobody}) has it", keys) == "Ada ({nobody}) has it"
