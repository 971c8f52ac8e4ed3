"""What a field of a `.mat` file is, its class decides; what cannot be read of it is said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.io
import scipy.sparse
from h5py import h5f, h5p
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_info, read_slice
from brainseg_gui.files.readers import mat
from tests.mat_factory import SHAPE, fields_of, write_matlab, write_v73

UNKNOWN = "the patient is unknown"


def codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")[np.newaxis]


def slice_of(path: Path) -> Slice:
    """Return a slice of which worklist and reader learn the same."""
    found, info = read_slice(path), read_info(path)
    assert (info.shape, info.patient, info.tumour) == (found.shape, found.patient, found.tumour)
    assert info.has_reference == (found.reference is not None)
    return found


@pytest.mark.parametrize(
    ("text", "patient"), [("P😀", "P😀"), ("\ud800A", "\ufffdA"), ("Öz 1", "Öz 1")]
)
def test_a_patient_may_be_of_any_characters(tmp_path: Path, text: str, patient: str) -> None:
    path = write_matlab(tmp_path / "1.mat", fields_of() | {"PID": codes(text)})
    found = slice_of(path)
    assert (found.patient, found.notes) == (patient, ())
    found.patient.encode()


@pytest.mark.parametrize(
    ("class_", "values", "patient"),
    [
        ("uint16", np.array([[123]], np.uint16), "123"),
        ("uint64", np.array([[2**63 + 1]], np.uint64), "9223372036854775809"),
        ("double", np.array([[100360.0]]), "100360"),
        ("char", np.array([[65, 66]], np.uint16), "AB"),
        ("char", np.array([[65, 0]], np.uint16), "A"),
    ],
)
def test_the_class_decides_between_number_and_text(
    tmp_path: Path, class_: str, values: np.ndarray, patient: str
) -> None:
    path = write_matlab(tmp_path / "1.mat", fields_of() | {"PID": values}, PID=class_)
    assert slice_of(path).patient == patient


@pytest.mark.parametrize(
    ("class_", "padding"),
    [(b"char", h5py.h5t.STR_NULLTERM), (b"char\0old", h5py.h5t.STR_NULLTERM),
     (b"char\0\0\0", h5py.h5t.STR_NULLPAD), (b"char   ", h5py.h5t.STR_SPACEPAD)],
)  # fmt: skip
def test_a_class_ends_where_its_text_does(tmp_path: Path, class_: bytes, padding: int) -> None:
    path = write_matlab(tmp_path / "1.mat", fields_of() | {"PID": codes("7")}, PID="uint16")
    with h5py.File(path, "r+") as file:
        field = file["cjdata/PID"]
        del field.attrs["MATLAB_class"]
        kind = h5py.h5t.C_S1.copy()
        kind.set_size(len(class_))
        kind.set_strpad(padding)
        space = h5py.h5s.create(h5py.h5s.SCALAR)
        attribute = h5py.h5a.create(field.id, b"MATLAB_class", kind, space)
        attribute.write(np.array(class_, f"S{len(class_)}"), kind)
    assert slice_of(path).patient == "7"


@pytest.mark.parametrize(
    ("class_", "values"),
    [
        ("string", np.array([[0xDD000000, 2, 1, 1, 1, 1]], np.uint32)),
        ("double", np.array([[1.0, 2.0]])),
        ("double", np.array([[np.nan]])),
        ("char", np.array([[0, 32]], np.uint16)),
        ("char", np.array([[65, 66], [67, 68]], np.uint16)),
        ("function_handle", np.array([[65]], np.uint16)),
    ],
)
def test_what_names_no_patient_makes_it_unknown_and_says_so(
    tmp_path: Path, class_: str, values: np.ndarray
) -> None:
    path = write_matlab(tmp_path / "1.mat", fields_of() | {"PID": values}, PID=class_)
    found = slice_of(path)
    assert found.patient == ""
    assert UNKNOWN in found.notes[0]


def with_cells(path: Path, *texts: str) -> Path:
    write_matlab(path, {k: v for k, v in fields_of().items() if k != "PID"})
    with h5py.File(path, "r+") as file:
        cell = file["cjdata"].create_dataset("PID", (len(texts), 1), h5py.ref_dtype)
        cell.attrs["MATLAB_class"] = np.bytes_("cell")
        for number, text in enumerate(texts):
            content = file.create_dataset(f"#refs#/{number}", data=codes(text).T)
            content.attrs["MATLAB_class"] = np.bytes_("char")
            cell[number, 0] = content.ref
    return path


def test_the_text_in_a_single_cell_is_read(tmp_path: Path) -> None:
    assert slice_of(with_cells(tmp_path / "1.mat", "100360")).patient == "100360"
    scipy.io.savemat(tmp_path / "5.mat", {"cjdata": fields_of() | {"PID": _cells("100360")}})
    assert slice_of(tmp_path / "5.mat").patient == "100360"


def test_of_several_cells_nobody_can_say_which(tmp_path: Path) -> None:
    found = slice_of(with_cells(tmp_path / "1.mat", "A", "B"))
    assert (found.patient, UNKNOWN in found.notes[0]) == ("", True)
    scipy.io.savemat(tmp_path / "5.mat", {"cjdata": fields_of() | {"PID": _cells("A", "B")}})
    assert slice_of(tmp_path / "5.mat").patient == ""


def _cells(*texts: str) -> np.ndarray:
    cells = np.empty((1, len(texts)), object)
    cells[0] = texts
    return cells


@pytest.mark.parametrize(
    ("label", "tumour"), [("2", Tumour.GLIOMA), ("Pituitary", Tumour.PITUITARY), ("cyst", None)]
)
def test_a_tumour_type_may_be_text(tmp_path: Path, label: str, tumour: Tumour | None) -> None:
    path = write_matlab(tmp_path / "1.mat", fields_of() | {"label": codes(label)}, label="char")
    found = slice_of(path)
    assert found.tumour is tumour
    assert len(found.notes) == (0 if tumour else 1)
    assert tumour or "cyst" in found.notes[0]


def test_sparse_masks_are_read(tmp_path: Path) -> None:
    fields = fields_of()
    sparse = scipy.sparse.csc_matrix(fields["tumorMask"])
    scipy.io.savemat(tmp_path / "5.mat", {"cjdata": fields | {"tumorMask": sparse.astype(float)}})
    path = write_v73(tmp_path / "73.mat", {k: v for k, v in fields.items() if k != "tumorMask"})
    with h5py.File(path, "r+") as file:
        group = file["cjdata"].create_group("tumorMask")
        group.attrs["MATLAB_sparse"] = np.uint64(SHAPE[0])
        group["data"], group["ir"] = sparse.data, sparse.indices.astype(np.uint64)
        group["jc"] = sparse.indptr.astype(np.uint64)
    for name in ("5.mat", "73.mat"):
        reference = slice_of(tmp_path / name).reference
        assert reference is not None
        assert np.array_equal(reference, fields["tumorMask"] > 0)


def test_a_mask_that_is_no_numbers_is_left_out_and_said(tmp_path: Path) -> None:
    path = write_matlab(tmp_path / "1.mat", fields_of(), tumorMask="char")
    found = slice_of(path)
    assert found.reference is None
    assert found.notes[0] == "The mask of this file is not read: it is text."


def test_variables_without_a_struct_are_a_slice(tmp_path: Path) -> None:
    fields = fields_of()
    scipy.io.savemat(tmp_path / "5.mat", fields | {"PID": "100360"})
    with h5py.File(tmp_path / "73.mat", "w", userblock_size=512) as file:
        for name, value in fields.items():
            file[name] = np.asarray(value).T
    for name in ("5.mat", "73.mat"):
        found = slice_of(tmp_path / name)
        assert np.array_equal(found.pixels, fields["image"])
        assert (found.patient, found.tumour) == ("100360", Tumour.GLIOMA)


def test_several_slices_in_one_file_are_refused_in_one_sentence(tmp_path: Path) -> None:
    fields = fields_of()
    structs = np.empty((1, 2), [(name, object) for name in fields])
    structs[0] = [tuple(fields.values())] * 2
    scipy.io.savemat(tmp_path / "5.mat", {"cjdata": structs})
    with h5py.File(tmp_path / "73.mat", "w", userblock_size=512) as file:
        for name, value in fields.items():
            array = file.create_dataset(f"cjdata/{name}", (2, 1), h5py.ref_dtype)
            for number in range(2):
                file[f"#refs#/{name}{number}"] = np.asarray(value).T
                array[number, 0] = file[f"#refs#/{name}{number}"].ref
    for name in ("5.mat", "73.mat"):
        with pytest.raises(SliceError, match="'cjdata' holds 2 slices; only a single one is read"):
            read_slice(tmp_path / name)


@pytest.mark.parametrize(
    ("values", "note"),
    [([1e300] * 8, "far outside"), ([1, 2, 3], "no outline"), ([np.nan] * 6, "far outside")],
)
@pytest.mark.filterwarnings("error")
def test_a_border_that_is_none_is_said(tmp_path: Path, values: Any, note: str) -> None:
    path = write_v73(tmp_path / "1.mat", fields_of() | {"tumorBorder": np.array([values], float).T})
    found = slice_of(path)
    assert found.border is None
    assert note in found.notes[0]


numbers = arrays.arrays(
    st.sampled_from([np.dtype(kind) for kind in ("u1", "i1", "u2", "i4", "u8", "f4", "f8")]),
    arrays.array_shapes(min_dims=2, max_dims=3, max_side=5),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    array=numbers,
    packed=st.booleans(),
    text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9),
)
def test_version_5_is_read_as_scipy_reads_it(
    tmp_path: Path, array: np.ndarray, packed: bool, text: str
) -> None:
    path = tmp_path / "1.mat"
    scipy.io.savemat(path, {"a": array, "t": text, "s": {"a": array}}, do_compression=packed)
    with mat.opened(path) as file:
        assert file.names() == ["a", "t", "s"]
        struct, alone, said = file.field("s"), file.field("a"), file.field("t")
        assert struct is not None
        for value in (alone, struct.field("a")):
            assert value is not None
            expected = scipy.io.loadmat(path)["a"]
            np.testing.assert_array_equal(value.array(), expected)
            assert (value.array().dtype, value.shape) == (expected.dtype, expected.shape)
        assert said is not None
        assert said.text() == text.strip()


@pytest.mark.parametrize("chunks", [None, (5, 7), (48, 64), (1, 64)])
@pytest.mark.parametrize(
    "how",
    [{}, {"compression": "gzip"}, {"compression": "gzip", "shuffle": True, "fletcher32": True}],
)
def test_packed_arrays_are_read_as_hdf5_reads_them(
    tmp_path: Path, chunks: tuple[int, int] | None, how: dict[str, Any]
) -> None:
    image = fields_of()["image"] + 0.25
    path = write_v73(tmp_path / "1.mat", {})
    with h5py.File(path, "r+") as file:
        file["cjdata"].create_dataset("image", data=image.T, chunks=chunks and chunks[::-1], **how)
    assert np.array_equal(read_slice(path).pixels, image)


def test_a_flipped_bit_is_told_by_its_sum(tmp_path: Path) -> None:
    path = write_v73(tmp_path / "1.mat", {})
    image = fields_of()["image"]
    with h5py.File(path, "r+") as file:
        field = file["cjdata"].create_dataset("image", data=image, chunks=SHAPE, fletcher32=True)
        place = field.id.get_chunk_info(0).byte_offset + 512
    content = bytearray(path.read_bytes())
    content[place + 100] ^= 1
    path.write_bytes(content)
    with pytest.raises(SliceError, match="damaged"):
        read_slice(path)


def test_no_lock_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share without locks has slices too."""
    asked: list[Any] = []
    opened: Callable[..., Any] = h5f.open

    def open_and_note(name: bytes, flags: int, how: h5p.PropFAID) -> Any:
        asked.append(how.get_file_locking()[0])
        return opened(name, flags, how)

    path = write_v73(tmp_path / "1.mat", fields_of())
    monkeypatch.setattr(h5f, "open", open_and_note)
    read_slice(path)
    assert asked == [False]


def test_many_threads_may_read_at_once(tmp_path: Path) -> None:
    """HDF5 bears one thread at a time; the process would end here, not the test."""
    fields = fields_of()
    path = write_v73(tmp_path / "1.mat", {k: v for k, v in fields.items() if k != "image"})
    with h5py.File(path, "r+") as file:
        how = {"compression": "gzip", "chunks": (8, 8)}
        file["cjdata"].create_dataset("image", data=fields["image"].T, **how)
    code = (
        "import sys, pathlib, concurrent.futures as f\n"
        "from brainseg_gui.files.formats import read_info, read_slice\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "with f.ThreadPoolExecutor(8) as pool:\n"
        "    work = [read_slice, read_info] * 150\n"
        "    done = list(pool.map(lambda read: read(path).shape, work))\n"
        "assert set(done) == {(48, 64)}"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)


@pytest.mark.parametrize("label", [[[1.0, 2.0, 3.0]], [[2.0000001]]])
def test_a_label_that_is_not_one_whole_number_names_no_type(
    tmp_path: Path, label: list[list[float]]
) -> None:
    fields = fields_of() | {"label": np.array(label)}
    found = slice_of(write_matlab(tmp_path / "1.mat", fields))
    assert found.tumour is None
    assert "The tumour type of this file is not known" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "patient"),
    [("A\n9: B", "A 9: B"), ("\x1b[2JA", "\ufffd[2JA"), ("\u202e12", "\ufffd12"), ("A\t1", "A 1")],
)
def test_a_patient_is_one_line_in_which_every_character_is_seen(
    tmp_path: Path, text: str, patient: str
) -> None:
    path = write_matlab(tmp_path / "1.mat", fields_of() | {"PID": codes(text)})
    assert slice_of(path).patient == patient


def test_the_name_of_a_variable_does_not_steer_the_terminal(tmp_path: Path) -> None:
    path = write_v73(tmp_path / "1.mat", fields_of(), group="\x1b[2Jother")
    with pytest.raises(SliceError) as caught:
        read_slice(path)
    assert caught.value.reason.endswith("(found: \ufffd[2Jother)")
