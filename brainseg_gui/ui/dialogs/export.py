"""Ask what of a review is exported, as what and where to, and say what that will be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui import extras
from brainseg_gui.files.writers.table import Row, Writer, rows, why_not_hidden
from brainseg_gui.review.exports import Export
from brainseg_gui.review.handover.existing import MOST_SCALE, Existing
from brainseg_gui.review.handover.pattern import FIELDS
from brainseg_gui.ui.dialogs.export_choice import ExportChoice, Offer, why_no_pattern
from brainseg_gui.ui.dialogs.export_scope import Scope
from brainseg_gui.ui.dialogs.export_words import names_text, will_be_written
from brainseg_gui.ui.widgets.panel_parts import OneLine, check_box, on_screen, scrolled
from brainseg_gui.ui.widgets.plain import plain

WIDTH, LEAST_FORM = 560, 120  # pixels
COLUMNS = 2
COUNTING = "Counting the masks…"
EXISTING = {
    Existing.REPLACE: "are replaced",
    Existing.SKIP: "stay as they are",
    Existing.VERSION: "stay, and get a further version",
}
STACKS = {True: "one file for each", False: "a file for each slice"}
USUAL = "{stem}_mask"


class ExportDialog(QDialog):
    """Shows what was chosen last; Return exports it at once.

    Parameters
    ----------
    offer : Offer
    last : ExportChoice

    Attributes
    ----------
    scope, existing, stacks : QComboBox
    formats : dict of str to QCheckBox
    folder, pattern, key : QLineEdit
    scale : QSpinBox
    pseudonyms : QCheckBox
    names, sentence : QLabel
        What the files will be called, and what will be written.
    export : QPushButton
    """

    def __init__(self, parent: QWidget | None, offer: Offer, last: ExportChoice) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._offer, self._last = offer, last
        self._whole: Export | None = None
        self._trouble = ""
        self._make_fields()
        self._lay_out()
        self._connect()
        self._say()

    def count(self, whole: Export) -> None:
        """Take what there is in the review."""
        self._whole = whole
        self._say()

    def cannot_count(self, sentence: str) -> None:
        """Say why it is not known what there is."""
        self._trouble = sentence
        self._say()

    @property
    def choice(self) -> ExportChoice:
        """Return what is chosen."""
        key = self.key.text().strip()
        return ExportChoice(
            self.scope.currentData(),
            Path(self.folder.text()),
            tuple(name for name, box in self.formats.items() if box.isChecked()),
            self.pattern.text().strip(),
            self.existing.currentData(),
            self.scale.value(),
            Path(key) if self.pseudonyms.isChecked() and key else None,
            self._last.view,
            self.stacks.currentData(),
            self._last.window,
        )

    def _make_fields(self) -> None:
        last = self._last
        self.scope = QComboBox(accessibleName="Which slices")
        for scope, digests in self._offer.digests.items():
            count = "" if digests is None or scope is Scope.SLICE else f" ({len(digests)})"
            self.scope.addItem(f"{scope.value}{count}", scope)
        self.scope.setCurrentIndex(max(self.scope.findData(last.scope), 0))
        self.formats: dict[str, QCheckBox] = {}
        for row in rows():
            box = self.formats[row.name] = check_box(row.text)
            why_not = extras.want(row.needs, row.extra)
            box.setEnabled(not why_not)
            box.setToolTip(plain(why_not or row.about))
            box.setChecked(row.name in last.formats)
        self.folder = QLineEdit(str(last.folder), accessibleName="Folder")
        self.pattern = QLineEdit(last.pattern, placeholderText=USUAL, accessibleName="Names")
        fields = "\n".join(f"{{{it}}}{f': {text}' if text else ''}" for it, text in FIELDS.items())
        self.pattern.setToolTip(f"Empty: the usual names. A slash begins a folder.\n{fields}")
        self.names = OneLine()
        self.names.setObjectName("faint")
        self.existing = QComboBox(accessibleName="Files that are there")
        for existing, text in EXISTING.items():
            self.existing.addItem(text, existing)
        self.existing.setCurrentIndex(self.existing.findData(last.existing))
        self.stacks = QComboBox(accessibleName="Volumes and series")
        for together, text in STACKS.items():
            self.stacks.addItem(text, together)
        self.stacks.setCurrentIndex(self.stacks.findData(last.stacks))
        self.stacks.setToolTip(f"As {' and '.join(it.text for it in rows() if _can_stack(it))}")
        self.scale = QSpinBox(minimum=1, maximum=MOST_SCALE, prefix="× ")
        self.scale.setValue(last.scale)
        self.scale.setToolTip("Of pictures with outlines: pixels for a side of one of the slice")
        self.pseudonyms = check_box("Pseudonyms in place of patients and names")
        self.pseudonyms.setChecked(last.key_file is not None)
        self.key = QLineEdit(str(last.key_file or ""), accessibleName="Key file")
        self.key.setPlaceholderText("a file that is made where it is missing")
        self.sentence = QLabel(textFormat=Qt.PlainText, wordWrap=True)
        self.sentence.setMinimumHeight(2 * self.sentence.sizeHint().height() + 6)
        self.sentence.setAlignment(Qt.AlignTop)

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        self.export = buttons.button(QDialogButtonBox.Ok)
        self.export.setText("Export")
        self.export.setObjectName("primary")
        self.export.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        form = QWidget()
        form.setLayout(self._form())
        layout.addWidget(area := scrolled(form), 1)
        layout.addWidget(self.sentence)
        layout.addWidget(buttons)
        self.setFixedWidth(WIDTH)
        # As high as it wants to be, but on a small screen the form scrolls.
        area.setMinimumHeight(min(form.sizeHint().height(), LEAST_FORM))
        around = self.sizeHint().height() - area.sizeHint().height()
        self.resize(on_screen(self, WIDTH, around + form.sizeHint().height()))
        # Not the button: while nothing can be exported, the focus would go to Cancel, and Return.
        self.scope.setFocus()

    def _form(self) -> QFormLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        lines = -(-len(self.formats) // COLUMNS)
        for place, box in enumerate(self.formats.values()):
            grid.addWidget(box, place % lines, place // lines)
        size = _row(self.scale, None)
        into = _row(self.folder, _button("Choose…", self._choose_folder))
        key = _row(self.key, _button("Choose…", self._choose_key))
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        form.addRow("Which", self.scope)
        form.addRow("As", grid)
        form.addRow("Volumes, series", self.stacks)
        form.addRow("Size of pictures", size)
        form.addRow("Into", into)
        form.addRow("Names", self.pattern)
        form.addRow("", self.names)
        form.addRow("Files that are there", self.existing)
        form.addRow("", self.pseudonyms)
        form.addRow("Key of those", key)
        first = next(iter(self.formats.values()))
        for parts, field in (
            (grid, first),
            (size, self.scale),
            (into, self.folder),
            (key, self.key),
        ):
            form.labelForField(parts).setBuddy(field)
        return form

    def _connect(self) -> None:
        for combo in (self.scope, self.existing, self.stacks):
            combo.currentIndexChanged.connect(self._say)
        for box in (*self.formats.values(), self.pseudonyms):
            box.toggled.connect(self._say)
        for field in (self.folder, self.pattern, self.key):
            field.textChanged.connect(self._say)

    def _say(self) -> None:
        """Say what will be written, and what it will be called; or why nothing can be."""
        choice = self.choice
        self.key.setEnabled(self.pseudonyms.isChecked())
        self.scale.setEnabled("overlay" in choice.formats)
        stacking = any(_can_stack(it) for it in rows() if it.name in choice.formats)
        self.stacks.setEnabled(stacking and choice.scope is not Scope.SLICE)
        known = self._known(choice.scope)
        why_not = self._why_not(choice) or self._trouble
        if known is not None:
            self.sentence.setText(why_not or will_be_written(known, choice, self._offer.stacks))
            self.names.setText(names_text(known, choice, self._offer.stacks))
        else:
            self.sentence.setText(why_not or COUNTING)
            self.names.setText("")
        nothing = known is not None and not known.corrections
        self.export.setEnabled(not why_not and not nothing)

    def _known(self, scope: Scope) -> Export | None:
        """Return what would be exported, as far as that is known yet."""
        if scope is Scope.SLICE and self._offer.this is not None:
            return self._offer.this
        return None if self._whole is None else self._offer.of(scope, self._whole)

    def _why_not(self, choice: ExportChoice) -> str:
        if not choice.formats:
            return "Choose at least one format."
        if not self.folder.text().strip():
            return "Choose a folder."
        if self.pseudonyms.isChecked() and choice.key_file is None:
            return "Choose a key file for the pseudonyms."
        formats = (it for it in rows() if it.name in choice.formats)
        hidden = why_not_hidden(formats) if choice.key_file is not None else ""
        return hidden or why_no_pattern(choice.pattern)

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Export into", self.folder.text())
        if name:
            self.folder.setText(name)

    def _choose_key(self) -> None:
        options = QFileDialog.DontConfirmOverwrite  # an old key is used, never written over
        name, _ = QFileDialog.getSaveFileName(
            self, "Key of the pseudonyms", self.key.text(), options=options
        )
        if name:
            self.pseudonyms.setChecked(True)
            self.key.setText(name)


def _can_stack(row: Row) -> bool:
    return isinstance(row, Writer) and row.stack is not None


def _row(field: QWidget, button: QPushButton | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(field, 0 if button is None else 1)
    if button is None:
        row.addStretch(1)
    else:
        row.addWidget(button)
    return row


def _button(text: str, pressed: Callable[[], None]) -> QPushButton:
    button = QPushButton(text, autoDefault=False)
    button.clicked.connect(lambda _on: pressed())
    return button
