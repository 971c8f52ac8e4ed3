"""What PyQt5's wheels leave to the system, libraries and fonts: find it missing and get it."""

import os
import re
import shutil
import subprocess
import sys

START = "from PyQt5.QtWidgets import QApplication as A; a = A(['', '-platform', 'offscreen']); "
FONTS = "from PyQt5.QtGui import QFontDatabase as F; F().families() or exit('no font is installed')"
LOAD = "from PyQt5.QtCore import QLibraryInfo as L; import ctypes; "
LOAD += "ctypes.CDLL(L.location(L.PluginsPath) + '/platforms/libqxcb.so')"
# Each is asked in a process of its own, because Qt aborts where it cannot start.
QUESTIONS = {"offscreen": START, "fonts": START + FONTS, "xcb": LOAD}
# Names differ between releases; those the package lists do not know are left out.
APT = (  # noqa: SIM905
    "libxkbcommon-x11-0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-shape0 "
    "libxcb-render-util0 libxcb-xinerama0 libxcb-xkb1 libxcb-util1 libx11-xcb1 libxext6 libegl1 "
    "libgl1 libdbus-1-3 libfontconfig1 libglib2.0-0 libglib2.0-0t64 fonts-dejavu-core"
).split()


def provide(environment) -> None:
    """Get what is missing, where that is allowed; say what still is, and stop where Qt cannot."""
    missing = ask(environment)
    is_debian = shutil.which("apt-get")
    if missing and is_debian and os.geteuid() == 0:
        print("Installing the system libraries that Qt needs with apt-get.", flush=True)
        environment.run(["apt-get", "update"])
        install = ["apt-get", "install", "-y", "--no-upgrade", "--no-install-recommends"]
        environment.run(install + known_to_apt(), DEBIAN_FRONTEND="noninteractive")
        missing = ask(environment)
    how = "what holds it for this system"
    if missing and is_debian:
        how = "sudo apt-get update && sudo apt-get install -y " + " ".join(known_to_apt())
    sentence = f"on this system ({'; '.join(missing.values())}). Install what is missing: {how}"
    if "offscreen" in missing:
        raise SystemExit(f"Qt cannot start {sentence}")
    if missing:
        print(f"No window can be shown properly {sentence}")


def ask(environment) -> dict:
    """Each question that finds something missing, with Qt's or the loader's words for it."""
    found = {}
    for question, code in QUESTIONS.items() if sys.platform == "linux" else ():
        done = subprocess.run([environment.python, "-c", code], stderr=subprocess.PIPE, text=True)
        if done.returncode:
            words = done.stderr.strip().split("\n")[-1].split("Error: ", 1)[-1]
            found[question] = words or f"Qt ended with {done.returncode}"
    return found


def known_to_apt() -> list:
    """Those of APT that have a version to install; all of them where there are no lists yet."""
    policy = subprocess.check_output(["env", "LC_ALL=C", "apt-cache", "policy", *APT], text=True)
    found = re.findall(r"(?m)^(\S+):\n  Installed: .*\n  Candidate: (?!\(none\))", policy)
    return found or [name for name in APT if not name.endswith("t64")]
