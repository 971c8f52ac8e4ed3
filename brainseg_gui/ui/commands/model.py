"""What the commands of the Model menu do."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from brainseg_gui.inference.bundles import list_bundles
from brainseg_gui.ui.actions.context import menu_of
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
        self._parts.loading_masks.cancel()
        self._network.cancel()

    def auto_predict(self, on: bool) -> None:
        """Predict slices as they are opened, or only when asked."""
        self._network.predict_on_opening(on)

    def choose_model(self) -> None:
        """Ask for a bundle, beginning beside those that came along, and use it."""
        if folder := self._ask_bundle():
            self.use_model(folder)

    def _ask_bundle(self) -> Path | None:
        shipped = list_bundles()
        start = str(shipped[0].parent) if shipped else ""
        title = "Choose a network: a folder with card.json"
        return dialogs.ask_folder(self._parts.canvas.window(), title, start)

    def use_model(self, bundle: Path) -> None:
        """Use a network; the slice on the screen is predicted anew."""
        if self._network.complaint:
            self._parts.notice.withdraw(self._network.complaint)
        self._network.use(bundle)

    def ask_other(self) -> None:
        """Offer the networks that came along, and any folder, beside the one in use."""
        parts = self._parts
        menu = menu_of(parts.canvas, (), parts.actions)
        for bundle in parts.other_networks.bundles():
            menu.addAction(bundle.name, partial(parts.other_networks.ask, bundle))
        menu.addSeparator()
        menu.addAction("Another &folder…", self._ask_folder_for)
        menu.popup(parts.canvas.mapToGlobal(parts.canvas.rect().center()))

    def _ask_folder_for(self) -> None:
        if folder := self._ask_bundle():
            self._parts.other_networks.ask(folder)

    def model_card(self) -> None:
        """Show the card of the network."""
        if self._network.card:
            dialogs.show_card(self._parts.canvas.window(), self._network.card)
