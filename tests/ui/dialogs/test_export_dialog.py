"""The dialog says before what an export will write, and Return writes it at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from brainseg_gui import extras
from brainseg_gui.core.layer import Layer
from brainseg_gui.files.writers.table import rows
from brainseg_gui.review.values.stored import StoredCorrection
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui.dialogs.export import ExportDialog
from brainseg_gui.ui.dialogs.export_choice import ExportChoice, Offer
from brainseg_gui.ui.dialogs.export_scope import Scope
from tests.review_factory import export_of
from tests.ui import exports  # noqa: F401 (which calls a library's threads after the tests)
from tests.ui.hands import Hands

Look = Callable[[ExportDialog], None]


@pytest.fixture
def reviewed(at_first: Hands) -> Hands:
    """A window with a corrected, a rejected and an undecided mask; the last is on the screen."""
    at_first.wait_indexed(3)
    for name, verdict in (("1.mat", Verdict.CORRECTED), ("2.mat", Verdict.REJECTED)):
        at_first.wait_shown(name)
        start(at_first)
        at_first.parts.screen.session.decide(verdict)
        at_first.go(Qt.Key_D, "3.mat" if name == "2.mat" else "2.mat")
    start(at_first)
    return at_first


def start(hands: Hands) -> None:
    hands.parts.screen.session.start(Layer.REFERENCE, hands.reference)
    hands.parts.screen.refresh()


def press(hands: Hands, look: Look, modifiers: int = Qt.ControlModifier | Qt.ShiftModifier) -> None:
    """Press the key of exporting, do something in the dialog, and let it go by Return."""
    trouble: list[BaseException] = []

    def within() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, ExportDialog):
            return  # not yet
        timer.stop()
        try:
            look(dialog)
        except BaseException as error:  # a raise in a slot would end the program
            trouble.append(error)
            dialog.reject()
        if dialog.isVisible():
            QTest.keyClick(dialog, Qt.Key_Return)
        if dialog.isVisible():
            dialog.reject()

    timer = QTimer(interval=20)
    timer.timeout.connect(within)
    timer.start()
    hands.key("e", modifiers)
    if trouble:
        raise trouble[0]
    hands.window.activateWindow()
    hands.wait(hands.window.isActiveWindow)
    hands.wait(lambda: not hands.parts.exporting.busy)


def counted(hands: Hands, dialog: ExportDialog) -> str:
    hands.wait(lambda: "Masks to write" in dialog.sentence.text())
    return str(dialog.sentence.text())


def choose(dialog: ExportDialog, scope: Scope) -> None:
    dialog.scope.setCurrentIndex(dialog.scope.findData(scope))


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png"))


def test_return_exports_at_once_what_was_asked_for(reviewed: Hands, folder: Path) -> None:
    press(reviewed, lambda dialog: None)
    assert files_in(folder / "export") == ["1_mask.png"]
    press(reviewed, lambda dialog: None, Qt.ControlModifier)
    assert files_in(folder / "export") == ["1_mask.png", "3_mask.png"]


def test_what_will_be_written_and_what_is_left_out_is_said_before(reviewed: Hands) -> None:
    said: list[str] = []

    def look(dialog: ExportDialog) -> None:
        said.append(counted(reviewed, dialog))
        choose(dialog, Scope.SLICE)
        said.append(dialog.sentence.text())
        dialog.reject()

    press(reviewed, look)
    assert said == [
        "Masks to write: 1 corrected; left out: 1 rejected, 1 without a verdict.",
        "Masks to write: 1 undecided.",
    ]


def test_what_is_filtered_is_said_to_be(reviewed: Hands, folder: Path) -> None:
    reviewed.parts.worklist.search.setText("1.mat")

    def look(dialog: ExportDialog) -> None:
        choose(dialog, Scope.FILTERED)
        assert counted(reviewed, dialog) == "Masks to write: 1 corrected, as filtered."

    press(reviewed, look)
    assert files_in(folder / "export") == ["1_mask.png"]


def test_names_are_shown_as_they_are_typed_and_a_pattern_that_makes_none_is_no_export(
    reviewed: Hands, tmp_path: Path
) -> None:
    def look(dialog: ExportDialog) -> None:
        counted(reviewed, dialog)
        dialog.folder.setText(str(tmp_path / "out"))
        dialog.pattern.setText("{nothing}")
        assert "There is no field {nothing}" in dialog.sentence.text()
        assert not dialog.export.isEnabled()
        QTest.keyClick(dialog.pattern, Qt.Key_Return)
        assert dialog.isVisible()
        dialog.pattern.clear()
        QTest.keyClicks(dialog.pattern, "{patient}/{stem}_{reader}")
        dialog.formats["geojson"].setChecked(True)
        assert dialog.names.text() == "100/1_Ada.png, 100/1_Ada.geojson"

    press(reviewed, look)
    assert files_in(tmp_path / "out") == ["100/1_Ada.png"]


def test_names_and_what_comes_along_follow_the_choice_of_stacks(
    qapp: QApplication, tmp_path: Path
) -> None:
    names = [*(f"p.nii.gz/z{it:04}" for it in (1, 2, 3)), "s/IM2.dcm", "q.mat"]
    mask = np.zeros((3, 4), bool)
    its = [StoredCorrection(name, name, "", mask, Layer.NOTHING, "Ada") for name in names]
    whole = export_of(*its)
    volume, series = ("p.nii.gz/z0001", "p.nii.gz/z0009"), ("s/IM1.dcm", "s/IM4.dcm")
    offer = Offer(
        Scope.CHOSEN,
        {Scope.CHOSEN: {names[0], *names[3:]}, Scope.SLICE: ()},
        whole.narrowed({names[0]}),
        tmp_path,
        stacks={**dict.fromkeys(names[:3], volume), names[3]: series},
    )
    dialog = ExportDialog(None, offer, ExportChoice(Scope.CHOSEN, tmp_path, ("nifti",)))
    dialog.count(whole)
    together = "p_mask.nii.gz, s/IM1-IM4_mask.nii.gz, q_mask.nii.gz"
    assert dialog.names.text() == together
    assert dialog.sentence.text() == (
        "Masks to write: 3 corrected. 2 more masks of the same volumes are written along, so that "
        "those stay whole."
    )
    dialog.stacks.setCurrentIndex(1)
    assert dialog.names.text() == "p_z0001_mask.nii.gz, s/IM2_mask.nii.gz, q_mask.nii.gz"
    assert dialog.sentence.text() == "Masks to write: 3 corrected."
    assert not dialog.choice.options().volumes
    dialog.stacks.setCurrentIndex(0)
    choose(dialog, Scope.SLICE)
    assert dialog.names.text() == "p_z0001_mask.nii.gz"
    assert not dialog.choice.options().volumes
    choose(dialog, Scope.CHOSEN)
    dialog.formats["nifti"].setChecked(False)
    assert not dialog.stacks.isEnabled()
    dialog.deleteLater()


def test_every_format_is_offered_and_one_whose_package_is_not_here_says_which_extra_brings_it(
    reviewed: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "is_installed", lambda package: package != "openpyxl")

    def look(dialog: ExportDialog) -> None:
        assert list(dialog.formats) == [it.name for it in rows()]
        excel = dialog.formats["excel"]
        assert not excel.isEnabled()
        assert "openpyxl is not installed here; the extra “formats”" in excel.toolTip()
        for box in dialog.formats.values():
            box.setChecked(False)
        assert dialog.sentence.text() == "Choose at least one format."
        dialog.reject()

    press(reviewed, look)


def test_pseudonyms_need_a_key_and_are_what_files_are_called_by(
    reviewed: Hands, tmp_path: Path
) -> None:
    def look(dialog: ExportDialog) -> None:
        counted(reviewed, dialog)
        dialog.pseudonyms.setChecked(True)
        assert not dialog.export.isEnabled()
        dialog.key.setText(str(tmp_path / "key"))
        assert "16 digits" in dialog.names.text()

    press(reviewed, look)
    (name,) = files_in(tmp_path / "slices" / "export")
    assert len(name.removesuffix("_mask.png")) == 16
    assert (tmp_path / "key").exists()


def test_a_mask_whose_slice_is_gone_is_said_not_to_become_a_picture(
    reviewed: Hands, folder: Path
) -> None:
    (folder / "1.mat").unlink()

    def look(dialog: ExportDialog) -> None:
        counted(reviewed, dialog)
        dialog.formats["overlay"].setChecked(True)
        assert "The file of 1 of them is gone: not as Picture" in dialog.sentence.text()

    press(reviewed, look)
    assert "the file of this slice is not there any more" in reviewed.notice
    assert files_in(folder / "export") == ["1_mask.png"]
