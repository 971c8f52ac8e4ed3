"""Where the search of the worklist is typed."""

from __future__ import annotations

from brainseg_gui.ui.widgets.text_field import TextField


class SearchField(TextField):
    """Escape clears it, then leaves it."""

    def __init__(self) -> None:
        super().__init__("Search name, patient, type…")
        self.setClearButtonEnabled(True)

    def escape(self) -> None:
        """Clear, or leave where there is nothing to clear."""
        if self.text():
            self.clear()
        else:
            super().escape()
