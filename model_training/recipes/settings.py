"""Read frozen dataclasses from JSON; what nobody knows or what has the wrong type is refused."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

# What JSON may hold for the type of a setting.
KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "str": (str,),
    "None": (type(None),),
    "dict[str, Any]": (dict,),
    "tuple[str, ...]": (list,),
    "tuple[Stage, ...]": (list,),
    "tuple[float, ...]": (list,),
    "ClickSettings": (dict,),
}
NAMES = {type(None): "null", dict: "settings in braces"}


def check_settings(kind: type, values: Any) -> None:
    """Refuse settings that nobody knows, and those of the wrong type, by their names.

    Parameters
    ----------
    kind : type
        A dataclass whose annotations are text, made of the keys of `KINDS`.
    values : anything that JSON can hold

    Raises
    ------
    ValueError
        One sentence with the setting's name and what was found.
    """
    if not isinstance(values, dict):
        raise ValueError(f"expected settings in braces, found {values!r}")
    fields = {field.name: str(field.type) for field in dataclasses.fields(kind)}
    if unknown := sorted(values.keys() - fields.keys()):
        raise ValueError(f"unknown setting {', '.join(unknown)}")
    needed = {
        field.name
        for field in dataclasses.fields(kind)
        if field.default is field.default_factory is dataclasses.MISSING
    }
    if missing := sorted(needed - values.keys()):
        raise ValueError(f"missing setting {', '.join(missing)}")
    for name, value in values.items():
        wanted = tuple(one for part in fields[name].split(" | ") for one in KINDS[part])
        if not isinstance(value, wanted) or isinstance(value, bool):
            kinds = " or ".join(NAMES.get(one, one.__name__) for one in wanted)
            raise ValueError(f"{name} must be {kinds}, found {value!r}")
        texts = value if isinstance(value, list) and "str" in fields[name] else []
        if not all(isinstance(one, str) for one in texts):
            raise ValueError(f"{name} must be a list of str, found {value!r}")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{name} must be a number, found {value!r}")


def refuse_below(least: int, settings: object, *names: str) -> None:
    """Refuse the first of these settings that is below the least, by a ValueError."""
    for name in names:
        if (value := getattr(settings, name)) < least:
            raise ValueError(f"{name} must be {least} or more, found {value}")
