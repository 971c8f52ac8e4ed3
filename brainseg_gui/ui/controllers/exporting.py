"""Ask where masks should go, write them, and say what was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt5.QtWidgets import QWidget

from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers.png import write_mask
from brainseg_gui.review.exports import export_review as export_contents
from brainseg_gui.review.exports import mask_path
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.widgets.notice import Notice
from brainseg_gui.ui.widgets.settings import EXPORT_FOLDER, settings


def export_shown(window: QWidget, session: ReviewSession, folder: Path, notice: Notice) -> None:
    """Ask for a file and write the correction on the screen to it."""
    current = session.current
    if current is None:
        return
    mask = current.correction.mask
    path = dialogs.ask_png(window, mask_path(Path(current.name).name, folder))
    if path:
        settings.put(EXPORT_FOLDER, str(path.parent))
        _write(lambda: _one(path, mask), notice)


def export_review(window: QWidget, session: ReviewSession, folder: Path, notice: Notice) -> None:
    """Ask for a folder and write every correction of the review to it."""
    chosen = dialogs.ask_folder(window, "Export all corrected masks", str(folder))
    if chosen and session.path is not None:
        settings.put(EXPORT_FOLDER, str(chosen))
        _write(lambda: export_contents(session.contents, chosen), notice)


def _one(path: Path, mask: np.ndarray) -> list[Path]:
    write_mask(path, mask)
    return [path]


def _write(work: Callable[[], list[Path]], notice: Notice) -> None:
    """Do it, and say what was written where, or why not."""
    try:
        written = work()
    except (WriteError, StoreError) as error:
        notice.warn(
            f"{str(error).rstrip('.')}. Nothing of your work is lost; choose another place."
        )
        return
    if not written:
        notice.tell("There is no corrected mask to export yet.")
        return
    where = written[0] if len(written) == 1 else written[0].parent
    count = "1 mask" if len(written) == 1 else f"{len(written)} masks"
    notice.tell(f"{count} written, read back and compared: {where}")
