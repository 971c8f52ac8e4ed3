"""What each command of the action table does; one short method each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.layer import Layer
from brainseg_gui.inference.bundles import list_bundles
from brainseg_gui.resources import resource
from brainseg_gui.review.opening import own_review
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.actions.table import ACTIONS, REVIEW
from brainseg_gui.ui.canvas.canvas import ZOOM_STEP, Tool
from brainseg_gui.ui.commands.review import ReviewCommands
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.widgets.settings import EXPORT_FOLDER, settings

if TYPE_CHECKING:
    from brainseg_gui.ui.window.main_window import MainWindow

DEMO_REVIEW = "demo-review.sqlite"


class Commands(QObject):
    """Asks what must be asked, then acts through the window's parts.

    Signals
    -------
    view_chosen(str)
        raw, equalised or clahe.
    """

    view_chosen = pyqtSignal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._review = ReviewCommands(window)

    def handlers(self) -> dict[str, Callable[..., None]]:
        """Return the method of every action."""
        return {
            spec.name: getattr(self._review if spec.menu == REVIEW else self, spec.name)
            for spec in ACTIONS
        }

    # --- File ---

    def open_folder(self) -> None:
        """Ask for a folder and open it."""
        folder = dialogs.ask_folder(self._window, "Open folder", self._last_folder())
        if folder:
            self._window.open([folder])

    def open_files(self) -> None:
        """Ask for slices and open them."""
        if paths := dialogs.ask_slices(self._window, self._last_folder()):
            self._window.open(paths)

    def open_demo(self, review: Path | None = None) -> None:
        """Open the simulated slices; their review is kept in the user's own folder."""
        self._window.open([resource("demo")], review or own_review(DEMO_REVIEW))

    def export_mask(self) -> None:
        """Write the correction on the screen as PNG."""
        self._window.leave_slice()
        self._window.exporting.export_mask(self._export_folder())

    def export_all(self) -> None:
        """Write every correction of the review as PNG."""
        self._window.leave_slice()
        if not self._window.editing.save():
            self._window.exporting.export_all(self._export_folder())

    def save(self) -> None:
        """Try again what could not be written."""
        self._window.leave_slice()
        self._window.editing.save()

    def recover(self) -> None:
        """Ask where to, and read what can be read of a damaged review into a new file."""
        damaged = self._window.data_set.session.access.damaged
        if damaged is None:
            return
        proposed = damaged.with_name(f"{damaged.stem}-recovered.sqlite")
        if new := dialogs.ask_new_review(self._window, proposed):
            self._window.reviewing.recover(new)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    # --- Edit ---

    def undo(self) -> None:
        """Take back the last step of this slice."""
        self._window.editing.undo()

    def redo(self) -> None:
        """Repeat the last step taken back."""
        self._window.editing.redo()

    def tool_pan(self, _on: bool) -> None:
        """Left button moves."""
        self._window.editing.set_tool(Tool.PAN)

    def tool_brush(self, _on: bool) -> None:
        """Left button paints."""
        self._window.editing.set_tool(Tool.BRUSH)

    def tool_eraser(self, _on: bool) -> None:
        """Left button erases."""
        self._window.editing.set_tool(Tool.ERASER)

    def brush_smaller(self) -> None:
        """One step smaller."""
        self._window.editing.resize_brush(-1)

    def brush_larger(self) -> None:
        """One step larger."""
        self._window.editing.resize_brush(1)

    # --- View ---

    def view_raw(self, _on: bool) -> None:
        """Intensities as they are."""
        self.view_chosen.emit("raw")

    def view_equalised(self, _on: bool) -> None:
        """Histogram equalised."""
        self.view_chosen.emit("equalised")

    def view_clahe(self, _on: bool) -> None:
        """Equalised locally."""
        self.view_chosen.emit("clahe")

    def auto_contrast(self) -> None:
        """Fit window and level to the slice."""
        self._window.display.auto_contrast()

    def toggle_reference(self, on: bool) -> None:
        """Open or close the reference's eye."""
        self._window.layers.show("reference", on)

    def toggle_prediction(self, on: bool) -> None:
        """Open or close the prediction's eye."""
        self._window.layers.show("prediction", on)

    def toggle_correction(self, on: bool) -> None:
        """Open or close the correction's eye."""
        self._window.layers.show("correction", on)

    def swap_reference(self) -> None:
        """Flicker between prediction and reference."""
        self._window.layers.swap()

    def hide_layers(self, on: bool) -> None:
        """Hide or show all layers; holding the key is seen by the window's `PeekKey`."""
        self._window.layers.hide_all(on)

    def outline_only(self, on: bool) -> None:
        """Fills off."""
        self._window.layers.set_outline_only(on)

    def fit(self) -> None:
        """Show the whole slice."""
        self._window.canvas.fit()

    def zoom_in(self) -> None:
        """Zoom in about the middle."""
        self._window.canvas.zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Zoom out about the middle."""
        self._window.canvas.zoom(1 / ZOOM_STEP)

    def pixel_size(self) -> None:
        """Ask for the pixel size of the data set and keep it with the review."""
        data_set = self._window.data_set
        size = dialogs.ask_pixel_size(self._window, data_set.spacing_mm)
        if size is None:
            return
        try:
            data_set.declare_spacing(size)
        except StoreError as error:
            self._window.notice.warn(str(error))
        self._window.presenter.refresh()

    # --- Go ---

    def next_slice(self) -> None:
        """One row down."""
        self._window.worklist.step(1)

    def previous_slice(self) -> None:
        """One row up."""
        self._window.worklist.step(-1)

    def first_slice(self) -> None:
        """The top row."""
        self._window.worklist.jump(to_end=False)

    def last_slice(self) -> None:
        """The bottom row."""
        self._window.worklist.jump(to_end=True)

    def next_unreviewed(self) -> None:
        """The next row without a verdict."""
        self._window.worklist.next_unreviewed()

    def search(self) -> None:
        """Put the cursor into the search field."""
        self._window.worklist.search.setFocus()
        self._window.worklist.search.selectAll()

    # --- Mask ---

    def start_prediction(self) -> None:
        """Begin with the prediction's mask."""
        self._window.editing.start(Layer.PREDICTION)

    def start_reference(self) -> None:
        """Begin with the reference."""
        self._window.editing.start(Layer.REFERENCE)

    def start_nothing(self) -> None:
        """Begin with an empty mask."""
        self._window.editing.start(Layer.NOTHING)

    def discard(self) -> None:
        """Take the correction away."""
        self._window.editing.discard()

    # --- Model ---

    def predict(self) -> None:
        """Ask for this slice."""
        self._window.network.ask()

    def predict_all(self) -> None:
        """Ask for the folder."""
        self._window.leave_slice()
        self._window.network.ask_folder()

    def cancel(self) -> None:
        """Stop what is under way."""
        self._window.network.cancel()
        self._window.exporting.cancel()

    def auto_predict(self, on: bool) -> None:
        """Predict slices as they are opened, or only when asked."""
        self._window.network.on_opening = on
        if on:
            self._window.network.slice_shown()

    def choose_model(self) -> None:
        """Ask for a bundle, beginning beside those that came along, and use it."""
        shipped = list_bundles()
        start = str(shipped[0].parent) if shipped else ""
        folder = dialogs.ask_folder(
            self._window, "Choose a network: a folder with card.json", start
        )
        if folder:
            self._window.use_model(folder)

    def model_card(self) -> None:
        """Show the card of the network."""
        if self._window.network.card:
            dialogs.show_card(self._window, self._window.network.card)

    # --- Help ---

    def shortcuts(self) -> None:
        """Show all keys."""
        dialogs.show_keys(self._window)

    def about(self) -> None:
        """Show version and licence."""
        dialogs.show_about(self._window)

    def _export_folder(self) -> Path:
        """Return where masks were exported to last; the first time, where the slices are."""
        stored = Path(settings.get(EXPORT_FOLDER))
        return stored if stored.is_dir() and stored != Path() else Path(self._last_folder())

    def _last_folder(self) -> str:
        folder = self._window.data_set.folder
        return str(folder) if folder else ""
