"""`brainseg-train networks`: one row for each network, with what it costs."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from model_training.__main__ import main
from model_training.networks import NETWORKS, Network, NetworkShape
from model_training.networks import cost as costs
from model_training.networks.cost import GIGABYTE, Cost, cost_of, largest_batch, training_bytes

SMALL = ["--size", "32", "--maps", "4", "--depth", "2"]
SHAPE = NetworkShape(32, 2, feature_maps=4, depth=2)


@pytest.fixture(autouse=True)
def counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build each network once for all tests."""
    monkeypatch.setattr(costs, "cost_of", lambda name, shape: counted(name, shape, NETWORKS[name]))


@functools.cache
def counted(name: str, shape: NetworkShape, network: Network) -> Cost:
    return cost_of(name, shape)


def run(capsys: pytest.CaptureFixture[str], *options: Any) -> tuple[int, str, str]:
    """Return exit status, standard output and standard error."""
    status = main(["networks", *SMALL, *options])
    return status, *capsys.readouterr()


def row_of(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"{name} "))


def test_a_row_says_what_a_network_costs_and_which_paper_it_is_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, text, _ = run(capsys, "--batch", "1", "64", "--memory", "3")
    cost = cost_of("isensee", SHAPE)
    taken = [f"{training_bytes(cost, batch) / GIGABYTE:.1f}" for batch in (1, 64)]
    assert status == 0
    assert row_of(text, "isensee").split() == [
        "isensee",
        f"{cost.parameters:,}",
        f"{cost.gflop:.1f}",
        *taken,
        str(largest_batch(cost, 3)),
        *["Isensee", "BRATS", "2017,", "arXiv:1802.10508"],
    ]


def test_every_network_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = run(capsys)
    for name in NETWORKS:
        assert name in text


def test_columns_stand_one_below_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = run(capsys)
    table = [line for line in text.splitlines() if "arXiv" in line]
    assert len({line.index("arXiv") - len(NETWORKS[line.split()[0]].title) for line in table}) == 1


def test_a_network_that_cannot_be_had_in_a_shape_says_why(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(shape: NetworkShape) -> None:
        raise ValueError("cannot be had so")

    network = NETWORKS["unet"]
    monkeypatch.setitem(NETWORKS, "unet", type(network)(network.title, network.paper, refuse))
    status, text, _ = run(capsys)
    assert status == 0
    assert "unet: cannot be had so" in text.splitlines()
    assert row_of(text, "isensee")


def test_a_card_too_small_for_a_single_image_says_none(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = run(capsys, "--memory", "0.5")
    assert " none " in row_of(text, "unet")


def test_low_precision_takes_less(capsys: pytest.CaptureFixture[str]) -> None:
    options = "--batch", "4096", "--memory", "8"
    full, low = (
        row_of(run(capsys, *options, "--precision", precision)[1], "unet").split()[3:5]
        for precision in ("float32", "mixed_bfloat16")
    )
    assert float(low[0]) < float(full[0])
    assert int(low[1]) > int(full[1])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--size", "30"], "image_size 30 cannot be halved 2 times"),
        (["--normalisation", "group"], "normalisation must be one of"),
        (["--batch", "0"], "--batch must be 1 or more"),
        (["--memory", "0"], "--memory above 0"),
    ],
)
def test_an_option_that_makes_no_sense_is_wrong_use(
    capsys: pytest.CaptureFixture[str], options: list[Any], sentence: str
) -> None:
    status, text, error = run(capsys, *options)
    assert (status, text) == (2, "")
    assert sentence in error
