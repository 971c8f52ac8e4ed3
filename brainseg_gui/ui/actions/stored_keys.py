"""The keys that the reader changed, as a text in the settings and back. No Qt here."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence

from brainseg_gui.ui.actions.keys import Keys, own_keys
from brainseg_gui.ui.actions.spelling import normal
from brainseg_gui.ui.actions.table import ACTIONS, ActionSpec

log = logging.getLogger(__name__)


def read_keys(text: str, specs: Sequence[ActionSpec] = ACTIONS) -> Keys:
    """Return the table's keys with the changes that were stored as `text`.

    What the reader chose wins over the table's keys, which may be new. Unknown commands are left
    out; so are keys that are none, reserved or taken, each with a sentence in the log.
    """
    changes, keys = _parse(text), own_keys(specs)
    stored = {spec.name: changes[spec.name] for spec in specs if spec.name in changes}
    keys = Keys(specs, {**keys.by_command, **dict.fromkeys(stored, ())})
    given: set[str] = set()
    for name, wanted in stored.items():
        for key in wanted:
            conflict = keys.conflict(name, key)
            if conflict and (not conflict.holder or normal(key) in given):
                log.warning("A stored key is left out: %s", conflict.sentence)
                continue
            keys = keys.given(name, key)
            given.add(normal(key))
    return _with_own(keys, [name for name, wanted in stored.items() if wanted])


def _with_own(keys: Keys, names: Iterable[str]) -> Keys:
    """Give those of whose stored keys nothing was left what is free of their own."""
    for name in names:
        if not keys.of(name):
            for key in own_keys(keys.specs).of(name):
                keys = keys if keys.holder(key) else keys.given(name, key)
    return keys


def write_keys(keys: Keys) -> str:
    """Return the changes as a text to be stored; empty where there are none."""
    changes = keys.changes()
    return json.dumps(changes, ensure_ascii=False) if changes else ""


def _parse(text: str) -> dict[str, tuple[str, ...]]:
    """Return what is stored, as far as it is what `write_keys` writes."""
    if not text:
        return {}
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError):
        log.warning("The stored keys are damaged; those of the table are used.")
        return {}
    if not isinstance(stored, dict):
        log.warning("The stored keys are damaged; those of the table are used.")
        return {}
    return {
        name: tuple(keys)
        for name, keys in stored.items()
        if isinstance(keys, list) and all(isinstance(key, str) for key in keys)
    }
