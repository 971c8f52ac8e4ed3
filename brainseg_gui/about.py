"""What this installation is: for `brainseg-doctor`, and for a report of an unexpected error.

Nothing here starts, writes or sends anything, or says a path or a name.
"""

from __future__ import annotations

import os
import platform
import traceback
from collections.abc import Iterator
from importlib import metadata
from pathlib import PurePath
from types import TracebackType

from brainseg_gui import __version__
from brainseg_gui.extras import FORMATS, GPU, REPORTS, TRAIN, how_to_get, is_installed
from brainseg_gui.inference.cores import physical_cores
from brainseg_gui.inference.gpu import has_gpu

NEEDED = (
    *("PyQt5", "PyQt5-Qt5", "pyqtgraph", "superqt", "QtAwesome", "numpy", "scipy", "scikit-image"),
    *("tifffile", "h5py", "Pillow", "SQLAlchemy", "platformdirs", "onnxruntime"),
)
OPTIONAL = {
    **dict.fromkeys(("tensorflow", "keras"), GPU),
    **dict.fromkeys(("onnx", "tf2onnx", "tensorboardX"), TRAIN),
    **dict.fromkeys(("pydicom", "nibabel", "highdicom", "openpyxl"), FORMATS),
    **dict.fromkeys(("matplotlib", "Jinja2", "fpdf2"), REPORTS),
}
OURS = ("brainseg_gui", "model_training")

Finding = tuple[str, str, bool]
"""What was looked at, in which state it is, and whether that is well."""


def system() -> Iterator[Finding]:
    """Yield what it runs on."""
    yield "brainseg", __version__, True
    yield "Python", platform.python_version(), True
    yield "system", platform.platform(), True
    cores = f"{os.cpu_count()} logical, {physical_cores() or 'an unknown number of'} physical"
    yield "processors", cores, True
    yield "memory", _memory(), True
    gpu = "yes" if has_gpu() else "none"
    if gpu == "yes" and not is_installed("tensorflow"):
        gpu += f", but TensorFlow, which predicts on it, is not installed: {how_to_get(GPU)}"
    yield "NVIDIA GPU", gpu, True


def packages() -> Iterator[Finding]:
    """Yield the version of each package; only what the reader needs can be amiss."""
    for name in NEEDED:
        version = _version(name)
        yield name, version or "not installed", bool(version)
    absent: dict[str, list[str]] = {}
    for name, extra in OPTIONAL.items():
        if version := _version(name):
            yield name, version, True
        else:
            absent.setdefault(extra, []).append(name)
    for extra, names in absent.items():
        yield f"extra {extra}", f"without {', '.join(names)}; to have it: {how_to_get(extra)}", True


def error_place(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Return the kind of an error and where it came up: modules, lines and functions.

    The error's own words are left out: they may name a file or a patient.
    """
    where = [
        f"  {_module(frame.filename)}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]
    return "\n".join([kind.__name__, *where])


def error_report(place: str) -> str:
    """Return what a developer needs to know of an unexpected error, to be copied by hand."""
    facts = [f"{what:<20} {state}" for what, state, _ in (*system(), *packages())]
    return "\n".join([*facts, "", place, ""])


def _module(file: str) -> str:
    """Return a source file as seen from its package, without the folders above it."""
    parts = PurePath(file).parts
    start = next((n for n, part in enumerate(parts) if part in OURS), len(parts) - 1)
    return "/".join(parts[start:])


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return "unknown"
    return f"{size / 2**30:.1f} GiB"
