"""What follows from what: the signals of the parts, connected."""

from __future__ import annotations

from functools import partial

from PyQt5.QtCore import QObject

from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui.actions import menus
from brainseg_gui.ui.actions.bindings import Bindings, current_keys
from brainseg_gui.ui.actions.keys import fill
from brainseg_gui.ui.actions.table import WHY_NOT, Needs
from brainseg_gui.ui.commands.conditions import Enabling
from brainseg_gui.ui.commands.context import ContextMenus
from brainseg_gui.ui.commands.handlers import handlers
from brainseg_gui.ui.commands.previewing import Previewing
from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.controllers.preferences import Preferences
from brainseg_gui.ui.tools.events import DoubleClick, Event, Press, Release

REPLACED = "The correction that was there is gone:"
NOT_SAVED = "Not saved:"
# Parts whose `complained` is shown as a warning, and whose `told` as a message.
COMPLAINS = (
    "data_set",
    "slices",
    "screen",
    "network",
    "other_networks",
    "exporting",
    "reporting",
    "correcting",
    "deciding",
    "notes",
    "reference_offer",
    "batch",
    "look_back",
    "looks",
    "neighbours",
    "history",
    "reviewing",
    "tools",
    "fill",
    "stack_measures",
    "planes",
    "mask_classes",
    "loading_masks",
    "plain_variables",
)
TELLS = (
    "network",
    "other_networks",
    "correcting",
    "exporting",
    "reporting",
    "worklist",
    "deciding",
    "editing",
    "neighbours",
    "copying",
    "batch",
    "probability_view",
    "strip",
    "fill",
    "stack_measures",
    "mask_classes",
    "loading_masks",
    "plain_variables",
)


def wire(parts: Parts) -> None:
    """Connect the parts with each other."""
    menus.connect(parts.actions, handlers(parts))
    ContextMenus(parts)
    Previewing(parts)
    _wire_work(parts)
    _wire_looks(parts)
    _wire_sentences(parts)


def _wire_work(parts: Parts) -> None:
    """What is done, and what follows from it."""
    # In this order: what is drawn becomes a step, and what was said of it is kept with it.
    for keep in (
        parts.editing.finish,
        parts.look_back.leave,
        parts.deciding.keep_notes,
        parts.editing.keep_if_unsaved,
    ):
        parts.screen.leaving.connect(keep)
    parts.editing.noted.connect(parts.data_set.rows.note_corrected)
    parts.data_set.opened.connect(parts.network.cancel)
    parts.data_set.opened.connect(parts.other_networks.close)
    parts.deciding.decided.connect(parts.reporting.keeping.measure)
    parts.deciding.decided.connect(lambda verdict: _after_verdict(parts, verdict))
    parts.deciding.wanted.connect(parts.worklist.choose)
    parts.data_set.opened.connect(parts.deciding.forget)
    parts.data_set.turned.connect(parts.deciding.forget_at)
    parts.reviewing.reader_changed.connect(lambda *_: parts.deciding.forget())
    parts.start_page.wanted.connect(lambda folder: parts.reviewing.open([folder]))
    parts.tool_bar.reader_chosen.connect(parts.reviewing.use_reader)
    parts.tool_bar.option_set.connect(parts.tools.set_option)
    parts.tool_bar.opening.connect(parts.tools.list_choices)
    parts.tools.choices_changed.connect(parts.tool_bar.offer)
    parts.canvas.gesture.connect(partial(_let_hand_go_first, parts))
    along = {1: parts.actions["next_of_patient"], -1: parts.actions["previous_of_patient"]}
    parts.patient_strip.step_wanted.connect(lambda by: along[by].trigger())
    bindings = Bindings(parts.actions, parts.canvas)
    enabling = Enabling(parts)
    enabling.refresh()
    for changed in (
        parts.screen.changed,
        parts.data_set.rows_changed,
        parts.network.changed,
        parts.exporting.changed,
        parts.correcting.changed,
        parts.loading_masks.changed,
    ):
        changed.connect(lambda *_: enabling.refresh())
    parts.worklist.selected_others.connect(enabling.note_selection)
    bindings.changed.connect(lambda: enabling.refresh(anew=True))


def _let_hand_go_first(parts: Parts, event: Event) -> None:
    """Have a folder's prediction wait while the mouse draws: the window has the processors."""
    if isinstance(event, (Press, DoubleClick, Release)):
        parts.correcting.free.hold("hand", on=parts.canvas.hand.busy)


def _after_verdict(parts: Parts, verdict: Verdict) -> None:
    if not parts.data_set.session.unsaved:
        parts.status.show_saved("")
    _tell_news(parts)
    parts.canvas.setFocus()
    if verdict.is_decision and parts.actions["advance"].isChecked():
        parts.worklist.next_unreviewed()


def _wire_looks(parts: Parts) -> None:
    """What is shown of it."""
    Preferences(parts.layers, parts.actions["advance"])
    hide = parts.actions["hide_layers"]
    parts.layers.changed.connect(lambda: hide.setChecked(parts.layers.hidden))
    parts.layers.changed.connect(
        lambda: parts.canvas.warn("LAYERS HIDDEN" if parts.layers.hidden else "")
    )
    parts.canvas.opacity_turned.connect(parts.layers.turn_opacity)
    parts.canvas.zoomed.connect(parts.status.show_zoom)
    parts.tools.option_changed.connect(parts.tool_bar.show_option)
    parts.tools.chosen.connect(parts.tool_bar.show_tool)
    parts.tools.said.connect(parts.status.show_task)
    parts.display.said.connect(parts.status.show_task)
    parts.looks.told.connect(parts.status.show_moment)
    parts.strip.alarmed.connect(partial(parts.risk_line.add, "strip"))
    parts.asking_again.alarmed.connect(partial(parts.risk_line.add, "again"))
    parts.exporting.working.connect(parts.status.show_task)
    parts.loading_masks.working.connect(parts.status.show_task)
    parts.reporting.working.connect(parts.status.show_task)
    parts.network.engine_ready.connect(parts.status.show_device)
    parts.network.valued.connect(parts.risk_line.show_worth)
    parts.network.changed.connect(parts.network_input.look_again)
    parts.slices.broken.connect(parts.presenter.show_broken)
    parts.history.opened.connect(parts.actions["history"].setChecked)
    parts.history.opened.connect(parts.side_panel.show_history)
    parts.reviewing.reader_changed.connect(parts.tool_bar.show_reader)
    for changed in (parts.data_set.opened, parts.data_set.turned):
        changed.connect(lambda *_: parts.canvas.forget_view())
    for left in (parts.worklist.left, parts.tool_bar.left, parts.decision_panel.comment.left):
        left.connect(parts.canvas.setFocus)


def _wire_sentences(parts: Parts) -> None:
    """What is said of it."""
    notice = parts.notice
    for name in COMPLAINS:
        getattr(parts, name).complained.connect(notice.warn)
    for name in TELLS:
        getattr(parts, name).told.connect(notice.tell)
    parts.worklist.ended.connect(
        lambda last: notice.tell(f"This is the {'last' if last else 'first'} slice of the list.")
    )
    parts.mask_classes.offered.connect(
        lambda sentence: notice.offer(sentence, "Choose…", parts.mask_classes.ask)
    )
    parts.reviewing.opening.connect(notice.hide)
    parts.editing.saved.connect(lambda problem: _tell_saved(parts, problem))
    parts.editing.replaced.connect(lambda step: _tell_replaced(parts, step))
    for gone in (parts.editing.noted, parts.screen.leaving):
        gone.connect(lambda *_: notice.withdraw(REPLACED))  # Undo would be about something else
    refusals = _Refusals(parts)
    parts.tools.refused.connect(refusals.tell)
    parts.data_set.opened.connect(refusals.begin_anew)


def _tell_replaced(parts: Parts, step: str) -> None:
    """Say that a correction went, and how it comes back."""
    parts.notice.offer(f"{REPLACED} “{step}”.", "Undo", parts.editing.undo)


def _tell_saved(parts: Parts, problem: str) -> None:
    parts.status.show_saved(problem)
    if problem:
        parts.notice.warn(f"{NOT_SAVED} {problem} It is kept in memory and tried again.")
    else:
        parts.notice.withdraw(NOT_SAVED)
    _tell_news(parts)


def _tell_news(parts: Parts) -> None:
    """Say, once, that the review goes on in another file."""
    session = parts.data_set.session
    if session.news:
        parts.notice.warn(session.news)
        session.news = ""


class _Refusals(QObject):
    """Says why painting is off; of a review that somebody else has once, the band goes on."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.canvas)  # which keeps it
        self._parts = parts
        self._told = False

    def begin_anew(self) -> None:
        self._told = False

    def tell(self) -> None:
        now = self._parts.screen.now
        if now is not None and now.past is not None:
            self._parts.notice.tell(f"{fill(WHY_NOT[Needs.PRESENT], current_keys())}.")
        elif now is not None and now.read_only and not self._told:
            self._told = True
            self._parts.notice.tell(self._parts.data_set.session.holder)
