"""`brainseg-train simulate`: write simulated slices into a folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from brainseg_gui.files.errors import WriteError
from model_training.simulation.folder import write_patients
from model_training.simulation.slices import LEAST_SIZE

MOST_SIZE = 4096
DONE, FAILED, WRONG_USE = 0, 1, 2


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "simulate",
        help="write simulated slices",
        description="Write simulated contrast-enhanced T1 slices with a tumour as MATLAB files, "
        f"1{SUFFIX}, 2{SUFFIX}, ... The same options write the same slices.",
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="folder, made where missing")
    parser.add_argument("--patients", metavar="N", type=int, default=5, help="default 5")
    parser.add_argument("--slices", metavar="M", type=int, default=4, help="a patient; default 4")
    parser.add_argument("--size", metavar="S", type=int, default=512, help="pixels; default 512")
    parser.add_argument("--seed", metavar="K", type=int, default=0, help="default 0")
    parser.add_argument("--overwrite", action="store_true", help="replace files of the same names")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the slices; return the exit status.

    Parameters
    ----------
    args : Namespace
        With out, patients, slices, size, seed and overwrite, as `add_parser` declares them.

    Returns
    -------
    int
        0 done, 1 the folder cannot take the files, 2 an option makes no sense.
    """
    wrong = _wrong_use(args)
    if wrong:
        return _fail(wrong, WRONG_USE)
    try:
        total = write_patients(
            args.out,
            args.patients,
            args.slices,
            args.seed,
            size=args.size,
            overwrite=args.overwrite,
        )
    except FileExistsError as error:
        return _fail(f"{error}; --overwrite replaces it", FAILED)
    except WriteError as error:
        return _fail(str(error), FAILED)
    print(f"{total} slices of {args.patients} patients in {args.out}")
    return DONE


def _wrong_use(args: argparse.Namespace) -> str:
    """Return what is wrong with the options in one sentence, empty if nothing is."""
    if args.patients < 1 or args.slices < 1:
        return "--patients and --slices must be 1 or more"
    if not LEAST_SIZE <= args.size <= MOST_SIZE:
        return f"--size must be from {LEAST_SIZE} to {MOST_SIZE}, not {args.size}"
    if args.seed < 0:
        return f"--seed must be 0 or more, not {args.seed}"
    return ""


def _fail(sentence: str, status: int) -> int:
    print(f"brainseg-train simulate: {sentence}", file=sys.stderr)
    return status
