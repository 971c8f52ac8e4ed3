"""The examples in docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import brainseg_gui
import model_training

MODULES = [
    module.name
    for package in (brainseg_gui, model_training)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str) -> None:
    if name.endswith("by_torch"):
        pytest.importorskip("torch")
    failures, _ = doctest.testmod(importlib.import_module(name))
    assert failures == 0
