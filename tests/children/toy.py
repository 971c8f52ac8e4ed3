"""A child that does what it is told, of all that a child should not do: see `test_child`."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui.children.child import Child
from brainseg_gui.children.exchange import Exchange
from brainseg_gui.children.messages import Message
from brainseg_gui.children.serving import say, serve, settle

ROOT = Path(__file__).parents[2]
kept: list[Any] = []


def start(*arguments: str, polite: bool = False) -> Child:
    """Start such a child."""
    environment = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    module = "tests.children.toy"
    return Child(module, arguments, name="toy", environment=environment, polite=polite)


def answer(message: Message) -> Message:
    """Do it, and say what was said."""
    what = message.get("do")
    if what == "crash":
        os.abort()
    elif what == "leave":
        sys.exit("That was enough.")
    elif what == "sleep":
        time.sleep(message["seconds"])
    elif what == "hold the interpreter":
        ctypes.PyDLL(None).usleep(10_000_000)  # PyDLL: no other thread of it runs meanwhile
        ctypes.PyDLL(None).usleep(10_000_000)
    elif what == "grow":
        kept.append(np.ones(message["bytes"], np.uint8))
    elif what == "print":
        print('{"a library": "says hello"}')
        os.write(1, b'{"and so does": "C"}\n')
    elif what == "nonsense":
        os.write(ANSWERS.fileno(), b"[" * 100_000 + b"\n")
    elif what == "flood":
        while True:
            os.write(ANSWERS.fileno(), b"{}\n" * 1000)
    elif what == "endless line":
        while True:
            os.write(ANSWERS.fileno(), b"1" * 1_000_000)
    elif what == "fork":
        warnings.simplefilter("ignore")  # from Python 3.12 on it warns of threads
        if os.fork() == 0:
            time.sleep(100)
        os._exit(3)
    elif what == "search a text for ever":
        re.match(r"(a+)+$", "a" * 40 + "b")
    return message


if __name__ == "__main__":
    Exchange.join(Path(sys.argv[1]))
    ANSWERS = settle()
    say(ANSWERS, {"ready": os.getpid(), "threads": os.environ.get("OMP_NUM_THREADS")})
    serve(ANSWERS, answer, longest_s=float(sys.argv[2]) if len(sys.argv) > 2 else None)
