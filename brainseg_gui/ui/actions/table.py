"""Every command the reader can give, in one place. No Qt here: it is data.

Menus, tool bar, shortcuts, tooltips and the help window are made from this table. Keys follow
what the comparable tools agree on; `A`/`D` walk, as in the list-style annotation tools.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from itertools import pairwise

from brainseg_gui.core.layer import Layer
from brainseg_gui.ui.tools.operations import OPERATIONS, Operation
from brainseg_gui.ui.tools.table import TOOLS
from brainseg_gui.ui.tools.tool import ToolSpec


class Needs(enum.Flag):
    """What must be true before a command makes sense."""

    NOTHING = 0
    SLICE = enum.auto()
    LIST = enum.auto()
    MODEL = enum.auto()
    PREDICTION = enum.auto()
    REFERENCE = enum.auto()
    CORRECTION = enum.auto()
    UNDO = enum.auto()
    REDO = enum.auto()
    IDLE = enum.auto()
    BUSY = enum.auto()
    ANY_CORRECTION = enum.auto()
    WRITABLE = enum.auto()  # nobody else has the review
    PRESENT = enum.auto()  # no earlier mask is shown in place of the present one
    LOOKING_BACK = enum.auto()  # an earlier mask is shown
    MASK = enum.auto()
    VERDICT = enum.auto()
    DAMAGED = enum.auto()
    SEVERAL = enum.auto()  # rows of the list are chosen
    CORRECTOR = enum.auto()  # a network that corrects by clicks
    TURN = enum.auto()  # the slice is turned, or its border fits only if it is


@dataclass(frozen=True)
class ActionSpec:
    """One command.

    Attributes
    ----------
    name : str
        Of its handler; rows of tools and operations are made from their tables.
    menu, text : str
    keys : tuple of str
        Shortcuts in Qt's spelling, unless the reader chose others; the first is shown.
    needs : Needs
    tip : str
        One sentence for tooltip and help; the text where it is empty.
    icon : str
        Name in the icon font; commands with one stand in the tool bar.
    group : str
        Checkable commands with the same group exclude each other; "toggle" stands alone.
    """

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    needs: Needs = Needs.NOTHING
    tip: str = ""
    icon: str = ""
    group: str = ""


FILE, EDIT, VIEW, COMPARE, GO, MASK, MODEL, REVIEW, HELP = (
    "&File", "&Edit", "&View", "&Compare", "&Go", "M&ask", "&Model", "&Review", "&Help",
)  # fmt: skip
S, N = ActionSpec, Needs
MAY_EDIT = N.SLICE | N.WRITABLE | N.PRESENT

LAYER_NEEDS = {
    Layer.NOTHING: N.NOTHING,
    Layer.REFERENCE: N.REFERENCE,
    Layer.PREDICTION: N.PREDICTION,
    Layer.CORRECTION: N.CORRECTION,
}


def _tool(spec: ToolSpec) -> ActionSpec:
    needs = N.WRITABLE if spec.edits else N.NOTHING
    needs |= N.CORRECTOR if spec.asks_corrector else N.NOTHING
    return S(f"tool_{spec.name}", EDIT, spec.text, spec.keys, needs, spec.tip, spec.icon, "tool")


def _operation(row: Operation) -> ActionSpec:
    needs = MAY_EDIT | (N.MASK if row.on_mask else N.NOTHING)
    for layer in row.layers:
        needs |= LAYER_NEEDS[layer]
    return S(row.name, MASK, row.text, row.keys, needs, row.tip)


# What is said in the tooltip of a command that cannot be given now, where it is not plain to see;
# a command in braces stands for its key.
WHY_NOT: dict[Needs, str] = {
    N.PRESENT: "An earlier mask is shown: go back to the present one first ({history})",
    N.SEVERAL: "Choose several rows of the list first, with Shift or Ctrl",
    N.MASK: "There is no mask yet: predict the slice, or paint",
    N.TURN: "There is nothing to turn: the border of this slice asks for no turn",
}

ACTIONS: tuple[ActionSpec, ...] = (
    S("open_folder", FILE, "&Open folder…", ("Ctrl+O",), tip="Open a folder of slices, with its sub-folders"),
    S("open_files", FILE, "Open &files…", ("Ctrl+Shift+O",), tip="Open single slices"),
    S("open_demo", FILE, "Open the &demo", tip="Open the simulated slices that came with the program"),
    S("choose_variables", FILE, "Choose &variables…", (), N.LIST | N.WRITABLE, "Say which variables of MATLAB files without cjdata are image, mask, patient and type; kept with the review"),
    S("load_masks", FILE, "Load &masks…", ("Ctrl+L",), N.LIST | N.WRITABLE, "Take masks that were made elsewhere as corrections: PNG, NIfTI, MATLAB, DICOM segmentations, COCO; says first which slices they fit"),
    S("export_mask", FILE, "&Export this mask…", ("Ctrl+E",), N.SLICE | N.CORRECTION, "Write the correction, in the formats that were chosen last", "mdi6.file-export-outline"),
    S("export_all", FILE, "Export &all corrected masks…", ("Ctrl+Shift+E",), N.ANY_CORRECTION, "Write every mask of this review that is accepted or corrected; chosen rows or what is filtered can be had alone"),
    S("export_selected", FILE, "Export the &chosen masks…", (), N.LIST | N.SEVERAL, "Write the masks of the rows that are chosen in the list, as far as they are accepted or corrected"),
    S("case_sheet", FILE, "Case s&heet…", ("Ctrl+P",), N.SLICE, "Picture, outlines, measures, verdict and network on one page, of the slice or of the chosen rows, as PDF or HTML"),
    S("show_in_folder", FILE, "Show in its fo&lder", (), N.SLICE, "Open the folder that the slice lies in"),
    S("save", FILE, "&Save", ("Ctrl+S",), N.LIST, "Everything is saved as you work; this tries again what failed"),
    S("recover", FILE, "&Recover a damaged review…", (), N.DAMAGED, "Read what can be read into a new review; the damaged file stays as it is"),
    S("quit", FILE, "&Quit", ("Ctrl+Q",)),
    S("undo", EDIT, "&Undo", ("Ctrl+Z",), MAY_EDIT | N.UNDO, icon="mdi6.undo"),
    S("redo", EDIT, "Re&do", ("Ctrl+Shift+Z", "Ctrl+Y"), MAY_EDIT | N.REDO, icon="mdi6.redo"),
    *(_tool(spec) for spec in TOOLS),
    S("brush_smaller", EDIT, "Brush s&maller", ("[", "-"), tip="Also Shift and wheel"),
    S("brush_larger", EDIT, "Brush &larger", ("]", "+", "="), tip="Also Shift and wheel"),
    S("copy_picture", EDIT, "Cop&y the picture", ("Ctrl+Shift+C",), N.SLICE, "Slice and masks as they are shown, without name and patient"),
    S("copy_position", EDIT, "Copy the p&osition", (), N.SLICE, "Column, row and value of the pixel that the mouse was over last"),
    S("settings", EDIT, "&Settings…", ("Ctrl+,",), tip="Keys, brush, colours and lines of the layers, and what a start shows"),
    S("view_raw", VIEW, "&Raw", ("F2",), N.NOTHING, "Intensities as they are", group="contrast"),
    S("view_equalised", VIEW, "E&qualised", ("F3",), N.NOTHING, "Histogram equalised over the head", group="contrast"),
    S("view_clahe", VIEW, "&CLAHE", ("F4",), N.NOTHING, "Equalised locally, with limited contrast", group="contrast"),
    S("auto_contrast", VIEW, "&Auto contrast", ("C",), N.SLICE, "Fit window and level to this slice"),
    S("toggle_reference", VIEW, "Refere&nce (ground truth)", ("G",), group="toggle"),
    S("toggle_prediction", VIEW, "&Prediction", ("M",), group="toggle"),
    S("toggle_correction", VIEW, "C&orrection", ("V",), group="toggle"),
    S("swap_reference", VIEW, "&Swap prediction and reference", ("T",), N.SLICE, "Show one instead of the other, to flicker between them"),
    S("hide_layers", VIEW, "&Hide all layers", ("X", "S"), tip="Tap to hide or show, hold to peek underneath", group="toggle"),
    S("outline_only", VIEW, "Outlines onl&y", ("Z",), tip="Fill off, outlines stay", group="toggle"),
    S("fit", VIEW, "F&it", ("R", "Ctrl+F"), N.SLICE, "Show the whole slice", "mdi6.fit-to-page-outline"),
    S("zoom_to_mask", VIEW, "Zoom to the &mask", ("Y",), N.SLICE, "Show the masks that are shown as large as they fit", "mdi6.image-filter-center-focus"),
    S("actual_size", VIEW, "Actual size, 1:&1", ("Ctrl+0",), N.SLICE, "One pixel of the slice is one of the window"),
    S("zoom_in", VIEW, "&Zoom in", ("Ctrl++", "Ctrl+="), N.SLICE, "Also the wheel", "mdi6.magnify-plus-outline"),
    S("zoom_out", VIEW, "Zoom o&ut", ("Ctrl+-",), N.SLICE, "Also the wheel", "mdi6.magnify-minus-outline"),
    S("list_panel", VIEW, "&Worklist", ("Ctrl+1",), tip="Show it, or fold it away; a narrow window folds it by itself", group="toggle"),
    S("side_panel", VIEW, "Panels on the ri&ght", ("Ctrl+2",), tip="Show them, or fold them away; a narrow window folds them by itself", group="toggle"),
    S("strip_panel", VIEW, "O&verview of the patient", ("Ctrl+3",), tip="Show the patient's other slices below the image, or fold them away; a low window folds them by itself", group="toggle"),
    S("pixel_size", VIEW, "Pi&xel size…", (), N.LIST | N.WRITABLE, "Declare the pixel size in mm, which the files do not hold"),
    S("plane", VIEW, "Plan&e of volumes…", (), N.LIST | N.WRITABLE, "Choose in which plane NIfTI volumes are cut: as stored, axial, coronal or sagittal"),
    S("mask_classes", VIEW, "Classes o&f masks…", (), N.LIST | N.WRITABLE, "Say which numbers in masks of several classes belong to the tumour; until then such masks are not used"),
    S("turn_upright", VIEW, "&Turn upright or back…", (), MAY_EDIT | N.TURN, "Turn image and mask as the border says, for one slice or all that lie like it; the same takes it back"),
    S("diameters", VIEW, "&Diameters", ("Shift+A",), tip="The longest diameter of the mask's largest piece, and the longest across it, with their lengths", group="toggle"),
    S("area_band", VIEW, "&Lines of the area's band", (), tip="Dotted lines where the network's probability is 0.3 and 0.7: how far the outline would move with the threshold", group="toggle"),
    S("probability_view", VIEW, "Pro&bability", ("Shift+V",), tip="What the network said of each pixel, in colours with their legend; it changes no mask", group="toggle"),
    S("network_input", VIEW, "What the networ&k sees", ("Shift+W",), N.SLICE | N.MODEL, "The network's exact input in the place of the slice, channel by channel, then the slice again", group="toggle"),
    S("difference", COMPARE, "&Difference of A and B", ("J",), N.SLICE, "Tint what only the one has and what only the other has", "mdi6.vector-difference-ab", "toggle"),
    S("flicker", COMPARE, "&Flicker between A and B", ("Shift+J",), N.SLICE, "Show A alone, at the next press B; hold to see them in turn, Escape ends it", "mdi6.swap-horizontal"),
    S("swipe", COMPARE, "&Swipe", ("Shift+T",), N.SLICE, "A left and B right of a line that is dragged; Escape ends it", "mdi6.compare", "toggle"),
    S("side_by_side", COMPARE, "Side &by side", ("Shift+B",), N.SLICE, "A here and B in a second view beside it, with the same zoom and place", "mdi6.view-split-vertical", "toggle"),
    S("exchange_sides", COMPARE, "E&xchange A and B", (), N.SLICE, "A becomes B, and B becomes A"),
    S("next_difference", COMPARE, "&Next difference", (".",), N.SLICE, "Go to the next smaller piece of the difference", "mdi6.chevron-right"),
    S("previous_difference", COMPARE, "&Previous difference", (",",), N.SLICE, "Go to the next larger piece of the difference", "mdi6.chevron-left"),
    S("keep_a", COMPARE, "Keep &A here", ("2",), MAY_EDIT, "Put what A says of this piece into the correction, and go to the next"),
    S("keep_b", COMPARE, "&Keep B here", ("3",), MAY_EDIT, "Put what B says of this piece into the correction, and go to the next"),
    S("leave_difference", COMPARE, "&Leave this difference", ("4",), N.SLICE, "Change nothing at this piece, and go to the next"),
    S("next_slice", GO, "&Next slice", ("Right", "D", "PgDown"), N.LIST, icon="mdi6.chevron-right"),
    S("previous_slice", GO, "&Previous slice", ("Left", "A", "PgUp"), N.LIST, icon="mdi6.chevron-left"),
    S("next_unreviewed", GO, "Next not yet re&viewed", ("N", "Ctrl+Shift+D"), N.LIST, "Go to the next slice that has no verdict", "mdi6.chevron-double-right"),
    S("next_of_patient", GO, "Next &of the patient", ("Shift+Right",), N.SLICE, "The patient's next slice, however the list is sorted or filtered"),
    S("previous_of_patient", GO, "Previous of the pat&ient", ("Shift+Left",), N.SLICE, "The patient's slice before, however the list is sorted or filtered"),
    S("first_slice", GO, "&First slice", ("Home",), N.LIST),
    S("last_slice", GO, "&Last slice", ("End",), N.LIST),
    S("sort_anew", GO, "Sort the list ane&w", (), N.LIST, "Put the rows in order by the values of now; while you walk they stay where they are"),
    S("search", GO, "&Search", ("/",), N.LIST, "Find slices by name, patient or type"),
    *(_operation(row) for row in OPERATIONS),
    S("copy_previous", MASK, "Copy from the slice &before", ("Shift+PgUp",), MAY_EDIT, "Put the mask of the patient's slice before this one in place of this one's"),
    S("copy_next", MASK, "Cop&y from the slice after", ("Shift+PgDown",), MAY_EDIT, "Put the mask of the patient's slice after this one in place of this one's"),
    S("copy_other", MASK, "Copy o&ver from another slice…", ("Shift+Home",), MAY_EDIT, "Choose among the patient's slices that have a mask, and see it over this one before it is taken"),
    S("fill_between", MASK, "Fi&ll between slices", ("Shift+F",), MAY_EDIT, "Put the shape between the nearest corrected slices before and after this one of its stack"),
    S("measure_stack", MASK, "&Measure the stack", (), N.SLICE, "Say volume, foci and Dice in three dimensions of the corrections in the stack of this slice"),
    S("predict", MODEL, "&Predict this slice", ("I",), N.SLICE | N.MODEL, "Ask the network for this slice", "mdi6.auto-fix"),
    S("predict_all", MODEL, "Predict the &folder", ("Ctrl+I",), N.LIST | N.MODEL | N.IDLE, "Ask the network for every slice that has no prediction yet"),
    S("predict_selected", MODEL, "Predict the chosen &slices", (), N.LIST | N.MODEL | N.IDLE | N.SEVERAL, "Ask the network for the rows that are chosen in the list and have no prediction yet"),
    S("cancel", MODEL, "&Cancel", ("Esc",), N.BUSY, "Stop predicting or exporting; what is done is kept"),
    S("auto_predict", MODEL, "Predict when a slice is &opened", (), N.MODEL, group="toggle"),
    S("choose_model", MODEL, "C&hoose network…", (), N.IDLE, "Use another bundle: a folder with card.json"),
    S("ask_other", MODEL, "Ask another net&work…", (), N.SLICE, "What another network says of this slice, kept beside the prediction, to compare them; the network in use stays"),
    S("model_card", MODEL, "Network car&d", (), N.MODEL, "What the network is and how it was measured"),
    S("accept", REVIEW, "&Accept", ("Return", "Enter"), MAY_EDIT | N.MASK, "Accept the mask as it is", "mdi6.check-circle-outline"),
    S("reject", REVIEW, "&Reject", ("Backspace",), MAY_EDIT, "Neither prediction nor correction can be used", "mdi6.close-circle-outline"),
    S("flag", REVIEW, "&Flag", ("F",), MAY_EDIT, "Somebody else should look at this slice", "mdi6.flag-outline"),
    S("take_back", REVIEW, "&Take back the verdict", ("U",), MAY_EDIT | N.VERDICT, "The slice is to be reviewed again; that it had a verdict is kept"),
    S("accept_selected", REVIEW, "Accept the chose&n slices", (), N.LIST | N.WRITABLE | N.SEVERAL, "Accept the masks of all rows that are chosen in the list and were seen; asks first"),
    S("reject_selected", REVIEW, "R&eject the chosen slices", (), N.LIST | N.WRITABLE | N.SEVERAL, "Reject all rows that are chosen in the list and were seen; asks first"),
    S("flag_selected", REVIEW, "F&lag the chosen slices", (), N.LIST | N.WRITABLE | N.SEVERAL, "Flag all rows that are chosen in the list and were seen; asks first"),
    S("difficulty_easy", REVIEW, "Difficult&y: easy", ("F5",), MAY_EDIT, "Easy to read; kept with the verdict", group="toggle"),
    S("difficulty_medium", REVIEW, "Difficulty: &medium", ("F6",), MAY_EDIT, "Of medium difficulty; kept with the verdict", group="toggle"),
    S("difficulty_hard", REVIEW, "Difficulty: &hard", ("F7",), MAY_EDIT, "Hard to read; kept with the verdict", group="toggle"),
    S("grade_no_change", REVIEW, "Proposal: no chan&ge", ("6",), MAY_EDIT, "Nothing of the proposal has to be changed; kept with the verdict", group="toggle"),
    S("grade_minor", REVIEW, "Proposal: m&inor change", ("7",), MAY_EDIT, "A little of the proposal has to be changed; kept with the verdict", group="toggle"),
    S("grade_major", REVIEW, "Proposal: ma&jor change", ("8",), MAY_EDIT, "Much of the proposal has to be changed; kept with the verdict", group="toggle"),
    S("grade_wrong_place", REVIEW, "Proposal: wrong &place", ("9",), MAY_EDIT, "The proposal is not where the tumour is; kept with the verdict", group="toggle"),
    S("unusable", REVIEW, "Image un&usable", ("0",), MAY_EDIT, "Nothing can be said of the image, whatever was proposed; kept with the verdict", group="toggle"),
    S("reasons", REVIEW, "Rea&sons…", ("Shift+K",), MAY_EDIT, "Tick why, from the list of this data set; kept with the verdict"),
    S("comment", REVIEW, "&Comment", ("K",), MAY_EDIT, "Write why; Return or Escape leaves the field"),
    S("advance", REVIEW, "Go on to the ne&xt after a verdict", tip="After a verdict, go to the next slice that has none", group="toggle"),
    S("hide_reference", REVIEW, "Hide the reference until the &verdict", (), N.LIST | N.WRITABLE, "See the reference, and every Dice, only once the slice has its verdict; each version says whether it was so", group="toggle"),
    S("history", REVIEW, "&What was changed here", ("L",), N.SLICE, "Every step of this slice, and the versions of all readers", group="toggle"),
    S("restore", REVIEW, "&Bring back the mask shown", (), N.SLICE | N.WRITABLE | N.LOOKING_BACK, "Make the earlier mask the correction, as one step that can be undone"),
    S("leave_preview", REVIEW, "Bac&k to now", (), N.LOOKING_BACK, "Show the present mask again  (Escape)"),
    S("cohort", REVIEW, "C&ohort…", ("Ctrl+R",), N.LIST, "Dice, area, time and edits of all that is listed; where network and reference disagree, and what readers keep fixing"),
    S("change_reader", REVIEW, "Change rea&der…", tip="Go on under another name, with that reader's own corrections"),
    S("shortcuts", HELP, "&Keys", ("F1", "?"), tip="Every key and what it does"),
    S("about", HELP, "&About brainseg"),
)  # fmt: skip

# Before these a menu draws a line; each begins a group of commands that belong together.
BEGINS = frozenset({
    "load_masks", "export_mask", "show_in_folder", "quit", f"tool_{TOOLS[0].name}", "tool_islands", "brush_smaller", "copy_picture", "settings",
    "auto_contrast", "toggle_reference", "hide_layers", "next_difference", "keep_a", "fit", "list_panel", "pixel_size", "diameters", "first_slice", "search",
    "predict_all", "auto_predict", "take_back", "difficulty_easy", "comment", "history",
    "union_prediction", "copy_previous", "cohort", "change_reader", "about",
    *(row.name for before, row in pairwise(OPERATIONS) if bool(before.starts) != bool(row.starts)),
})  # fmt: skip
