#!/usr/bin/env python3
"""Make .venv, install this checkout into it, once: every target of the Makefile starts here.

Only the standard library, and no syntax that Python 3.6 could not read: an older Python is to
answer with a sentence and not with a traceback. What has been done is noted in
.venv/bootstrap.json, so that the next call finds nothing to do; what pip and apt-get said is in
.venv/bootstrap.log.
"""

import configparser
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, Callable

LOWEST, BEYOND = (3, 11), (3, 14)  # python_requires in setup.cfg
NO_NETWORK = re.compile(
    "NewConnectionError|Connection(Refused|Reset)?Error|Connection (refused|broken|aborted)"
    "|ConnectTimeout|ReadTimeout|timed out|Temporary failure|Name or service|getaddrinfo"
    "|unreachable|ProxyError|Failed to establish|from versions: none",
    re.IGNORECASE,
)


class Refusal(SystemExit):
    """The one sentence with which the set-up stops."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


# Which Python


def fits(version: tuple) -> bool:
    return LOWEST <= tuple(version[:2]) < BEYOND


def python_complaint(version: tuple) -> str:
    """Why this Python cannot run brainseg, or nothing."""
    if fits(version):
        return ""
    return (
        f"brainseg needs Python {dotted(LOWEST)} to {LOWEST[0]}.{BEYOND[1] - 1} and this is "
        f"{dotted(version)}: install one of them, or name it, "
        f"as in `make demo PYTHON=/path/to/python{dotted(LOWEST)}`."
    )


def venv_complaint(version: tuple, find: Callable[[str], object] = importlib.util.find_spec) -> str:
    """Why this Python cannot make virtual environments, or nothing."""
    if find("venv") and find("ensurepip"):
        return ""
    return (
        f"This Python {dotted(version)} comes without its venv module, which .venv is made with: "
        f"install it (Debian, Ubuntu: apt-get install python{dotted(version)}-venv) "
        "and call make again."
    )


def dotted(version: tuple) -> str:
    return f"{version[0]}.{version[1]}"


def fitting_python_on_path() -> str:
    """The newest Python on PATH that fits and starts, or nothing."""
    for minor in range(BEYOND[1] - 1, LOWEST[1] - 1, -1):
        python = shutil.which(f"python3.{minor}")
        if python and version_of(python) == f"3.{minor}":
            return python
    return ""


def version_of(python: str) -> str:
    """What `python` says its version is; nothing if it does not start."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.check_output([python, "-c", question], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.decode().strip()


# The environment


class Environment:
    """The .venv of one checkout, and what is noted about it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / ".venv"
        self.scripts = self.home / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.scripts / ("python.exe" if os.name == "nt" else "python")
        self.log = self.home / "bootstrap.log"
        self.note = self.home / "bootstrap.json"
        self.unfinished = self.home / "bootstrap.unfinished"

    def noted(self) -> dict:
        try:
            return dict(json.loads(self.note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return {}

    def remember(self, **facts: object) -> None:
        self.note.write_text(json.dumps(dict(self.noted(), **facts), indent=1), encoding="utf-8")

    def is_installed(self) -> bool:
        noted = self.noted()
        return noted.get("distribution") == distribution(self.root) and self.is_sound(noted)

    def is_sound(self, noted: dict) -> bool:
        """Whether nothing tells of a set-up that was interrupted, moved or taken apart.

        A .venv that somebody else made carries no note and is taken as it is, if it starts.
        """
        if self.unfinished.exists() or not self.python.exists():
            return False
        if not noted:
            return version_of(str(self.python)) == dotted(sys.version_info)
        return (
            noted.get("python") == dotted(sys.version_info)
            and noted.get("checkout") == str(self.root)
            and set(noted.get("commands", ())) <= set(os.listdir(str(self.scripts)))
        )

    def make(self) -> None:
        """An empty .venv, marked as unfinished until pip has filled it."""
        if self.home.is_symlink() or self.home.is_file():
            self.home.unlink()
        elif self.home.exists():
            say("The .venv here is unfinished, moved or of another Python: making it anew.")
            shutil.rmtree(str(self.home))
        self.home.mkdir()
        self.unfinished.touch()
        if self.run([sys.executable, "-m", "venv", str(self.home)]) != 0:
            raise Refusal(
                f"Python could not make .venv, its last words were “{self.last_words()}”."
            )

    def install(self) -> None:
        """This checkout, editable, with all it depends on."""
        self.unfinished.touch()
        if self.note.exists():
            self.note.unlink()
        pip = [str(self.python), "-m", "pip", "install", "--no-input"]
        if self.run([*pip, "--editable", ".[test]"]) != 0:
            if "Installing collected packages" not in self.said():  # nothing was touched yet
                self.unfinished.unlink()
            raise Refusal(pip_complaint(self.said()))
        self.remember(
            python=dotted(sys.version_info),
            checkout=str(self.root),
            distribution=distribution(self.root),
            commands=sorted(os.listdir(str(self.scripts))),
        )
        self.unfinished.unlink()

    def run(self, command: list, **variables: str) -> int:
        """Run a command in the checkout, what it says into the log; its exit status."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=str(self.root),
                env=dict(os.environ, PIP_USER="0", **variables),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            return follow(process, log)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def last_words(self) -> str:
        return (self.said().strip() or "it gave no reason").split("\n")[-1]


def distribution(root: Path) -> str:
    """A digest of what decides what gets installed; settings of the checkers do not."""
    import tomllib  # there is no such module before 3.11

    setup = configparser.ConfigParser(interpolation=None)
    setup.read(str(root / "setup.cfg"), encoding="utf-8")
    parts = [[name, dict(setup[name])] for name in setup if re.match("metadata|options", name)]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    decides = [*parts, ["build-system", project.get("build-system")]]
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def pip_complaint(log: str) -> str:
    if NO_NETWORK.search(log):
        return (
            "pip could not get what brainseg needs from the package index: check the network or "
            "the proxy and call make again; the whole log is .venv/bootstrap.log."
        )
    return (
        f"pip could not install brainseg: “{first_error(log)}”; "
        "the whole log is .venv/bootstrap.log."
    )


def first_error(log: str) -> str:
    """The first line that names an error, or the last one of all; what follows is consequences."""
    lines = [line.strip() for line in log.split("\n") if line.strip()]
    errors = [line for line in lines if re.match(r"\w*(Error|ERROR): ?\S+ \S", line)]
    return (errors or lines[-1:] or ["it gave no reason"])[0]


def follow(process: subprocess.Popen, log: BinaryIO) -> int:
    """Copy what a process says until it ends; on a terminal its newest line is shown too."""
    assert process.stdout is not None
    with process:
        for line in process.stdout:
            log.write(line)
            show(line.decode(errors="replace").strip())
    show("")
    return process.returncode


def show(line: str) -> None:
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        sys.stdout.write("\r\x1b[K" + line[:width])
        sys.stdout.flush()


# All of it


def prepare(root: Path) -> Environment:
    """The environment of this checkout, complete; what is there already is left alone."""
    environment = Environment(root)
    if not environment.is_installed():
        if not environment.is_sound(environment.noted()):
            environment.make()
        say("Installing brainseg and what it needs into .venv; the first time takes minutes.")
        environment.log.write_bytes(b"")
        environment.install()
        say("Installed.")
    return environment


def check_qt(environment: Environment) -> None:
    """See once that the system has the libraries Qt leaves to it."""
    import qt_libraries

    if not environment.noted().get("qt_checked"):
        sentence = qt_libraries.provide(environment)
        if sentence:
            say(sentence)
        environment.remember(qt_checked=True)


def main() -> int:
    complaint = python_complaint(sys.version_info)
    if complaint:
        python = fitting_python_on_path()
        if not python:
            raise Refusal(complaint)
        return subprocess.call([python, __file__])
    complaint = venv_complaint(sys.version_info)
    if complaint:
        raise Refusal(complaint)
    try:
        check_qt(prepare(Path(__file__).resolve().parent.parent))
    except KeyboardInterrupt:
        raise Refusal("Interrupted: the next call of make sets .venv up anew.") from None
    except OSError as error:
        raise Refusal(f"Setting up .venv failed: {error}.") from None
    return 0


if __name__ == "__main__":
    sys.exit(main())
