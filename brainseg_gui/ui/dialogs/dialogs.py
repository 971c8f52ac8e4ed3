"""Everything that asks the reader a question or shows a page of text; it decides nothing.

A dialog with a file of its own is imported when it is shown: the window must not wait for it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import (
    QColorDialog,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QMessageBox,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui import __version__
from brainseg_gui.files.formats import dialog_filters
from brainseg_gui.inference.model_card import ModelCard
from brainseg_gui.review.worklist.turning import Proposal
from brainseg_gui.ui.widgets.panel_parts import on_screen
from brainseg_gui.ui.widgets.plain import plain
from brainseg_gui.ui.widgets.theme import FAINT

if TYPE_CHECKING:  # a start does without what an export needs
    from brainseg_gui.files.info import Variable
    from brainseg_gui.files.wishes import Variables
    from brainseg_gui.review.incoming.classes import FoundClasses
    from brainseg_gui.ui.dialogs.export_choice import ExportChoice, Offer
    from brainseg_gui.ui.dialogs.incoming.variables import Chosen
    from brainseg_gui.ui.jobs.counter import Counter


def ask_folder(parent: QWidget, title: str, start: str = "") -> Path | None:
    """Ask for a folder."""
    name = QFileDialog.getExistingDirectory(parent, title, start)
    return Path(name) if name else None


def ask_slices(parent: QWidget, start: str = "") -> list[Path]:
    """Ask for slice files."""
    names, _ = QFileDialog.getOpenFileNames(parent, "Open slices", start, dialog_filters())
    return [Path(name) for name in names]


def ask_export(
    parent: QWidget, offer: Offer, last: ExportChoice, counter: Counter
) -> ExportChoice | None:
    """Ask what is exported, as what and where to; what there is may still be counted."""
    from brainseg_gui.ui.dialogs.export import ExportDialog  # here: a start does without it

    dialog = ExportDialog(parent, offer, last)
    counter.counted.connect(dialog.count)
    counter.failed.connect(dialog.cannot_count)
    accepted = dialog.exec() == ExportDialog.Accepted
    choice = dialog.choice
    dialog.deleteLater()
    return choice if accepted else None


def ask_loaded_classes(parent: QWidget, found: FoundClasses) -> dict[str, bool] | None:
    """Ask which classes of masks made elsewhere are tumour."""
    # Here, because few masks want it.
    from brainseg_gui.ui.dialogs.wishes.mask_classes import LoadedClassesDialog

    dialog = LoadedClassesDialog(parent, found)
    said = dialog.chosen if dialog.exec_() else None
    dialog.deleteLater()
    return said


def ask_new_review(parent: QWidget, proposed: Path) -> Path | None:
    """Ask where to write a recovered review."""
    name, _ = QFileDialog.getSaveFileName(
        parent, "Recover what can be read into a new review", str(proposed), "Review (*.sqlite)"
    )
    return Path(name) if name else None


def ask_pixel_size(
    parent: QWidget, current: float | None, mask_px: int, head_px: int
) -> float | None:
    """Ask for the pixel size in mm; 0 means unknown, None means cancelled.

    What it means for the slice on the screen is said: its mask has so many pixels, its head is so
    many pixels large.
    """
    from brainseg_gui.ui.dialogs.pixel_size import PixelSize

    dialog = PixelSize(parent, current, mask_px, head_px)
    accepted = dialog.exec() == PixelSize.Accepted
    value = dialog.value
    dialog.deleteLater()
    return value if accepted else None


def ask_variables(
    parent: QWidget, file: str, found: Sequence[Variable], now: Variables | None
) -> Chosen | None:
    """Ask which variables of plain MATLAB files are what; None means cancelled."""
    from brainseg_gui.ui.dialogs.incoming.variables import VariablesDialog

    dialog = VariablesDialog(parent, file, found, now)
    accepted = dialog.exec() == VariablesDialog.Accepted
    chosen = dialog.chosen
    dialog.deleteLater()
    return chosen if accepted else None


def ask_turn(parent: QWidget, proposal: Proposal) -> bool | None:
    """Ask whether every slice that lies alike is to be turned, or this one; None: none is."""
    from brainseg_gui.ui.dialogs.turning import TurnDialog

    dialog = TurnDialog(parent, proposal)
    accepted = dialog.exec() == TurnDialog.Accepted
    every = dialog.every
    dialog.deleteLater()
    return every if accepted else None


def ask_reasons(parent: QWidget, current: Sequence[str]) -> list[str] | None:
    """Ask for the data set's own list of reasons, one a line; None means cancelled."""
    text, agreed = QInputDialog.getMultiLineText(
        parent,
        "Reasons of this data set",
        "One reason a line; none at all brings the first list back.\n"
        "What was said with another list stays said.",
        "\n".join(current),
    )
    return text.splitlines() if agreed else None


def ask_colour(parent: QWidget, title: str, colour: str) -> str | None:
    """Ask for a colour, as style sheets write it."""
    chosen = QColorDialog.getColor(QColor(colour), parent, title)
    return str(chosen.name()).upper() if chosen.isValid() else None


def ask_leave_unsaved(parent: QWidget, sentence: str) -> bool:
    """Ask whether to leave the review although something could not be written."""
    text = f"{sentence}\n\nLeave all the same, and lose these corrections?"
    answers = QMessageBox.Discard, QMessageBox.Cancel
    return _agreed(QMessageBox.warning, parent, "Not everything is saved", text, answers)


def ask_unseen(parent: QWidget, obstacle: str, verdict: str) -> bool:
    """Ask whether to decide about a slice although what is decided about cannot be seen."""
    text = f"{obstacle} Give the verdict “{verdict}” all the same?"
    answers = QMessageBox.Yes, QMessageBox.No
    return _agreed(QMessageBox.question, parent, "Decide unseen?", text, answers)


def ask_batch(parent: QWidget, question: str) -> bool:
    """Ask whether to give many slices one verdict."""
    answers = QMessageBox.Yes, QMessageBox.No
    return _agreed(QMessageBox.question, parent, "All of them?", question, answers)


def _agreed(
    ask: Callable[..., int], parent: QWidget, title: str, text: str, answers: tuple[int, int]
) -> bool:
    """Ask for one of two answers, agreeing and refusing; Enter refuses."""
    agree, refuse = answers
    return ask(parent, title, plain(text), agree | refuse, refuse) == agree


def warn(parent: QWidget, title: str, sentence: str) -> None:
    """Show one sentence that must not be missed."""
    QMessageBox.warning(parent, title, plain(sentence))


def show_keys(parent: QWidget) -> None:
    """Show every command with its keys, as they are now."""
    from brainseg_gui.ui.dialogs.key_help import KeyHelp

    KeyHelp(parent).exec_()


def show_card(parent: QWidget, card: ModelCard) -> None:
    """Show what a network is and how it was measured."""
    _page(
        parent,
        f"Network {card.name}",
        f"<h2>{html.escape(card.name)}</h2><p>{html.escape(card.architecture)}, "
        f"made {html.escape(card.created)}.</p>"
        f"<p><b>{html.escape(card.intended_use)}</b></p>"
        f"<p>Threshold {card.threshold:g}: {html.escape(card.threshold_note)}. "
        f"{html.escape(card.refined_worth)}</p>"
        f"{_risk(card)}<h3>Measured accuracy</h3>{_table(card.accuracy)}"
        f"<h3>Training data</h3>{_table(card.data)}"
        f"<h3>Recipe</h3>{_table(card.recipe)}",
    )


def _risk(card: ModelCard) -> str:
    """Return what was measured of a network's risks, with other networks and without."""
    worth = filter(None, map(card.risk_worth, range(len(card.judges), -1, -1)))
    said = "".join(f"<p>{html.escape(it)}</p>" for it in worth)
    if not card.risk:
        said = "<p>Not measured: risks are ranks among the slices that are open.</p>"
    return f"<h3>What a risk is worth</h3>{said}"


def _table(values: Mapping[str, object]) -> str:
    """Return nested values as an HTML table, names made readable."""
    rows = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            shown = _table(value)
        elif isinstance(value, list | tuple):
            shown = "<br>".join(
                _table(item) if isinstance(item, Mapping) else html.escape(str(item))
                for item in value
            )
        else:
            shown = html.escape(str(value))
        label = html.escape(name.replace("_", " "))
        rows.append(f"<tr><td><span style='color:{FAINT}'>{label}</span></td><td>{shown}</td></tr>")
    return f"<table cellpadding=2>{''.join(rows)}</table>"


def show_about(parent: QWidget) -> None:
    """Show version, licence and what the program is not."""
    QMessageBox.about(
        parent,
        "About brainseg",
        f"<h3>brainseg {__version__}</h3><p>Review, correct and export brain tumour masks on "
        "contrast-enhanced T1 slices.</p><p><b>Research use. Not a medical device.</b></p>"
        "<p>GPL-3.0-or-later. The network that comes along was trained on Jun Cheng's brain "
        "tumor dataset (figshare 1512427, CC BY 4.0).</p>",
    )


def _page(parent: QWidget, title: str, body: str) -> None:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.resize(on_screen(dialog, 620, 620))
    text = QTextBrowser()
    text.setHtml(body)
    text.setOpenExternalLinks(True)
    buttons = QDialogButtonBox(QDialogButtonBox.Close)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(text)
    layout.addWidget(buttons)
    dialog.exec_()
