"""What the program is made of while it runs: every widget and every controller, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PyQt5.QtWidgets import QAction, QWidget

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
from brainseg_gui.ui.controllers.presenter import Presenter
from brainseg_gui.ui.controllers.recovering import Recovering
from brainseg_gui.ui.controllers.reporting.reporting import Reporting
from brainseg_gui.ui.controllers.reviewing import Reviewing
from brainseg_gui.ui.controllers.seen import Seen
from brainseg_gui.ui.controllers.slices import Slices
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
from brainseg_gui.ui.worklist.panel import WorklistPanel


@dataclass(frozen=True, eq=False)
class Widgets:
    """What can be seen; placed by the window."""

    actions: Mapping[str, QAction]
    canvas: Canvas
    layers: Layers
    zoom_buttons: ZoomButtons
    beside: QWidget  # where a second view goes
    patient_strip: PatientStrip
    worklist: WorklistPanel
    display_panel: DisplayPanel
    compare: ComparePanel
    measures_panel: MeasuresPanel
    model_panel: ModelPanel
    decision_panel: DecisionPanel
    timeline: TimelinePanel
    side_panel: SidePanel
    notice: Notice
    status: StatusBar
    past_band: Band
    review_band: Band
    tool_bar: ToolBar
    start_page: StartPage


@dataclass(frozen=True, eq=False)
class Parts(Widgets):
    """The widgets, and what goes on between them and the review."""

    data_set: DataSet
    screen: Screen
    slices: Slices
    strip: Strip
    display: Display
    presenter: Presenter
    background: Background
    measuring: Measuring
    drawn: Drawn
    band_lines: BandLines
    probability_view: ProbabilityView
    network_input: NetworkInput
    asking_again: AskingAgain
    editing: Editing
    correcting: Correcting
    tools: ToolRunner
    network: Network
    other_networks: OtherNetworks
    exporting: Exporting
    reporting: Reporting
    keys: HeldKeys
    seen: Seen
    notes: Notes
    risk_line: RiskLine
    reference_offer: ReferenceOffer
    batch: Batch
    deciding: Deciding
    look_back: LookBack
    looks: Looks
    neighbours: Neighbours
    copying: Copying
    fill: Fill
    stack_measures: StackMeasures
    place_line: PlaceLine
    planes: Planes
    loading_masks: LoadingMasks
    plain_variables: PlainVariables
    mask_classes: MaskClasses
    history: History
    reviewing: Reviewing
    recovering: Recovering
