"""The table of an export as an Excel file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from brainseg_gui.core.text import cell, shown
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers.given import Gathered

FILE = "provenance.xlsx"
LONGEST = 32767  # letters in a cell
UNPRINTABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]")  # what the format cannot hold
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DIGITS = 15  # of a number, more of which no spreadsheet has
NUMBERS = {"dice"}  # columns that the table has as text
Value = str | int | float


def write(path: Path, gathered: Gathered) -> None:
    """Write the rows of `provenance.csv` as the only sheet.

    Raises
    ------
    WriteError
        If it cannot be written, or does not read back as the same table.
    """
    from openpyxl import Workbook

    header: list[Value] = list(gathered.rows[0]) if gathered.rows else []
    table = [header] * bool(header)
    table += ([_value(*it) for it in row.items()] for row in gathered.rows)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("provenance")
    sheet.freeze_panes = "A2"
    for row in table:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    write_atomically(path, content.getvalue())
    try:
        found = list(read_table(path))
        same = len(found) == len(table) and all(map(_is_row, found, table))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise WriteError(path, "what is on the disk is no table") from error
    if not same:
        raise WriteError(path, "what is on the disk differs from what was written")


def read_table(path: Path) -> Iterator[list[str]]:
    """Yield the rows of the first sheet as text, straight from what Excel reads."""
    with zipfile.ZipFile(path) as file:
        sheet = ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml"))
        texts = []
        if "xl/sharedStrings.xml" in file.namelist():
            shared = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
            texts = ["".join(it.itertext()) for it in shared.iter(f"{SPACE}si")]
    width = 0  # that of the header
    for row in sheet.iter(f"{SPACE}row"):
        cells = {_column(it.get("r", "")): _text(it, texts) for it in row.iter(f"{SPACE}c")}
        width = width or max(cells, default=-1) + 1
        yield [cells.get(place, "") for place in range(width)]


def _is_row(found: list[str], row: list[Value]) -> bool:
    return len(found) == len(row) and all(
        it == value if isinstance(value, str) else float(it) == value
        for it, value in zip(found, row, strict=True)
    )


def _column(reference: str) -> int:
    """Return the place of a column: A1 stands in the first, AB7 in the twenty-eighth."""
    place = 0
    for letter in re.sub("[0-9]", "", reference):
        place = place * 26 + ord(letter) - 64
    return place - 1


def _text(found: ElementTree.Element, texts: list[str]) -> str:
    said = "".join(found.itertext())
    return texts[int(said)] if found.get("t") == "s" else said


def _value(column: str, found: object) -> Value:
    """Return what a cell holds: no text is a formula, and all letters are such as may stand."""
    if isinstance(found, int | float) and not isinstance(found, bool):
        return found if isinstance(found, int) else float(f"{found:.{DIGITS}g}")
    if column in NUMBERS and found:
        return float(str(found))
    text = shown(cell("" if found is None else str(found)))
    return UNPRINTABLE.sub("\ufffd", text)[:LONGEST]
