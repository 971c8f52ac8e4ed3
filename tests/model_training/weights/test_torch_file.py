"""Weights of PyTorch are read without PyTorch, and nothing else in such a file is run."""

from __future__ import annotations

import pickle
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model_training.weights.torch_file import MAGIC, read_state_dict


class FloatStorage:
    """Stands for `torch.FloatStorage`, so that pickle writes that name."""


class Saved:
    """A tensor as `torch.save` pickles it."""

    def __init__(self, key: str, array: np.ndarray, offset: int = 0) -> None:
        self.key, self.array, self.offset = key, array, offset

    def __reduce__(self) -> Any:
        steps = tuple(step // 4 for step in self.array.strides)
        storage = ("storage", self.key)
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
        return rebuild, (Ref(storage), self.offset, self.array.shape, steps, False, {})


class Ref:
    def __init__(self, storage: tuple[str, str]) -> None:
        self.storage = storage


class Writer(pickle.Pickler):
    def persistent_id(self, value: object) -> Any:
        if isinstance(value, Ref):
            kind, key = value.storage
            return kind, FloatStorage, key, "cpu", 0
        return None


@pytest.fixture
def torch_names(monkeypatch: pytest.MonkeyPatch) -> None:
    torch: Any = types.ModuleType("torch")
    utils: Any = types.ModuleType("torch._utils")

    def _rebuild_tensor_v2(*_: Any) -> None:
        raise AssertionError("only its name is written")

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = (
        "torch._utils",
        "_rebuild_tensor_v2",
    )
    utils._rebuild_tensor_v2, torch._utils, torch.FloatStorage = (
        _rebuild_tensor_v2,
        utils,
        FloatStorage,
    )
    monkeypatch.setattr(FloatStorage, "__module__", "torch")
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)


def write(path: Path, state: object, storages: dict[str, np.ndarray]) -> None:
    with path.open("wb") as file:
        for value in (MAGIC, 1001, {"little_endian": True}):
            pickle.dump(value, file, protocol=2)
        Writer(file, protocol=2).dump(state)
        pickle.dump(list(storages), file, protocol=2)
        for numbers in storages.values():
            file.write(len(numbers).to_bytes(8, "little"))
            file.write(numbers.astype("<f4").tobytes())


def test_arrays_come_back_with_shape_order_and_offset(tmp_path: Path, torch_names: None) -> None:
    numbers = np.arange(24, dtype=np.float32)
    plain, turned = numbers.reshape(2, 3, 4), numbers[:12].reshape(3, 4).T
    state = {
        "a.weight": Saved("0", plain),
        "a.turned": Saved("0", turned),
        "a.bias": Saved("1", numbers[:3], offset=2),
    }
    write(tmp_path / "w.pth", state, {"0": numbers, "1": numbers[:5]})
    arrays = read_state_dict(tmp_path / "w.pth")
    assert list(arrays) == list(state)
    np.testing.assert_array_equal(arrays["a.weight"], plain)
    np.testing.assert_array_equal(arrays["a.turned"], turned)
    np.testing.assert_array_equal(arrays["a.bias"], [2, 3, 4])


def test_a_file_that_is_cut_off_is_refused_by_name(tmp_path: Path, torch_names: None) -> None:
    numbers = np.arange(24, dtype=np.float32)
    write(tmp_path / "w.pth", {"a": Saved("0", numbers)}, {"0": numbers})
    whole = (tmp_path / "w.pth").read_bytes()
    for length in (0, 3, 40, len(whole) // 2, len(whole) - 1):
        (tmp_path / "w.pth").write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"w\.pth"):
            read_state_dict(tmp_path / "w.pth")


def test_a_view_beyond_its_storage_is_refused(tmp_path: Path, torch_names: None) -> None:
    numbers = np.arange(4, dtype=np.float32)
    write(tmp_path / "w.pth", {"a": Saved("0", numbers, offset=1)}, {"0": numbers})
    with pytest.raises(ValueError, match="cut off"):
        read_state_dict(tmp_path / "w.pth")


def test_no_other_name_of_a_pickle_is_ever_called(tmp_path: Path, torch_names: None) -> None:
    class Evil:
        def __reduce__(self) -> Any:
            return print, ("called",)

    write(tmp_path / "w.pth", {"a": Evil()}, {})
    with pytest.raises(ValueError, match=r"it asks for .*print"):
        read_state_dict(tmp_path / "w.pth")


def test_a_zip_of_a_newer_pytorch_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "w.pth").write_bytes(b"PK\x03\x04" + b"\0" * 60)
    with pytest.raises(ValueError, match=r"w\.pth"):
        read_state_dict(tmp_path / "w.pth")
