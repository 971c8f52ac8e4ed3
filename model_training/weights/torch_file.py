"""Read weights saved by PyTorch without PyTorch, and without running what a pickle asks for."""

from __future__ import annotations

import collections
import pickle
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib.stride_tricks import as_strided

MAGIC = 0x1950A86A20F9469CFC6C  # first pickle of a file of `torch.save` before version 1.6
DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


def read_state_dict(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a state dict in the format that `torch.save` wrote before 1.6.

    Such a file is five pickles (magic number, protocol, system, the dict, the keys of its
    storages) and then each storage: its length as int64 and its numbers.

    Parameters
    ----------
    path : Path
        `.pth` file.

    Returns
    -------
    dict from name to array, in the order and shapes of PyTorch: (out, in, height, width).

    Raises
    ------
    ValueError
        If it is another kind of file, is cut off, or holds anything but plain arrays.
    """
    try:
        with path.open("rb") as file:
            return _read(file)
    except (
        pickle.UnpicklingError,
        EOFError,
        LookupError,
        TypeError,
        AttributeError,
        ValueError,
    ) as error:
        raise ValueError(f"{path.name} holds no weights that can be read: {error}") from error


def _read(file: BinaryIO) -> dict[str, np.ndarray]:
    if _Unpickler(file).load() != MAGIC:
        raise ValueError("it is not in the format of torch.save before version 1.6")
    for _ in ("protocol", "system"):
        _Unpickler(file).load()
    tensors: dict[str, _Tensor] = _Unpickler(file).load()
    storages = {}
    kinds = {tensor.storage.key: tensor.storage.dtype for tensor in tensors.values()}
    for key in _Unpickler(file).load():
        count = int.from_bytes(file.read(8), "little")
        data = file.read(count * kinds[key].itemsize)
        storages[key] = np.frombuffer(data, kinds[key], count)
    return {name: tensor.array(storages[tensor.storage.key]) for name, tensor in tensors.items()}


class _Storage:
    """A run of numbers that follows later in the file."""

    def __init__(self, dtype: np.dtype[Any], key: str) -> None:
        self.dtype, self.key = dtype, key


class _Tensor:
    """A view of a storage."""

    def __init__(
        self, storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
    ) -> None:
        self.storage, self.offset, self.shape, self.strides = storage, offset, shape, strides

    def array(self, numbers: np.ndarray) -> np.ndarray:
        """Return a copy as a contiguous array."""
        last = self.offset + sum(
            (n - 1) * step for n, step in zip(self.shape, self.strides, strict=True)
        )
        if min(self.strides, default=0) < 0 or last >= len(numbers):
            raise EOFError("it is cut off")
        strides = tuple(step * numbers.itemsize for step in self.strides)
        return as_strided(numbers[self.offset :], self.shape, strides).copy()


class _Unpickler(pickle.Unpickler):
    """Knows ordered dicts and tensors; every other name in the file is refused."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a harmless stand-in for one of the few names that weights need."""
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: _Tensor(
                storage, offset, shape, strides
            )
        if module == "torch" and name in DTYPES:
            return DTYPES[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")

    def persistent_load(self, saved: tuple[Any, ...]) -> _Storage:
        """Return the storage that a tensor refers to."""
        kind, dtype, key = saved[:3]
        if kind != "storage" or not isinstance(dtype, np.dtype):
            raise pickle.UnpicklingError(f"it asks for {kind}")
        return _Storage(dtype, key)
