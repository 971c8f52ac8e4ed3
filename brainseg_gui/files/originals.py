"""Files that came with a data set are never written to, wherever results are asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.formats import files_of
from brainseg_gui.files.readers.marks import mark_of
from brainseg_gui.files.writers.png import Kind

IS_SLICE = "it is the slice itself, which is never written to"
IS_REFERENCE = "it is the mask that came with the slice, which is never written to"
CHOOSE = "choose another folder for the results"


def spare_originals(targets: Iterable[Path], slice_path: Path, ours: Iterable[Kind]) -> None:
    """Refuse to write where a slice lies, or the picture that is its mask.

    Parameters
    ----------
    targets : iterable of Path
    slice_path : Path
    ours : iterable of Kind
        What pictures may say of themselves that are replaced, lying beside the slice or not.

    Raises
    ------
    WriteError
        At the first target that is one of these; nothing is written then.
    """
    there = [target for target in targets if os.path.lexists(target)]
    if not there:
        return
    own, *beside = files_of(slice_path)
    for target in there:
        if _is_same(target, own):
            raise WriteError(target, f"{IS_SLICE}; {CHOOSE}")
        if any(_is_same(target, it) for it in beside) and not _is_ours(target, ours):
            raise WriteError(target, f"{IS_REFERENCE}; {CHOOSE}")


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return os.path.samefile(one, other)
    return False


def _is_ours(path: Path, kinds: Iterable[Kind]) -> bool:
    with suppress(OSError):
        return mark_of(path) in {kind.value for kind in kinds}
    return False
