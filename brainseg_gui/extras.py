"""What can be installed besides the reader, and how the copy that runs here gets it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

DISTRIBUTION = "brainseg-review"
GPU, TRAIN, PRETRAINED = "gpu", "train", "pretrained"  # as in setup.cfg
FORMATS, REPORTS = "formats", "reports"
CHECKOUT = Path(__file__).parents[1]


def is_installed(package: str) -> bool:
    """Tell whether a package can be imported, without importing it."""
    return find_spec(package) is not None


def missing(what: str, extra: str) -> str:
    """Return the sentence for a feature whose packages are not here.

    Parameters
    ----------
    what : str
        The packages, as a sentence begins: "TensorFlow is", "Keras and onnx are".
    extra : str
        `GPU`, `TRAIN`, `PRETRAINED`, `FORMATS` or `REPORTS`.
    """
    them = "them" if what.endswith(" are") else "it"
    return f"{what} not installed here; the extra “{extra}” brings {them}: {how_to_get(extra)}."


def want(packages: Iterable[str], extra: str) -> str:
    """Return the sentence for what needs packages, where one is not here; else nothing."""
    gone = [it for it in packages if not is_installed(it)]
    verb = "is" if len(gone) == 1 else "are"
    return missing(f"{' and '.join(gone)} {verb}", extra) if gone else ""


def how_to_get(extra: str) -> str:
    """Return the command that adds an extra to this copy.

    The name alone would be asked for at the public index, where nobody answers for it; so a copy
    that is no checkout is sent back to where it came from.
    """
    if (CHECKOUT / "Makefile").is_file():
        return f"make extra EXTRA={extra}"
    wanted = f"{DISTRIBUTION}[{extra}]"
    if origin := _origin():
        return f"pip install '{wanted} @ {origin}'"
    return f"install {wanted} from where this copy was installed from"


def _origin() -> str:
    """Return the address of the wheel, folder or repository that pip was given, or nothing."""
    from importlib import metadata  # here: processes that read files start without it

    try:
        record = metadata.distribution(DISTRIBUTION).read_text("direct_url.json")
        origin: dict[str, Any] = json.loads(record or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        return ""
    address = str(origin.get("url", ""))
    if repository := origin.get("vcs_info"):
        return f"{repository.get('vcs')}+{address}@{repository.get('commit_id')}"
    return address
