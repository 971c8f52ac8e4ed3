"""What the commands share: options, the choice of a bundle, how they complain."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from brainseg_gui import __version__
from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.core.text import in_one_line, shown
from brainseg_gui.files.key_file import key_in, others_can_read
from brainseg_gui.inference.segmenter import DEVICES, ENGINES

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def make_parser(
    command: str, description: str, epilog: str | None = None
) -> argparse.ArgumentParser:
    """Return a parser with `--help` and `--version`; wrong use exits with 2."""
    parser = argparse.ArgumentParser(
        prog=command,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"{command} {__version__}")
    return parser


def add_model_option(parser: argparse.ArgumentParser) -> None:
    """Add `--model DIR`."""
    parser.add_argument(
        "--model",
        type=_bundle,
        metavar="DIR",
        help="folder with model.keras, model.onnx and card.json, or the name of a network that "
        "came with the program: standard (the default) or accurate",
    )


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Add `--engine` and `--device`."""
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default="auto",
        help="auto takes TensorFlow where it sees a GPU, else ONNX Runtime",
    )
    parser.add_argument(
        "--device", choices=DEVICES, default="auto", help="gpu fails where there is none"
    )


def add_pseudonymise_option(parser: argparse.ArgumentParser) -> None:
    """Add `--pseudonymise KEYFILE`."""
    parser.add_argument(
        "--pseudonymise",
        type=Path,
        metavar="KEYFILE",
        help="replace patients, names of slices and names of folders by 16 hexadecimal digits "
        "(HMAC-SHA256) in all names and tables that are written, comments and notes included, and "
        "in what is said of files that went well; an error still names its file. The same key "
        "gives the same digits. KEYFILE is made where it is missing; keep it to yourself. Names of "
        "readers, and what else they wrote into comments, stay; so does a number below 1000 there, "
        "though a slice may be called so",
    )


def pseudonyms_by(
    key_file: Path | None, output: Path, note: Callable[[str], None]
) -> Pseudonyms | None:
    """Return the pseudonyms by the key in a file; None where none is named.

    Raises
    ------
    KeyFileError
        If it cannot be used.
    """
    if key_file is None:
        return None
    key = key_in(key_file)
    if others_can_read(key_file):
        note(f"the key file {key_file} can be read by others: take that permission away")
    if key_file.resolve().is_relative_to(output.resolve()):
        note(f"the key file {key_file} lies among the results: do not hand it over with them")
    return Pseudonyms(key)


def _bundle(text: str) -> Path:
    from brainseg_gui.inference.bundles import find_bundle

    return find_bundle(text)


def chosen_bundle(model: Path | None) -> Path:
    """Return the bundle named by `--model`, else the one that came with the program.

    Raises
    ------
    BundleError
        If none was named and none came.
    """
    from brainseg_gui.inference.bundles import default_bundle

    return model or default_bundle()


def complain(command: str, sentence: str) -> None:
    """Say on stderr what is wrong, on one line, with the command's name before it."""
    say(f"{command}: {in_one_line(sentence)}", sys.stderr)


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a text, whatever is in it, on a console of whatever code page."""
    stream = stream or sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(shown(text).encode(encoding, "replace").decode(encoding), file=stream, flush=True)
