"""The table of settings: what is stored, by this program or the one before, and what is damaged."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QByteArray, QSettings

from brainseg_gui.core.layer import Layer
from brainseg_gui.review.worklist.sorting import SortKey
from brainseg_gui.ui.dialogs.reader_choice import known_readers, remembered_reader
from brainseg_gui.ui.widgets.settings import (
    ADVANCE,
    BRUSH,
    BRUSH_AT_START,
    DESCENDING,
    EXPORT_FOLDER,
    GEOMETRY,
    LAYER_COLOURS,
    LAYER_WIDTHS,
    ORDER,
    PREDICT_ON_OPENING,
    SETTINGS,
    SHOWN_AT_START,
    VIEW,
    VIEW_AT_START,
    Setting,
    settings,
)
from tests.ui.hands import NewHands

# What the program wrote before there was a table, as its file holds it.
BEFORE: dict[str, object] = {
    "brush": 31, "view": "clahe", "order": "RISK", "descending": True, "advance": False,
    "export_folder": "/masks", "reader": "Bo", "readers": ["Ada", "Bo"],
}  # fmt: skip
DAMAGED = ("", "\x00@", "@Invalid()", "-7", "1e99", "nan", ["a", "b"], QByteArray(b"\xff\x00"))


def write(stored: dict[str, object]) -> None:
    """Store as another program would: by name, and through the file."""
    file = QSettings()
    for key, value in stored.items():
        file.setValue(key, value)
    file.sync()


def test_no_two_settings_share_a_name() -> None:
    assert [k for k, count in Counter(s.key for s in SETTINGS).items() if count > 1] == []


def test_every_default_is_a_value_that_can_be_stored() -> None:
    for setting in SETTINGS:
        settings.put(setting, setting.default)
        QSettings().sync()
        assert settings.get(setting) == setting.default


@pytest.mark.parametrize("stored", DAMAGED, ids=repr)
def test_what_is_read_can_be_stored_again_however_damaged_it_was(stored: object) -> None:
    write(dict.fromkeys((setting.key for setting in SETTINGS), stored))
    for setting in SETTINGS:
        settings.put(setting, settings.get(setting))


def test_what_a_setting_cannot_be_is_its_default() -> None:
    write(dict.fromkeys((setting.key for setting in SETTINGS), "-7"))
    told: list[Setting[Any]] = [BRUSH, BRUSH_AT_START, VIEW, VIEW_AT_START, ORDER, DESCENDING]
    told += [ADVANCE, GEOMETRY, *LAYER_COLOURS.values()]
    told += LAYER_WIDTHS.values()
    for setting in told:
        assert settings.get(setting) == setting.default


def test_a_value_that_a_setting_cannot_have_is_refused() -> None:
    with pytest.raises(ValueError, match="not from 1 to 200: 500"):
        settings.put(BRUSH, 500)


def test_settings_of_the_program_before_are_honoured() -> None:
    write(BEFORE)
    assert (settings.get(BRUSH), settings.get(VIEW)) == (31, "clahe")
    assert (settings.get(ORDER), settings.get(DESCENDING)) == (SortKey.RISK, True)
    assert (settings.get(ADVANCE), settings.get(EXPORT_FOLDER)) == (False, "/masks")
    assert (remembered_reader(), known_readers()) == ("Bo", ["Ada", "Bo"])


def test_a_change_is_announced_and_a_value_that_stays_is_not_even_written() -> None:
    heard: list[str] = []
    settings.changed.connect(heard.append)
    settings.put(BRUSH, 16)
    settings.put(BRUSH, 17)
    written = Path(QSettings().fileName()).stat()
    settings.put(BRUSH, 17)
    assert Path(QSettings().fileName()).stat() == written
    settings.reset(BRUSH)
    settings.reset(BRUSH)
    settings.changed.disconnect(heard.append)
    assert heard == ["brush", "brush"]


def test_what_is_put_together_is_on_the_disk_once_all_is() -> None:
    settings.put(BRUSH, 17)
    file = Path(QSettings().fileName())
    before = file.read_bytes()
    with settings.together():
        settings.put(BRUSH, 18)
        settings.put(DESCENDING, True)
        assert (settings.get(BRUSH), settings.get(DESCENDING)) == (18, True)
        assert file.read_bytes() == before
    assert file.read_bytes() != before


def test_a_window_begins_as_the_one_before_was_left(new_hands: NewHands) -> None:
    write(BEFORE)
    window = new_hands().window
    assert window.parts.tools.option("brush") == 31
    assert window.parts.actions["view_clahe"].isChecked()
    assert not window.parts.actions["advance"].isChecked()
    arrangement = window.parts.worklist.model.arrangement
    assert (arrangement.key, arrangement.descending) == (SortKey.RISK, True)


@pytest.mark.parametrize("stored", DAMAGED, ids=repr)
def test_damaged_settings_do_not_stop_the_start(new_hands: NewHands, stored: object) -> None:
    write(dict.fromkeys((setting.key for setting in SETTINGS), stored))
    window = new_hands().window
    assert window.parts.tools.option("brush") == 16
    assert window.parts.actions["view_equalised"].isChecked()


def test_a_window_begins_as_the_reader_wants_it(new_hands: NewHands) -> None:
    write(BEFORE)
    settings.put(BRUSH_AT_START, 40)
    settings.put(VIEW_AT_START, "raw")
    settings.put(PREDICT_ON_OPENING, False)
    settings.put(SHOWN_AT_START[Layer.REFERENCE], False)
    window = new_hands().window
    assert window.parts.tools.option("brush") == 40
    assert window.parts.actions["view_raw"].isChecked()
    assert not window.parts.network.on_opening
    assert not window.parts.actions["auto_predict"].isChecked()
    assert not window.parts.layers.shown(Layer.REFERENCE)
    assert window.parts.layers.shown(Layer.PREDICTION)
