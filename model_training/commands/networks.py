"""`brainseg-train networks`: list the networks and what they cost."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from model_training.recipes.recipe import PRECISIONS

if TYPE_CHECKING:
    from model_training.networks.cost import Cost
    from model_training.networks.shape import NetworkShape

DONE, WRONG_USE = 0, 2


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "networks",
        help="list the networks and what they cost",
        description="List the networks that a recipe may name, with parameters, arithmetic for "
        "one image, and an estimate of the memory that training takes.",
    )
    parser.add_argument("--size", metavar="S", type=int, default=256, help="pixels; default 256")
    parser.add_argument("--channels", metavar="C", type=int, default=2, help="default 2")
    parser.add_argument(
        "--maps", metavar="F", type=int, default=16, help="at full resolution; default 16"
    )
    parser.add_argument(
        "--max-maps", metavar="M", type=int, default=256, help="at the bottom; default 256"
    )
    parser.add_argument("--depth", metavar="D", type=int, default=5, help="halvings; default 5")
    parser.add_argument(
        "--normalisation", metavar="N", default="batch", help="batch, instance or none"
    )
    parser.add_argument(
        "--upsampling", metavar="U", default="transposed", help="transposed or nearest"
    )
    parser.add_argument(
        "--batch", metavar="N", type=int, nargs="+", default=[1, 4, 16], help="default 1 4 16"
    )
    parser.add_argument(
        "--memory", metavar="GB", type=float, default=12.0, help="of the card; default 12"
    )
    parser.add_argument("--precision", choices=PRECISIONS, default="float32")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the table; return the exit status.

    Parameters
    ----------
    args : Namespace
        As `add_parser` declares them.

    Returns
    -------
    int
        0 done, 2 an option makes no sense.
    """
    from model_training.networks import NETWORKS
    from model_training.networks.cost import cost_of
    from model_training.networks.shape import NetworkShape

    try:
        shape = NetworkShape(
            args.size,
            args.channels,
            args.maps,
            args.max_maps,
            args.depth,
            normalisation=args.normalisation,
            upsampling=args.upsampling,
        )
        if min(args.batch) < 1 or not args.memory > 0:
            raise ValueError("--batch must be 1 or more, --memory above 0")
    except ValueError as error:
        print(f"brainseg-train networks: {error}", file=sys.stderr)
        return WRONG_USE
    print(_heading(shape, args.precision))
    print()
    rows, refused = [_names_of_columns(args.batch, args.memory)], []
    for name, network in NETWORKS.items():
        try:
            cost = cost_of(name, shape)
        except ValueError as error:  # some networks cannot be had in every shape
            refused.append(f"{name}: {error}")
            continue
        paper = f"{network.title}, arXiv:{network.paper}"
        rows.append([name, *_figures(cost, args.batch, args.memory, args.precision), paper])
    print("\n".join([table(rows), *refused]))
    return DONE


def table(rows: list[list[str]]) -> str:
    """Return rows in columns: the first and last to the left, figures to the right.

    Examples
    --------
    >>> print(table([["name", "n", "paper"], ["unet", "12", "A"]]))
    name   n  paper
    unet  12  A
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)),
                row[-1],
            ]
        )
        for row in rows
    )


def _heading(shape: NetworkShape, precision: str) -> str:
    return (
        f"{shape.image_size} x {shape.image_size} pixels, channels {shape.channels}, "
        f"feature maps {' '.join(map(str, shape.maps))}, normalisation {shape.normalisation}, "
        f"upsampling {shape.upsampling}.\n"
        f"GFLOP for one image; GB (10^9 bytes) to train in {precision}, estimated, for a batch."
    )


def _names_of_columns(batches: list[int], memory: float) -> list[str]:
    sizes = [f"GB, {batch}" for batch in batches]
    return ["network", "parameters", "GFLOP", *sizes, f"batch in {memory:g} GB", "paper"]


def _figures(cost: Cost, batches: list[int], memory: float, precision: str) -> list[str]:
    from model_training.networks.cost import GIGABYTE, largest_batch, training_bytes

    taken = (training_bytes(cost, batch, precision) / GIGABYTE for batch in batches)
    most = largest_batch(cost, memory, precision)
    return [
        f"{cost.parameters:,}",
        f"{cost.gflop:.1f}",
        *(f"{gigabytes:.1f}" for gigabytes in taken),
        str(most) if most else "none",
    ]
