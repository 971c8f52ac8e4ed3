"""MATLAB files of plain variables: which there are, and those that somebody said are a slice."""

from __future__ import annotations

from brainseg_gui.files.info import Variable
from brainseg_gui.files.readers.mat_value import MAX_TEXT, Kind, Value
from brainseg_gui.files.wishes import LONGEST_NAME, Variables

MOST = 200  # variables that are listed
SHOWN = 5  # names in a sentence
CALLED = "no cjdata; its variables are {}: choose which is the image (File, Choose variables…)"


def listed(file: Value) -> tuple[Variable, ...]:
    """Return the variables of a file that may be a part of a slice, as they stand in it."""
    found: list[Variable] = []
    for name in file.names():
        if len(found) >= MOST:
            break
        if not _is_plain(name):
            continue
        value = file.field(name)
        if value is not None and (type_ := _type_of(value)) and value.size:
            variable = Variable(name, value.shape, type_)
            if variable.is_picture or (len(value.shape) == 2 and value.size <= MAX_TEXT):
                found.append(variable)
    return tuple(found)


def chosen(file: Value, variables: Variables) -> Value:
    """Return a struct in which the variables that were chosen have the data set's names."""
    names = {
        "image": variables.image,
        "tumorMask": variables.mask,
        "PID": variables.patient,
        "label": variables.tumour,
    }

    def field(name: str) -> Value | None:
        own = names.get(name)
        return file.field(own) if own else None

    return Value(Kind.STRUCT, (1, 1), field=field, names=lambda: [*names])


def nothing_chosen(file: Value, variables: Variables | None) -> str:
    """Return why no variable of a file is its image."""
    known = [it.name for it in listed(file) if it.is_picture]
    if known:
        names = ", ".join(known[:SHOWN]) + (", …" if len(known) > SHOWN else "")
        said = CALLED.format(names)
        missing = "" if variables is None else f"no variable '{variables.image}' in it, and "
        return f"{missing}{said}"
    found = ", ".join(sorted(it for it in file.names() if not it.startswith("#"))[:SHOWN])
    return f"no struct 'cjdata' in it (found: {found or 'nothing'})"


def _is_plain(name: str) -> bool:
    return not name.startswith("#") and name.isprintable() and 0 < len(name) <= LONGEST_NAME


def _type_of(value: Value) -> str:
    """Return what MATLAB calls the class of what may be chosen, "" of the rest."""
    kinds = {Kind.NUMBERS: value.type or "double", Kind.TEXT: "char", Kind.CELLS: "cell"}
    return kinds.get(value.kind, "")
