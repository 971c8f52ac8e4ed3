"""What PyQt5's wheels leave to the system, libraries and fonts: find it missing and get it.

bootstrap.py imports this file to put the questions and to see to the answers; the interpreter
inside .venv runs it, with the name of a question, to find one out. Each question has a process of
its own, because Qt aborts where it cannot start.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

QUESTIONS = ("offscreen", "fonts", "xcb")

# Names differ between releases; those the package lists do not know are left out.
APT = [
    "libxkbcommon-x11-0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libxcb-util1",
    "libx11-xcb1",
    "libxext6",
    "libegl1",
    "libgl1",
    "libdbus-1-3",
    "libfontconfig1",
    "libglib2.0-0",
    "libglib2.0-0t64",
    "fonts-dejavu-core",
]
OTHER_MANAGERS = {
    "dnf": (
        "sudo dnf install -y libxkbcommon-x11 xcb-util xcb-util-wm xcb-util-image "
        "xcb-util-keysyms xcb-util-renderutil libX11-xcb libXext libglvnd-egl libglvnd-glx "
        "dbus-libs fontconfig glib2 dejavu-sans-fonts"
    ),
    "pacman": (
        "sudo pacman -S --needed libxkbcommon-x11 xcb-util xcb-util-wm xcb-util-image "
        "xcb-util-keysyms xcb-util-renderutil libx11 libxext libglvnd dbus fontconfig glib2 "
        "ttf-dejavu"
    ),
}


class Environment(Protocol):
    """What is used here of bootstrap.py's class of that name."""

    python: Path

    def run(self, command: list[str], **variables: str) -> int:
        """Run a command, what it says into the log; its exit status."""


# Asked in .venv


def answer(question: str) -> str:
    """What is missing, in Qt's or the loader's words; nothing where all is well."""
    if question == "xcb":
        return loader_complaint("libqxcb.so")
    from PyQt5.QtGui import QFontDatabase
    from PyQt5.QtWidgets import QApplication

    application = QApplication(["brainseg", "-platform", "offscreen"])
    families = QFontDatabase().families()
    del application
    return "no font is installed" if question == "fonts" and not families else ""


def loader_complaint(plugin: str) -> str:
    """Why the system cannot load one of Qt's platform plugins, or nothing."""
    import ctypes

    from PyQt5.QtCore import QLibraryInfo

    platforms = os.path.join(QLibraryInfo.location(QLibraryInfo.PluginsPath), "platforms")
    try:
        ctypes.CDLL(os.path.join(platforms, plugin))
    except OSError as error:
        return str(error)
    return ""


# Seen to by bootstrap.py


def provide(environment: Environment) -> str:
    """Get what is missing, where that is allowed; a sentence about what still is, or nothing.

    Without its offscreen platform Qt cannot even run the tests, and the set-up stops.
    """
    if not sys.platform.startswith("linux"):
        return ""
    missing = ask(environment.python)
    if missing and is_debian() and os.geteuid() == 0:
        print("Installing the system libraries that Qt needs with apt-get.", flush=True)
        apt_install(environment)
        missing = ask(environment.python)
    if not missing:
        return ""
    sentence = complaint(missing)
    if "offscreen" in missing:
        raise SystemExit(sentence)
    return sentence


def ask(python: Path) -> dict[str, str]:
    """Each question that finds something missing, with what it is."""
    answers = {question: ask_one(python, question) for question in QUESTIONS}
    return {question: found for question, found in answers.items() if found}


def ask_one(python: Path, question: str) -> str:
    process = subprocess.run(
        [str(python), __file__, question], capture_output=True, text=True, errors="replace"
    )
    if process.returncode == 0:
        return process.stdout.strip()
    words = process.stderr.strip().split("\n")[-1].split("Error: ", 1)[-1]
    return words or f"Qt ended with {process.returncode}"


def complaint(missing: dict[str, str]) -> str:
    effect = "Qt cannot start" if "offscreen" in missing else "A window cannot be shown properly"
    what = "; ".join(dict.fromkeys(missing.values()))
    return f"{effect} on this system ({what}). {advice()}"


def advice() -> str:
    """How to install what is missing, exactly where the package manager is known."""
    if is_debian():
        names = " ".join(known_to_apt(APT))
        return (
            "Install what is missing with: sudo apt-get update && "
            f"sudo apt-get install -y --no-install-recommends {names}"
        )
    for manager, command in OTHER_MANAGERS.items():
        if shutil.which(manager):
            return f"Install what is missing with: {command}"
    return "Install the package that holds it with the package manager of this system."


def is_debian() -> bool:
    return os.path.exists("/etc/debian_version") and bool(shutil.which("apt-get"))


def apt_install(environment: Environment) -> None:
    """What fails here is in the log; what it left missing is found by asking again."""
    environment.run(["apt-get", "update"])
    install = ["apt-get", "install", "-y", "--no-upgrade", "--no-install-recommends"]
    environment.run(install + known_to_apt(APT), DEBIAN_FRONTEND="noninteractive")


def known_to_apt(names: list[str]) -> list[str]:
    """Those of the names that can be installed here; all of them where there are no lists yet."""
    policy = subprocess.run(
        ["apt-cache", "policy", *names],
        capture_output=True,
        text=True,
        env=dict(os.environ, LC_ALL="C"),
    ).stdout
    return with_candidate(policy) or [name for name in names if not name.endswith("t64")]


def with_candidate(policy: str) -> list[str]:
    """The packages for which `apt-cache policy` names a version to install.

    >>> with_candidate("libgl1:\\n  Candidate: 1.6.0-1\\nlibold:\\n  Candidate: (none)")
    ['libgl1']
    """
    found, name = [], ""
    for line in policy.split("\n"):
        if line and not line.startswith(" "):
            name = line.rstrip(":")
        elif line.startswith("  Candidate:") and "(none)" not in line:
            found.append(name)
    return found


if __name__ == "__main__":
    print(answer(sys.argv[1]))
