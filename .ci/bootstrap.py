"""Make .venv and install this checkout into it, once: every target of the Makefile starts here.

Called with the names of extras; without one it installs the reader, and [gpu] where an NVIDIA GPU
is. It keeps to the syntax of Python 3.6, for an older Python to get a sentence.
"""

import configparser
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import qt_libraries

LOWEST, BEYOND = (3, 11), (3, 14)  # python_requires in setup.cfg
NO_NETWORK = "Connection|Timeout|timed out|getaddrinfo|unreachable|ProxyError|from versions: none"


def python_complaint(version: tuple, find=importlib.util.find_spec) -> str:
    """Why this Python cannot run brainseg or make its environment, or nothing."""
    here, lowest = (f"{one[0]}.{one[1]}" for one in (version, LOWEST))
    if not LOWEST <= tuple(version[:2]) < BEYOND:
        return (
            f"brainseg needs Python {lowest} to {LOWEST[0]}.{BEYOND[1] - 1} and this is {here}: "
            f"install one of them, or name it, as in `make demo PYTHON=/path/to/python{lowest}`."
        )
    if find("venv") and find("ensurepip"):
        return ""
    return (
        f"This Python {here} comes without its venv module, which .venv is made with: install it "
        f"(Debian, Ubuntu: apt-get install python{here}-venv) and call make again."
    )


class Environment:
    """The .venv of one checkout, and what is noted about it."""

    def __init__(self, root: Path) -> None:
        self.root, self.home = root, root / ".venv"
        self.python = self.home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.log, self.note = self.home / "bootstrap.log", self.home / "bootstrap.json"

    def noted(self) -> dict:
        try:
            return dict(json.loads(self.note.read_text()))
        except (OSError, ValueError):
            return {}

    def is_sound(self) -> bool:
        """Whether it is complete, in its place and of this Python; a foreign one has no log."""
        settings = self.home / "pyvenv.cfg"
        if not (self.python.exists() and settings.exists()):
            return False
        is_whole = self.noted().get("checkout") == str(self.root) or not self.log.exists()
        return is_whole and f"version = {sysconfig.get_python_version()}." in settings.read_text()

    def make(self) -> None:
        """An empty .venv."""
        if self.home.is_symlink() or self.home.is_file():
            self.home.unlink()
        elif self.home.exists():
            print("The .venv here is unfinished, moved or of another Python: making it anew.")
            shutil.rmtree(str(self.home))
        self.home.mkdir()
        if self.run([sys.executable, "-m", "venv", str(self.home)]) != 0:
            raise SystemExit("Python could not make .venv; the reason is in .venv/bootstrap.log.")

    def install(self, extras: list) -> None:
        """This checkout, editable, with all that it and the extras depend on."""
        before = self.noted()
        self.note.unlink(missing_ok=True)
        what = [f".[{','.join(extras)}]"] if extras else [".", "--no-compile"]  # a start is soonest
        if self.run([str(self.python), "-m", "pip", "install", "--no-input", "-e", *what]) != 0:
            said = self.log.read_text(encoding="utf-8", errors="replace")
            if before and "Installing collected packages" not in said:  # nothing was touched yet
                self.note.write_text(json.dumps(before))
            raise SystemExit(pip_complaint(said))
        # A start takes a third less; where Python may not write, it would compile each time.
        self.run([str(self.python), "-m", "compileall", "-q", "brainseg_gui", "model_training"])
        facts = {"checkout": str(self.root), "extras": extras, "wants": wants(self.root)}
        self.note.write_text(json.dumps(facts, indent=1))

    def run(self, command: list, **variables: str) -> int:
        """Run a command in the checkout, what it says into the log; its exit status."""
        env = dict(os.environ, PIP_USER="0", **variables)
        with self.log.open("ab") as log:
            return subprocess.call(command, cwd=str(self.root), env=env, stdout=log, stderr=log)


def pip_complaint(log: str) -> str:
    """Why pip failed: its first line that names an error; what follows is consequences."""
    lines = [line.strip() for line in log.split("\n") if line.strip()] or ["it gave no reason"]
    errors = [line for line in lines if re.match(r"\w*(Error|ERROR): ?\S+ \S", line)]
    why = f"install brainseg: “{(errors or lines[-1:])[0]}”"
    if re.search(NO_NETWORK, log):
        why = "get what brainseg needs from the package index: check network and proxy, try again"
    return f"pip could not {why}; the whole log is .venv/bootstrap.log."


def wants(root: Path) -> dict:
    """What decides what gets installed; settings of the checkers do not."""
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(str(root / "setup.cfg"), encoding="utf-8")
    return {name: dict(setup[name]) for name in setup if re.match("metadata|options", name)}


def prepare(root: Path, wanted: list) -> None:
    """The environment of this checkout with these extras; what is there already is left alone."""
    known = wants(root).get("options.extras_require", {})
    if not set(wanted) <= set(known):
        raise SystemExit(f"There is no extra {' '.join(wanted)}: choose among {', '.join(known)}.")
    environment = Environment(root)
    noted, is_sound = environment.noted(), environment.is_sound()
    extras = sorted({*wanted, *noted.get("extras", ())})
    if is_sound and [noted.get("wants"), noted.get("extras")] == [wants(root), extras]:
        return
    if not is_sound:
        environment.make()
    print("Installing into .venv; .venv/bootstrap.log says how far it is.", flush=True)
    environment.log.write_bytes(b"")
    environment.install(extras)
    qt_libraries.provide(environment)


def main(wanted: list) -> None:
    complaint = python_complaint(sys.version_info)
    if complaint:
        raise SystemExit(complaint)
    try:
        gpu = ["gpu"] if shutil.which("nvidia-smi") else []
        prepare(Path(__file__).resolve().parent.parent, wanted or gpu)
    except (KeyboardInterrupt, OSError) as error:
        raise SystemExit(f"Setting up .venv stopped ({error!r}): call make again.") from None


if __name__ == "__main__":
    main(sys.argv[1:])
