"""What a run folder says of itself: recipe, data, versions, how far it has come."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import keras

from brainseg_gui import __version__
from brainseg_gui.files.atomic import make_folder, write_atomically
from model_training.data.folds import FOLDS
from model_training.data.sources import Entry, Source
from model_training.recipes.recipe import Recipe
from model_training.runs.checkpoint import load_progress
from model_training.runs.curves import read_rows
from model_training.runs.progress import Progress

RECIPE, DATA, ORIGIN, VERSIONS, NETWORK, CACHE = (
    "recipe.json",
    "data.json",
    "origin.json",
    "versions.json",
    "network.keras",
    "cache",
)
CROSSVAL = "crossval.json"  # what tells a cross-validation from a run
OLD_STATE = "state.json"  # how far a run of brainseg 0.1 had come
PACKAGES = ("tensorflow", "jax", "torch", "numpy", "scipy", "scikit-image", "h5py", "Pillow")
SHOWN = 3  # names in a sentence


def claim(run: Path, recipe: Recipe, source: Source) -> None:
    """Make a run folder, or find that one is of this recipe and these data.

    Raises
    ------
    ValueError
        If it is of another recipe or other data; the sentence names what differs.
    WriteError
        If the folder cannot be written.
    """
    make_folder(run)
    if not (run / RECIPE).exists():
        recipe.save(run / RECIPE)
    elif differing := _differing(Recipe.load(run / RECIPE).to_dict(), recipe.to_dict()):
        raise ValueError(f"{run} holds a run of another recipe: {differing}; choose another folder")
    contents = content_of(source)
    if not (run / DATA).exists():
        kept = {"sha256": fingerprint(contents), "slices": contents}
        reviewed = {"reviewed_slices": len(source.revised)} if source.revised else {}
        _write_json(run / DATA, kept | reviewed)
        return
    before = _data_of(run)["slices"]
    if before != contents:
        raise ValueError(
            f"{run} holds a run on other data: {_other_slices(before, contents)}; "
            "choose another folder"
        )


def refuse_other_reviews(run: Path, source: Source) -> None:
    """Raise ValueError where a run was trained on reviews, and these slices are not as they were.

    Who hands a network over without the reviews that went in would say what is not so.
    """
    if not (run / DATA).exists():
        return
    before = _data_of(run)
    if not source.revised and not before.get("reviewed_slices"):
        return
    now = content_of(source)
    if before["slices"] != now:
        raise ValueError(
            f"{run} was trained on other slices or reviews: {_other_slices(before['slices'], now)}"
        )


def slices_of_run(run: Path) -> frozenset[str] | None:
    """Return the names of the slices that a run was made for; None where it does not say so."""
    return frozenset(_data_of(run)["slices"]) if (run / DATA).exists() else None


def forget_attempts(run: Path) -> None:
    """Let a folder in which no epoch was ever finished be used for another recipe or other data."""
    if not has_begun(run):
        for name in (RECIPE, DATA, ORIGIN):
            (run / name).unlink(missing_ok=True)


def has_begun(run: Path) -> bool:
    """Whether a run has finished its first epoch; ValueError if its checkpoint is damaged."""
    return load_progress(run) is not None or any((run / n).exists() for n in (NETWORK, OLD_STATE))


def fold_folder(crossval: Path, fold: int) -> Path:
    """Return the run folder of a cross-validation's network that never saw `fold`."""
    return crossval / f"fold_{fold}"


@contextlib.contextmanager
def attempt(folder: Path, *others: str) -> Iterator[None]:
    """Take back the claim on a folder where an error comes before its first epoch.

    Parameters
    ----------
    folder : Path
        Of a run, or of a cross-validation with a run for each fold.
    *others : str
        Names of files that claim the folder, besides those of a run. What was there before, such
        as folds of somebody's own, stays.
    """
    claims = [folder / name for name in (RECIPE, DATA, ORIGIN, FOLDS, *others)]
    new = [path for path in claims if not path.exists()]
    try:
        yield
    except Exception:
        runs = [folder, *folder.glob("fold_*")]
        if not any(has_begun(run) for run in runs):
            for path in new:
                path.unlink(missing_ok=True)
        raise


def content_of(source: Source) -> dict[str, str]:
    """Return a SHA-256 of each slice by its name: of its files, and of its reader's mask."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(source.names, pool.map(_content, source), strict=True))


def fingerprint(contents: dict[str, str]) -> str:
    """Return a SHA-256 over what `content_of` found."""
    lines = "".join(f"{name}:{contents[name]}\n" for name in sorted(contents))
    return hashlib.sha256(os.fsencode(lines)).hexdigest()


def note_versions(run: Path) -> str:
    """Add this session's software to the run; return what changed since the last one."""
    path = run / VERSIONS
    sessions = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    now = software()
    if sessions and sessions[-1] == now:
        return ""
    _write_json(path, [*sessions, now])
    return _differing(sessions[-1], now) if sessions else ""


def software() -> dict[str, str]:
    """Return the versions of all that takes part in a training."""
    found = {
        "brainseg": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "keras": keras.__version__,
        "backend": keras.config.backend(),
    }
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def progress_of(run: Path) -> Progress:
    """Return how far a run has come, a new one not at all; ValueError where that is damaged."""
    if (progress := load_progress(run)) is not None:
        return progress
    try:
        return Progress.from_json((run / OLD_STATE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Progress()


def is_finished(run: Path) -> bool:
    """Whether the run in a folder has come to its end and its network can be used.

    One that is kept without its checkpoint, which nothing needs any more, shows it by its curve.

    Raises
    ------
    ValueError
        If its recipe, its checkpoint or its curve is damaged.
    """
    if not (run / RECIPE).exists() or not (run / NETWORK).exists():
        return False
    progress = progress_of(run)
    if not progress.epoch:
        for row in read_rows(run):
            progress = progress.after(row)
    return progress.is_finished(Recipe.load(run / RECIPE))


def _content(entry: Entry) -> str:
    digest = hashlib.sha256()
    for file in entry.files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    if entry.revised is not None:
        digest.update(entry.revised.sum.encode())
    return digest.hexdigest()


def _data_of(run: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((run / DATA).read_text(encoding="utf-8"))
    return content


def _write_json(path: Path, content: Any) -> None:
    write_atomically(path, (json.dumps(content, indent=1) + "\n").encode())


def _differing(before: dict[str, Any], now: dict[str, Any]) -> str:
    """Name the entries that differ, with both values."""
    return ", ".join(
        f"{name} is {before.get(name)!r} there and {now.get(name)!r} here"
        for name in [*before, *(now.keys() - before.keys())]
        if before.get(name) != now.get(name)
    )


def _other_slices(before: dict[str, str], now: dict[str, str]) -> str:
    """Say which slices are gone, new or changed."""
    changed = {name for name in before.keys() & now.keys() if before[name] != now[name]}
    kinds = {
        "missing here": sorted(before.keys() - now.keys()),
        "new here": sorted(now.keys() - before.keys()),
        "changed": sorted(changed),
    }
    return "; ".join(
        f"{', '.join(names[:SHOWN])}{' and others' if len(names) > SHOWN else ''} "
        f"{'is' if len(names) == 1 else 'are'} {what}"
        for what, names in kinds.items()
        if names
    )
