"""Nothing is believed of a `.mat` file before it is checked, and nothing outside it is followed."""

from __future__ import annotations

import resource
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.io

from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_info, read_slice
from tests.mat_factory import SHAPE, fields_of, write_v5, write_v73

MB = 1 << 20


def refused(path: Path) -> str:
    """Return why a file is refused, by worklist and reader alike."""
    reasons = set()
    for read in (read_info, read_slice):
        with pytest.raises(SliceError) as caught:
            read(path)
        reasons.add(caught.value.reason)
    (reason,) = reasons
    return reason


def put(path: Path, name: str, shape: tuple[int, ...], kind: str = "u1", **how: Any) -> Path:
    """Replace a field by one that is declared, and of which nothing is written."""
    write_v73(path, fields_of())
    with h5py.File(path, "r+") as file:
        del file[f"cjdata/{name}"]
        file["cjdata"].create_dataset(name, shape, kind, **how)
    return path


@pytest.mark.parametrize(
    ("name", "shape", "said"),
    [
        ("tumorMask", (40_000, 40_000), "the mask is 40000 x 40000, the image 64 x 48"),
        ("tumorBorder", (1, 10**9), "'tumorBorder' holds 1000000000 values; at most 200000"),
        ("PID", (10**5, 10**5), "'PID' holds 10000000000 values; at most 1000"),
        ("label", (10**10, 1), "'label' holds 10000000000 values; at most 1000"),
    ],
)
def test_a_size_is_checked_before_anything_of_that_size_is_made(
    tmp_path: Path, name: str, shape: tuple[int, ...], said: str
) -> None:
    path = put(tmp_path / "1.mat", name, shape, chunks=(1, 1024) if shape[0] == 1 else (1024, 1))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert said in refused(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_piece_that_unpacks_to_more_than_it_says_is_damaged(tmp_path: Path) -> None:
    path = put(tmp_path / "1.mat", "tumorMask", SHAPE[::-1], chunks=SHAPE[::-1], compression="gzip")
    with h5py.File(path, "r+") as file:
        bomb = zlib.compress(bytes(2 * SHAPE[0] * SHAPE[1]))
        file["cjdata/tumorMask"].id.write_direct_chunk((0, 0), bomb)
    with pytest.raises(SliceError, match="damaged"):
        read_slice(path)


def test_a_packed_variable_of_version_5_may_not_declare_what_cannot_be_in_it(
    tmp_path: Path,
) -> None:
    header = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", 0x0100) + b"IM"
    flags = struct.pack("<IIII", 6, 8, 9, 0) + struct.pack("<IIii", 5, 8, 30_000, 30_000)
    matrix = flags + struct.pack("<II", 1, 6) + b"cjdata\0\0" + struct.pack("<II", 2, 900_000_000)
    packed = zlib.compress(struct.pack("<II", 14, 900_000_064) + matrix + bytes(MB))
    path = tmp_path / "1.mat"
    path.write_bytes(header + struct.pack("<II", 15, len(packed)) + packed)
    assert refused(path) == "a variable in it is larger than any slice"


@pytest.mark.parametrize("name", ["image", "PID", "tumorMask"])
@pytest.mark.parametrize("soft", [True, False])
def test_a_link_is_not_followed(tmp_path: Path, name: str, soft: bool) -> None:
    write_v73(tmp_path / "other.mat", fields_of(patient="999"))
    path = write_v73(tmp_path / "1.mat", fields_of())
    with h5py.File(path, "r+") as file:
        file.move(f"cjdata/{name}", "elsewhere")
        to_other = h5py.ExternalLink("other.mat", f"/cjdata/{name}")
        file[f"cjdata/{name}"] = h5py.SoftLink("/elsewhere") if soft else to_other
    assert refused(path) == f"'{name}' takes its bytes from elsewhere, and a slice is one file"


def test_a_struct_in_another_file_is_not_followed(tmp_path: Path) -> None:
    write_v73(tmp_path / "other.mat", fields_of(patient="999"))
    with h5py.File(tmp_path / "1.mat", "w", userblock_size=512) as file:
        file["cjdata"] = h5py.ExternalLink("other.mat", "/cjdata")
    assert "takes its bytes from elsewhere" in refused(tmp_path / "1.mat")


def test_bytes_of_other_files_are_not_taken(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "secret.txt").write_bytes(b"root:x:0:0:root:/root")
    monkeypatch.chdir(tmp_path)
    path = put(tmp_path / "1.mat", "PID", (20,), external=[("secret.txt", 0, 20)])
    assert "takes its bytes from elsewhere" in refused(path)


def test_a_virtual_data_set_is_not_followed(tmp_path: Path) -> None:
    """One that is made of itself ends the process that reads it."""
    path = write_v73(tmp_path / "1.mat", fields_of())
    with h5py.File(path, "r+") as file:
        del file["cjdata/image"]
        layout = h5py.VirtualLayout(SHAPE[::-1], "i2")
        layout[...] = h5py.VirtualSource(".", "/cjdata/image", SHAPE[::-1])
        file.create_virtual_dataset("cjdata/image", layout)
    code = "import sys, pathlib; from brainseg_gui.files.formats import read_slice as r; "
    command = [sys.executable, "-c", f"{code} r(pathlib.Path(sys.argv[1]))", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "'image' takes its bytes from elsewhere" in done.stderr


def test_a_filter_that_matlab_does_not_use_is_refused(tmp_path: Path) -> None:
    """A filter may be a library that HDF5 would load."""
    path = put(tmp_path / "1.mat", "label", (1, 1), chunks=(1, 1), compression="lzf")
    assert "'label' is packed in a way that MATLAB does not use" in refused(path)


def test_cells_in_cells_without_end_do_not_end_the_process(tmp_path: Path) -> None:
    cells: Any = "x"
    for _ in range(40):
        outer = np.empty((1, 1), object)
        outer[0, 0] = cells
        cells = outer
    scipy.io.savemat(tmp_path / "1.mat", {"cjdata": fields_of() | {"PID": cells}})
    assert read_slice(tmp_path / "1.mat").patient == ""


def test_no_word_of_version_5_is_believed_whatever_it_says(tmp_path: Path) -> None:
    path = tmp_path / "1.mat"
    scipy.io.savemat(path, {"cjdata": fields_of((4, 5)) | {"PID": "100360"}})
    whole = path.read_bytes()
    for at in range(128, len(whole), 4):
        path.write_bytes(whole[:at] + b"\xff\xff\xff\x7f" + whole[at + 4 :])
        with suppress(SliceError):
            read_slice(path)


def test_a_large_file_of_version_5_is_read_variable_by_variable(tmp_path: Path) -> None:
    path = write_v5(tmp_path / "1.mat", fields_of())
    content = path.read_bytes()
    other = tmp_path / "other.mat"
    scipy.io.savemat(other, {"other": np.zeros(10)})
    path.write_bytes(content[:128] + other.read_bytes()[128:] + content[128:])
    assert read_slice(path).patient == "100360"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("image", "the mask is 64 x 48, the image 1 x 1"),
        ("tumorMask", "the mask is 1 x 1, the image 64 x 48"),
    ],
)
def test_a_single_value_is_1_x_1(tmp_path: Path, name: str, said: str) -> None:
    assert refused(put(tmp_path / "1.mat", name, ())) == said


@pytest.mark.parametrize("name", ["PID", "label", "tumorBorder", "tumorMask"])
def test_a_field_without_a_value_costs_that_field_alone(tmp_path: Path, name: str) -> None:
    path = write_v73(tmp_path / "1.mat", fields_of())
    with h5py.File(path, "r+") as file:
        del file[f"cjdata/{name}"]
        file[f"cjdata/{name}"] = h5py.Empty("u2")
    found, whole = read_slice(path), read_slice(write_v73(tmp_path / "2.mat", fields_of()))
    assert (found.digest, found.notes) == (whole.digest, ())


def test_a_patient_of_a_single_character_is_read(tmp_path: Path) -> None:
    path = write_v73(tmp_path / "1.mat", fields_of())
    with h5py.File(path, "r+") as file:
        del file["cjdata/PID"]
        file["cjdata/PID"] = np.uint16(ord("P"))
        file["cjdata/PID"].attrs["MATLAB_class"] = np.bytes_("char")
    assert read_slice(path).patient == read_info(path).patient == "P"


def test_a_sparse_field_with_less_than_no_rows_is_damaged(tmp_path: Path) -> None:
    path = write_v73(tmp_path / "1.mat", fields_of())
    with h5py.File(path, "r+") as file:
        del file["cjdata/tumorMask"]
        file["cjdata"].create_group("tumorMask").attrs["MATLAB_sparse"] = -5
        file["cjdata/tumorMask/jc"] = np.zeros(65, np.uint64)
    assert refused(path).startswith("the file is damaged")
