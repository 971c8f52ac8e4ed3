"""What is true now, for enabling commands: read from the parts, held nowhere."""

from __future__ import annotations

from brainseg_gui.ui.actions.table import Needs
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.deciding import Deciding
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.exporting import Exporting
from brainseg_gui.ui.controllers.network import Network
from brainseg_gui.ui.controllers.preview import Preview


def conditions(
    data_set: DataSet,
    editing: Editing,
    network: Network,
    deciding: Deciding,
    preview: Preview,
    exporting: Exporting,
) -> Needs:
    """Return every condition that holds."""
    current, correction = data_set.session.current, editing.correction
    status = deciding.status
    holds = {
        Needs.SLICE: current is not None,
        Needs.LIST: data_set.folder is not None,
        Needs.MODEL: network.available,
        Needs.PREDICTION: current is not None and current.slice.digest in data_set.shelf,
        Needs.REFERENCE: current is not None and current.slice.reference is not None,
        Needs.CORRECTION: correction is not None and correction.exists,
        Needs.UNDO: correction is not None and bool(correction.undo_text),
        Needs.REDO: correction is not None and bool(correction.redo_text),
        Needs.IDLE: not network.busy,
        Needs.BUSY: network.busy or exporting.busy,
        Needs.ANY_CORRECTION: bool(data_set.session.corrected),
        Needs.WRITABLE: not data_set.session.read_only,
        Needs.PRESENT: preview.shown is None,
        Needs.PREVIEW: preview.shown is not None,
        Needs.MASK: deciding.has_mask,
        Needs.DAMAGED: data_set.session.access.damaged is not None,
        Needs.VERDICT: status is not None and status.verdict.is_decision,
    }
    result = Needs.NOTHING
    for need, true in holds.items():
        if true:
            result |= need
    return result
