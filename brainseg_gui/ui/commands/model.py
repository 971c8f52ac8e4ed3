"""What the commands of the Model menu do."""

from __future__ import annotations

from pathlib import Path

from brainseg_gui.inference.bundles import list_bundles
from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.dialogs import dialogs


class ModelCommands:
    """Asks the network, and chooses it."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._network = parts, parts.network

    def predict(self) -> None:
        """Ask for this slice."""
        self._network.ask()

    def predict_all(self) -> None:
        """Ask for the folder."""
        self._parts.screen.leaving.emit()
        self._network.ask_folder()

    def predict_selected(self) -> None:
        """Ask for the chosen rows."""
        self._parts.screen.leaving.emit()
        self._network.ask_folder(frozenset(self._parts.worklist.selected))

    def cancel(self) -> None:
        """Stop what is under way."""
        self._parts.exporting.cancel()
        self._network.cancel()

    def auto_predict(self, on: bool) -> None:
        """Predict slices as they are opened, or only when asked."""
        self._network.predict_on_opening(on)

    def choose_model(self) -> None:
        """Ask for a bundle, beginning beside those that came along, and use it."""
        shipped = list_bundles()
        start = str(shipped[0].parent) if shipped else ""
        folder = dialogs.ask_folder(
            self._parts.canvas.window(), "Choose a network: a folder with card.json", start
        )
        if folder:
            self.use_model(folder)

    def use_model(self, bundle: Path) -> None:
        """Use a network; the slice on the screen is predicted anew."""
        if self._network.complaint:
            self._parts.notice.withdraw(self._network.complaint)
        self._network.use(bundle)

    def model_card(self) -> None:
        """Show the card of the network."""
        if self._network.card:
            dialogs.show_card(self._parts.canvas.window(), self._network.card)
