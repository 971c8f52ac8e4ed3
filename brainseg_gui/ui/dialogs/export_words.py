"""What an export says before it is done, and after."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from brainseg_gui.core.text import shown
from brainseg_gui.files.writers.table import Row, rows, writers_in
from brainseg_gui.review.exports import Export, before
from brainseg_gui.review.handover.names import Nameless
from brainseg_gui.review.handover.naming import Naming
from brainseg_gui.review.handover.options import Options
from brainseg_gui.review.handover.pattern import Pattern, PatternError
from brainseg_gui.review.handover.units import Unit
from brainseg_gui.ui.dialogs.export_choice import Ends, ExportChoice
from brainseg_gui.ui.dialogs.export_scope import Scope
from brainseg_gui.ui.jobs.exporter import Exported

NAMED = 3  # files that are shown before
MOST_IN_STACK = 1000  # slices of a stack that a preview passes over
NO_STACKS: Mapping[str, Ends] = {}
NOTHING_LOST = "Nothing of your work is lost; choose another place."
HIDDEN = "Named by 16 digits in place of name and patient"


def will_be_written(
    export: Export, choice: ExportChoice, stacks: Mapping[str, Ends] = NO_STACKS
) -> str:
    """Return what will be written, what comes along, and what is left out and why."""
    said = before(export, filtered=choice.scope is Scope.FILTERED)
    wants = [it.text for it in writers_in(_formats(choice)) if it.from_slice]
    if wants and export.gone:
        these = "1 of them is" if export.gone == 1 else f"{export.gone} of them are"
        said += f" The file of {these} gone: not as {' or '.join(wants)}."
    if choice.volumes and any(it.stack for it in writers_in(_formats(choice))):
        asked = {(stacks.get(it.name), it.reader) for it in export.corrections} - {(None, "")}
        along = [it for it in export.along if it.name in stacks]
        if count := sum((stacks[it.name], it.reader) in asked for it in along):
            masks = "1 more mask" if count == 1 else f"{count} more masks"
            said += f" {masks} of the same volumes are written along, so that those stay whole."
    return said


def names_text(export: Export, choice: ExportChoice, stacks: Mapping[str, Ends] = NO_STACKS) -> str:
    """Return what the first files will be called; empty where there are none."""
    if choice.key_file is not None:
        return HIDDEN
    try:
        pattern = Pattern(choice.pattern) if choice.pattern else None
    except PatternError:
        return ""
    options = Options(_formats(choice), pattern, choice.existing)
    naming = Naming(choice.folder, options, Nameless(), export.by_reader)
    writers, begun, found = writers_in(options.formats), set(), list[Path | None]()
    for it in export.corrections[: NAMED * MOST_IN_STACK]:
        ends = stacks.get(it.name) if choice.volumes else None
        together = [row for row in writers if row.stack is not None and ends is not None]
        single, tumour = (
            [row for row in writers if row not in together],
            export.tumour_of(it.digest),
        )
        if ends is not None and (ends, it.reader) not in begun:
            begun.add((ends, it.reader))
            unit = Unit((it,), ends=ends)
            found += naming.files_of_stack(unit, tumour, {}, together).values()
        found += naming.files(it, tumour, {}, single).values()
        if len(found) > NAMED:
            break
    names = [shown(it.relative_to(choice.folder).as_posix()) for it in found if it is not None]
    return f"{', '.join(names[:NAMED])}{', …' if len(names) > NAMED else ''}"


def was_written(what: Exported) -> str:
    """Return what an export came to."""
    result, export = what.result, what.export
    parts = []
    if what.left:
        parts.append(f"The export was stopped, {what.left} to go; the same export goes on")
    if result.masks:
        masks = "1 mask" if result.masks == 1 else f"{result.masks} masks"
        place = shown(str(what.place))
        earlier = f", {result.earlier} of them before" if result.earlier else ""
        parts.append(f"{masks} written{earlier}, read back and compared: {place}")
    if result.kept:
        parts.append(result.kept_text)
    if result.problems:
        first = str(result.problems[0]).rstrip(".")
        parts.append(f"{len(result.problems)} could not be written, the first: {first}")
        parts.append(NOTHING_LOST)
    parts += result.notes
    if out := len(export.others):
        masks = "1 mask is" if out == 1 else f"{out} masks are"
        parts.append(f"{masks} neither accepted nor called corrected, and not exported")
    if aside := len(export.turned_away):
        masks = "1 mask is" if aside == 1 else f"{aside} masks are"
        parts.append(f"{masks} of slices that lie otherwise now, and not exported")
    return ". ".join(parts) or "There is no corrected mask to export yet."


def _formats(choice: ExportChoice) -> tuple[Row, ...]:
    return tuple(it for it in rows() if it.name in choice.formats)
