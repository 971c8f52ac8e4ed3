"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from brainseg_gui import __version__
from brainseg_gui.inference.cores import physical_cores

PACKAGES = (
    *("PyQt5", "PyQt5-Qt5", "pyqtgraph", "numpy", "scipy", "scikit-image", "h5py", "Pillow"),
    *("SQLAlchemy", "onnxruntime", "onnx", "tensorflow", "keras"),
)
# The instructions that decide how fast a convolution can be.
FLAGS = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_tile", "asimd")


def describe_machine() -> dict[str, Any]:
    """Return processor, cores, memory, and the versions of everything that is timed."""
    name, flags = _processor()
    return {
        "processor": name,
        "flags": [flag for flag in FLAGS if flag in flags],
        "logical_cores": os.cpu_count(),
        "physical_cores": physical_cores(),
        "system": platform.platform(),
        "versions": {"brainseg": __version__, "python": platform.python_version()} | _versions(),
    }


def load_average() -> list[float] | None:
    """Return the load of the last 1, 5 and 15 minutes; None where the system does not tell."""
    return [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else None


def _versions() -> dict[str, str]:
    versions = {}
    for package in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            versions[package] = metadata.version(package)
    return versions


def _processor() -> tuple[str, set[str]]:
    """Return name and flags of the first processor, as Linux tells them."""
    fields: dict[str, str] = {}
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            key, _, value = line.partition(":")
            fields.setdefault(key.strip(), value.strip())
    flags = fields.get("flags") or fields.get("Features") or ""
    return fields.get("model name") or platform.processor() or "unknown", set(flags.split())
