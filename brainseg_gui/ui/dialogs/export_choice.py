"""What can be chosen of an export, and what was chosen last."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from brainseg_gui import extras
from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.core.view import View
from brainseg_gui.files.key_file import key_in
from brainseg_gui.files.writers.table import PNG, rows
from brainseg_gui.review.exports import Export
from brainseg_gui.review.handover.existing import Existing
from brainseg_gui.review.handover.options import Options
from brainseg_gui.review.handover.pattern import Pattern, PatternError
from brainseg_gui.ui.dialogs.export_scope import Scope
from brainseg_gui.ui.widgets.settings import (
    EXPORT_EXISTING,
    EXPORT_FOLDER,
    EXPORT_FORMATS,
    EXPORT_KEY,
    EXPORT_PATTERN,
    EXPORT_PSEUDONYMS,
    EXPORT_SCALE,
    EXPORT_STACKS,
    VIEW,
    settings,
)

Ends = tuple[str, str]  # names of the first and the last slice of a stack
OWN_FOLDER = "export"  # below the slices, where nothing was chosen yet


@dataclass(frozen=True)
class Offer:
    """What an export can be about.

    Attributes
    ----------
    scope : Scope
        That was asked for.
    digests : mapping of Scope to collection of str or None
        Of the slices that can be had; None is all of them.
    this : Export or None
        The mask on the screen, with every edit, written or not.
    folder : Path
        Where to, as it is proposed.
    review : Path or None
    stacks : mapping of str to (str, str)
        Of each slice that lies in a stack, by its name: the first and the last slice of that.
    """

    scope: Scope
    digests: Mapping[Scope, Collection[str] | None]
    this: Export | None
    folder: Path
    review: Path | None = None
    stacks: Mapping[str, Ends] = field(default_factory=dict)

    def of(self, scope: Scope, whole: Export) -> Export:
        """Return what is exported, from all that there is in the review."""
        if scope is Scope.SLICE and self.this is not None:
            return self.this
        return whole.narrowed(self.digests[scope])


@dataclass(frozen=True)
class ExportChoice:
    """What was chosen.

    Attributes
    ----------
    scope : Scope
    folder : Path
    formats : tuple of str
        Names.
    pattern : str
        Empty for the usual names.
    existing : Existing
    scale : int
    key_file : Path or None
        Of the pseudonyms, where those are wanted.
    view : View
        What of the slice a picture shows.
    window : (float, float) or None
        Window and level that it is shown with.
    stacks : bool
        Whether the masks of a stack are one file, in formats that can hold that.
    """

    scope: Scope
    folder: Path
    formats: tuple[str, ...] = (PNG.name,)
    pattern: str = ""
    existing: Existing = Existing.REPLACE
    scale: int = 1
    key_file: Path | None = None
    view: View = View.EQUALISED
    stacks: bool = True
    window: tuple[float, float] | None = None

    @property
    def volumes(self) -> bool:
        """Tell whether files of whole stacks are written: a single slice has a file of its own."""
        return self.stacks and self.scope is not Scope.SLICE

    def options(self) -> Options:
        """Return how it is written; makes the key file where it is missing.

        Raises
        ------
        PatternError
            If the pattern makes no names.
        KeyFileError
            If the key cannot be used.
        """
        chosen = tuple(it for it in rows() if it.name in self.formats)
        pattern = Pattern(self.pattern) if self.pattern else None
        hides = None if self.key_file is None else Pseudonyms(key_in(self.key_file))
        how = (pattern, self.existing, self.scale, self.view, hides)
        return Options(chosen, *how, volumes=self.volumes, window=self.window)

    def remember(self) -> None:
        """Choose the same the next time."""
        settings.put(EXPORT_FOLDER, str(self.folder))
        settings.put(EXPORT_FORMATS, self.formats)
        settings.put(EXPORT_PATTERN, self.pattern)
        settings.put(EXPORT_EXISTING, self.existing)
        settings.put(EXPORT_SCALE, self.scale)
        settings.put(EXPORT_STACKS, self.stacks)
        settings.put(EXPORT_PSEUDONYMS, self.key_file is not None)
        if self.key_file is not None:
            settings.put(EXPORT_KEY, str(self.key_file))


def chosen_last(scope: Scope, folder: Path) -> ExportChoice:
    """Return what was chosen last, as far as it can be had here."""
    names = {it.name for it in rows() if not extras.want(it.needs, it.extra)}
    formats = tuple(name for name in settings.get(EXPORT_FORMATS) if name in names)
    key = settings.get(EXPORT_KEY)
    return ExportChoice(
        scope,
        folder,
        formats or (PNG.name,),
        settings.get(EXPORT_PATTERN),
        settings.get(EXPORT_EXISTING),
        settings.get(EXPORT_SCALE),
        Path(key) if key and settings.get(EXPORT_PSEUDONYMS) else None,
        View(settings.get(VIEW)),
        settings.get(EXPORT_STACKS),
    )


def export_folder(slices: Path | None) -> Path:
    """Return where masks were exported to last; the first time, a folder beside the slices."""
    stored = Path(settings.get(EXPORT_FOLDER))
    if stored.is_dir() and stored != Path():
        return stored
    return (slices or Path.home()) / OWN_FOLDER


def why_no_pattern(text: str) -> str:
    """Return why a pattern makes no names; empty where it does."""
    try:
        Pattern(text or "{stem}")
    except PatternError as error:
        return str(error)
    return ""
