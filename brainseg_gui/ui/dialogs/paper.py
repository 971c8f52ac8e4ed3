"""Where case sheets, errata and reports go."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtWidgets import QFileDialog, QWidget

KINDS = {"Portable document (*.pdf)": ".pdf", "Web page (*.html)": ".html"}


def ask_sheet_file(parent: QWidget, proposed: Path) -> Path | None:
    """Ask where, and as what, to write case sheets; Qt asks before a file is overwritten."""
    filters = ";;".join(KINDS)
    name, chosen = QFileDialog.getSaveFileName(parent, "Case sheet", str(proposed), filters)
    if not name:
        return None
    path = Path(name)
    if path.suffix.lower() in KINDS.values():
        return path
    return path.with_name(path.name + KINDS.get(chosen, ".pdf"))


def ask_errata_file(parent: QWidget, proposed: Path) -> Path | None:
    """Ask where to write the errata."""
    name, _ = QFileDialog.getSaveFileName(parent, "Errata", str(proposed), "Table (*.csv)")
    return Path(name) if name else None
