"""The parts: built in the order in which they need each other."""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QWidget

from brainseg_gui.ui.actions import menus
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.canvas.zoom_buttons import ZoomButtons
from brainseg_gui.ui.controllers.comparing.looks import Looks
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.deciding import Deciding
from brainseg_gui.ui.controllers.display import Display
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.exporting import Exporting
from brainseg_gui.ui.controllers.incoming.masks import LoadingMasks
from brainseg_gui.ui.controllers.incoming.variables import PlainVariables
from brainseg_gui.ui.controllers.looking.copying import Copying
from brainseg_gui.ui.controllers.looking.history import History
from brainseg_gui.ui.controllers.looking.look_back import LookBack
from brainseg_gui.ui.controllers.looking.neighbours import Neighbours
from brainseg_gui.ui.controllers.measures import Measures
from brainseg_gui.ui.controllers.measuring.asking_again import AskingAgain
from brainseg_gui.ui.controllers.measuring.band_lines import BandLines
from brainseg_gui.ui.controllers.measuring.drawn import Drawn
from brainseg_gui.ui.controllers.measuring.measuring import Measuring
from brainseg_gui.ui.controllers.measuring.network_input import NetworkInput
from brainseg_gui.ui.controllers.measuring.probability_view import ProbabilityView
from brainseg_gui.ui.controllers.networks.correcting import Correcting
from brainseg_gui.ui.controllers.networks.network import Network
from brainseg_gui.ui.controllers.networks.other_networks import OtherNetworks
from brainseg_gui.ui.controllers.on_screen import Screen
from brainseg_gui.ui.controllers.parts import Parts, Widgets
from brainseg_gui.ui.controllers.presenter import Presenter
from brainseg_gui.ui.controllers.recovering import Recovering
from brainseg_gui.ui.controllers.reporting.reporting import Reporting
from brainseg_gui.ui.controllers.reviewing import Reviewing
from brainseg_gui.ui.controllers.seen import Seen
from brainseg_gui.ui.controllers.stacks.fill import Fill
from brainseg_gui.ui.controllers.stacks.mask_classes import MaskClasses
from brainseg_gui.ui.controllers.stacks.measuring import StackMeasures
from brainseg_gui.ui.controllers.stacks.place_line import PlaceLine
from brainseg_gui.ui.controllers.stacks.planes import Planes
from brainseg_gui.ui.controllers.strip.strip import Strip
from brainseg_gui.ui.controllers.tool_runner import ToolRunner
from brainseg_gui.ui.controllers.verdicts.batch import Batch
from brainseg_gui.ui.controllers.verdicts.notes import Notes
from brainseg_gui.ui.controllers.verdicts.reference_offer import ReferenceOffer
from brainseg_gui.ui.controllers.verdicts.risk_line import RiskLine
from brainseg_gui.ui.jobs.background import Background
from brainseg_gui.ui.panels.compare_panel import ComparePanel
from brainseg_gui.ui.panels.correction_panel import CorrectionPanel
from brainseg_gui.ui.panels.decision_panel import DecisionPanel
from brainseg_gui.ui.panels.display_panel import DisplayPanel
from brainseg_gui.ui.panels.measuring.measures_panel import MeasuresPanel
from brainseg_gui.ui.panels.model_panel import ModelPanel
from brainseg_gui.ui.panels.side_panel import SidePanel
from brainseg_gui.ui.panels.start_page import StartPage
from brainseg_gui.ui.panels.status_bar import StatusBar
from brainseg_gui.ui.panels.timeline import TimelinePanel
from brainseg_gui.ui.panels.tool_bar import ToolBar
from brainseg_gui.ui.strip.panel import PatientStrip
from brainseg_gui.ui.widgets.band import Band
from brainseg_gui.ui.widgets.held_keys import HeldKeys
from brainseg_gui.ui.widgets.notice import Notice
from brainseg_gui.ui.wiring import wire
from brainseg_gui.ui.worklist.panel import WorklistPanel
from brainseg_gui.ui.worklist.selection_strip import SelectionStrip


def build_parts(reader: str) -> Parts:
    """Return everything that the window shows and uses, wired; `reader` is who reviews."""
    parts = _parts(_widgets(), reader)
    wire(parts)
    # Qt takes them apart with the widgets, in an order that it knows: what Python alone owns is
    # taken apart when the application ends, and what hangs on it is then gone already.
    for part in vars(parts).values():
        if isinstance(part, QObject) and part.parent() is None and not part.isWidgetType():
            part.setParent(parts.canvas)
    return parts


def _parts(widgets: Widgets, reader: str) -> Parts:
    data_set = DataSet(widgets.worklist, reader)
    screen, slices = data_set.screen, data_set.slices
    canvas, layers = widgets.canvas, widgets.layers
    display = Display(canvas, widgets.display_panel.window_control, screen.levels)
    measures = Measures(widgets.compare)
    presenter = Presenter(screen, canvas, layers, display, measures, widgets.status)
    editing = Editing(screen, layers)
    correcting, verdicts = Correcting(), _verdicts(widgets, data_set, editing)
    network = Network(data_set, widgets.model_panel, correcting.free)
    others = OtherNetworks(screen, network)
    look_back = LookBack(canvas, layers, screen)
    reviewing = Reviewing(data_set, editing, verdicts["deciding"], canvas)
    return Parts(
        **vars(widgets),
        data_set=data_set,
        screen=screen,
        slices=slices,
        strip=Strip(data_set, widgets.worklist, widgets.patient_strip),
        display=display,
        presenter=presenter,
        **_measuring(widgets, screen),
        editing=editing,
        correcting=correcting,
        tools=ToolRunner(canvas, screen, editing, correcting),
        network=network,
        other_networks=others,
        asking_again=AskingAgain(screen, network, measures),
        exporting=Exporting(data_set, widgets.worklist, canvas),
        reporting=Reporting(data_set, network, widgets.worklist, canvas),
        **verdicts,
        look_back=look_back,
        looks=_looks(widgets, screen, editing, verdicts["keys"], others),
        **_stacks(widgets, data_set, editing, reviewing),
        history=History(screen, editing, look_back, widgets.timeline, widgets.past_band),
        reviewing=reviewing,
        recovering=_recovering(widgets, data_set, reviewing),
    )


def _stacks(
    widgets: Widgets, data_set: DataSet, editing: Editing, reviewing: Reviewing
) -> dict[str, Any]:
    """Return the parts that know of more slices than the one on the screen, by their names."""
    rows, canvas = widgets.worklist.model, widgets.canvas
    neighbours = Neighbours(data_set, editing, rows)
    return {
        "neighbours": neighbours,
        "copying": Copying(data_set, editing, neighbours, canvas),
        "fill": Fill(data_set, editing, rows),
        "stack_measures": StackMeasures(data_set, editing, rows),
        "place_line": PlaceLine(data_set, rows, widgets.status),
        "planes": Planes(data_set, reviewing, canvas),
        "mask_classes": MaskClasses(data_set, reviewing, rows, canvas),
        "loading_masks": LoadingMasks(data_set, editing, rows, canvas),
        "plain_variables": PlainVariables(data_set, reviewing, rows, canvas),
    }


def _measuring(widgets: Widgets, screen: Screen) -> dict[str, Any]:
    """Return the parts that measure, by the names that they have in `Parts`."""
    canvas, layers, actions = widgets.canvas, widgets.layers, widgets.actions
    background = Background(canvas)
    measuring = Measuring(screen, background, widgets.measures_panel)
    return {
        "background": background,
        "measuring": measuring,
        "drawn": Drawn(screen, measuring, canvas, layers),
        "band_lines": BandLines(screen, background, canvas, layers, actions["area_band"]),
        "probability_view": ProbabilityView(screen, canvas, layers),
        "network_input": NetworkInput(screen, background, canvas, layers, actions["network_input"]),
    }


def _looks(
    widgets: Widgets, screen: Screen, editing: Editing, keys: HeldKeys, others: OtherNetworks
) -> Looks:
    return Looks(
        screen,
        widgets.canvas,
        widgets.layers,
        editing,
        keys,
        widgets.compare,
        others,
        widgets.beside,
        widgets.actions,
    )


def _recovering(widgets: Widgets, data_set: DataSet, reviewing: Reviewing) -> Recovering:
    return Recovering(
        data_set,
        reviewing,
        widgets.worklist,
        widgets.status,
        widgets.notice,
        widgets.review_band,
    )


def _verdicts(widgets: Widgets, data_set: DataSet, editing: Editing) -> dict[str, Any]:
    """Return the parts that have to do with verdicts, by the names that they have in `Parts`."""
    screen, panel, canvas = data_set.screen, widgets.decision_panel, widgets.canvas
    keys = HeldKeys(widgets.actions.values(), canvas)
    seen = Seen(screen, canvas, widgets.layers, widgets.worklist, keys)
    notes = Notes(screen, panel)
    deciding = Deciding(screen, data_set.slices, data_set.rows, editing, seen, notes, panel)
    worklist = widgets.worklist
    risk_line = RiskLine(screen, worklist.model, panel, worklist.bar)
    found = {"keys": keys, "seen": seen, "notes": notes, "deciding": deciding}
    offer = ReferenceOffer(data_set, widgets.actions["hide_reference"], panel)
    batch = Batch(data_set, widgets.worklist, deciding, seen)
    return found | {"risk_line": risk_line, "reference_offer": offer, "batch": batch}


def _widgets() -> Widgets:
    canvas = Canvas()
    actions = menus.make_actions(canvas)
    layers = Layers(canvas)
    display_panel, compare = DisplayPanel(actions), ComparePanel(layers, actions)
    model_panel, decision_panel = ModelPanel(actions), DecisionPanel(actions)
    timeline, worklist = TimelinePanel(actions), WorklistPanel()
    worklist.add_strip(SelectionStrip(actions))
    measures_panel = MeasuresPanel()
    panels = [display_panel, compare, measures_panel, CorrectionPanel(actions), model_panel]
    return Widgets(
        actions=actions,
        canvas=canvas,
        layers=layers,
        zoom_buttons=ZoomButtons(actions),
        beside=QWidget(),
        patient_strip=PatientStrip(worklist.thumbnails),
        worklist=worklist,
        display_panel=display_panel,
        compare=compare,
        measures_panel=measures_panel,
        model_panel=model_panel,
        decision_panel=decision_panel,
        timeline=timeline,
        side_panel=SidePanel(panels, timeline, decision_panel),
        notice=Notice(),
        status=StatusBar(),
        past_band=Band("mdi6.history", [actions["restore"], actions["leave_preview"]]),
        review_band=Band("mdi6.lock-outline", [actions["recover"]]),
        tool_bar=ToolBar(actions),
        start_page=StartPage(actions),
    )
