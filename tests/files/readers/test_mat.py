"""Reading `.mat` slices: both versions, what may be missing, and everything that can be wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.slices import Tumour
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_info, read_slice
from tests.mat_factory import SHAPE, fields_of, lying, write_v5, write_v73

Write = Callable[[Path, dict[str, Any]], Path]
FIGSHARE = Path(__file__).parents[4] / "shared" / "figshare"

both_versions = pytest.mark.parametrize("write", [write_v73, write_v5], ids=["v7.3", "v5"])


def reason_of(path: Path) -> str:
    with pytest.raises(SliceError) as caught:
        read_slice(path)
    assert caught.value.path == path
    assert "\n" not in caught.value.reason
    return caught.value.reason


@both_versions
def test_a_slice_stands_upright_as_matlab_shows_it(tmp_path: Path, write: Write) -> None:
    fields = fields_of()
    found = read_slice(write(tmp_path / "1.mat", fields))
    assert np.array_equal(found.pixels, fields["image"])
    assert found.reference is not None
    assert np.array_equal(found.reference, fields["tumorMask"] > 0)
    assert found.pixels.dtype == np.float32
    assert found.reference.dtype == bool
    assert (found.patient, found.tumour, found.spacing_mm) == ("100360", Tumour.GLIOMA, None)
    assert found.notes == ()


@both_versions
def test_the_border_becomes_rows_and_columns_from_0(tmp_path: Path, write: Write) -> None:
    fields = fields_of()
    found = read_slice(write(tmp_path / "1.mat", fields))
    assert found.border is not None
    x_and_y = np.reshape(fields["tumorBorder"], (-1, 2))
    assert np.array_equal(found.border[:, 0], x_and_y[:, 1] - 1)
    assert np.array_equal(found.border[:, 1], x_and_y[:, 0] - 1)


@both_versions
def test_a_slice_cannot_be_changed(tmp_path: Path, write: Write) -> None:
    found = read_slice(write(tmp_path / "1.mat", fields_of()))
    assert found.reference is not None
    assert found.border is not None
    for array in (found.pixels, found.reference, found.border):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1


@both_versions
def test_everything_but_the_image_may_be_missing(tmp_path: Path, write: Write) -> None:
    path = write(tmp_path / "1.mat", {"image": fields_of()["image"]})
    found = read_slice(path)
    assert found.shape == SHAPE
    assert (found.reference, found.border, found.patient, found.tumour) == (None, None, "", None)
    assert not read_info(path).has_reference


@both_versions
@pytest.mark.parametrize("name", ["tumorMask", "tumorBorder", "label", "PID"])
def test_each_field_may_be_missing_or_empty(tmp_path: Path, write: Write, name: str) -> None:
    fields = fields_of()
    without = {key: value for key, value in fields.items() if key != name}
    assert read_slice(write(tmp_path / "without.mat", without)).shape == SHAPE
    empty = fields | {name: np.zeros((0, 0))}
    assert read_slice(write(tmp_path / "empty.mat", empty)).shape == SHAPE


@pytest.mark.parametrize(
    ("field", "value"),
    [("label", 7.0), ("label", np.nan), ("tumorBorder", [[1.0, 2.0, 3.0]]), ("PID", [[np.nan]])],
)
def test_a_field_of_nonsense_counts_as_missing(tmp_path: Path, field: str, value: Any) -> None:
    fields = fields_of() | {field: np.array(value)}
    found = read_slice(write_v73(tmp_path / "1.mat", fields))
    assert found.shape == SHAPE
    assert {"label": found.tumour, "tumorBorder": found.border, "PID": None}[field] is None


def test_a_patient_may_be_a_number_or_a_text(tmp_path: Path) -> None:
    number = fields_of() | {"PID": np.array([[100360.0]])}
    assert read_slice(write_v73(tmp_path / "1.mat", number)).patient == "100360"
    text = fields_of() | {"PID": np.bytes_("MR049453B")}
    assert read_slice(write_v73(tmp_path / "2.mat", text)).patient == "MR049453B"
    wide = fields_of() | {"PID": np.array([[77, 82, 48]], np.int64)}
    assert read_slice(write_v73(tmp_path / "3.mat", wide)).patient == "MR0"


@both_versions
@pytest.mark.parametrize("shape", [(64, 64), SHAPE])
@pytest.mark.parametrize("turn", list(Turn))
def test_a_border_turns_no_image_but_names_what_fits(
    tmp_path: Path, write: Write, shape: tuple[int, int], turn: Turn
) -> None:
    stored = lying(fields_of(shape), turn)
    found = read_slice(write(tmp_path / "1.mat", stored))
    assert np.array_equal(found.pixels, stored["image"])
    assert found.reference is not None
    assert np.array_equal(found.reference, stored["tumorMask"] > 0)
    assert (found.fits_if, found.turn) == (turn, Turn.NONE)
    assert found.notes == () if turn is Turn.NONE else f"mask are {turn.value};" in found.notes[0]


def test_a_border_that_does_not_match_is_noted(tmp_path: Path) -> None:
    fields = fields_of() | {"tumorBorder": np.array([[1.0, 1.0, 1.0, 4.0, 4.0, 4.0, 4.0, 1.0]]).T}
    assert "do not match" in read_slice(write_v73(tmp_path / "1.mat", fields)).notes[0]


@both_versions
@pytest.mark.parametrize("kind", ["u1", "u2", "i2", "i4", "f4", "f8", "?"])
def test_pixels_may_be_of_any_number(tmp_path: Path, write: Write, kind: str) -> None:
    image = (fields_of()["image"] > 500).astype(kind)
    found = read_slice(write(tmp_path / "1.mat", {"image": image}))
    assert np.array_equal(found.pixels, image)


@both_versions
def test_the_worklist_learns_the_same_as_the_reader(tmp_path: Path, write: Write) -> None:
    path = write(tmp_path / "1.mat", fields_of())
    info, found = read_info(path), read_slice(path)
    assert (info.shape, info.patient, info.tumour) == (found.shape, found.patient, found.tumour)
    assert info.has_reference


def test_an_empty_file_is_named_as_that(tmp_path: Path) -> None:
    path = tmp_path / "1.mat"
    path.touch()
    assert reason_of(path) == "the file is empty"


@both_versions
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_cut_off_is_damaged(tmp_path: Path, write: Write, share: float) -> None:
    path = write(tmp_path / "1.mat", fields_of())
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert "damaged" in reason_of(path)


def test_what_is_no_mat_file_is_named_as_that(tmp_path: Path) -> None:
    path = tmp_path / "1.mat"
    path.write_bytes(b"%PDF-1.7\n" + bytes(1000))
    assert "not a MATLAB file" in reason_of(path)
    path.write_text("label,area\n1,2\n")
    assert "not a MATLAB file" in reason_of(path)


@pytest.mark.parametrize(
    "write", [lambda p: write_v73(p, fields_of(), "s"), lambda p: write_v5(p, fields_of(), "s")]
)
def test_a_file_without_cjdata_says_what_it_holds(tmp_path: Path, write: Any) -> None:
    assert reason_of(write(tmp_path / "1.mat")) == "no struct 'cjdata' in it (found: s)"


def test_cjdata_must_be_a_struct(tmp_path: Path) -> None:
    import scipy.io

    scipy.io.savemat(tmp_path / "1.mat", {"cjdata": np.eye(3)})
    assert "not a single struct" in reason_of(tmp_path / "1.mat")
    with h5py.File(tmp_path / "2.mat", "w") as file:
        file["cjdata"] = np.eye(3)
    assert "not a single struct" in reason_of(tmp_path / "2.mat")


@both_versions
def test_a_file_without_an_image_says_so(tmp_path: Path, write: Write) -> None:
    fields = fields_of()
    del fields["image"]
    assert reason_of(write(tmp_path / "1.mat", fields)) == "'cjdata' holds no image"


@both_versions
@pytest.mark.parametrize("shape", [(4, 5, 6), (4, 5, 3, 2)])
def test_an_image_that_is_not_flat_is_refused(
    tmp_path: Path, write: Write, shape: tuple[int, ...]
) -> None:
    path = write(tmp_path / "1.mat", {"image": np.ones(shape)})
    assert reason_of(path) == f"the image must be two-dimensional, found shape {shape}"


@both_versions
@pytest.mark.parametrize("value", [np.inf, 1e300])
def test_an_image_with_infinity_is_refused(tmp_path: Path, write: Write, value: float) -> None:
    image = fields_of()["image"].astype(np.float64)
    image[3, 4] = value
    path = write(tmp_path / "1.mat", {"image": image})
    assert reason_of(path) == "the image holds NaN or infinite values"


@both_versions
def test_a_rim_of_nan_is_black_and_noted(tmp_path: Path, write: Write) -> None:
    image = fields_of()["image"].astype(np.float64) - 7
    image[:, :2] = np.nan
    found = read_slice(write(tmp_path / "1.mat", {"image": image}))
    assert (found.pixels[:, :2] == -7).all()
    assert np.array_equal(found.pixels[:, 2:], image[:, 2:])
    assert f"(NaN): {2 * SHAPE[0]};" in found.notes[0]


@both_versions
def test_an_image_of_nothing_but_nan_is_refused(tmp_path: Path, write: Write) -> None:
    path = write(tmp_path / "1.mat", {"image": np.full(SHAPE, np.nan)})
    assert reason_of(path) == "the image holds nothing but NaN"


@both_versions
def test_an_image_of_complex_numbers_or_text_is_refused(tmp_path: Path, write: Write) -> None:
    path = write(tmp_path / "1.mat", {"image": np.full(SHAPE, 1 + 1j)})
    assert reason_of(path) == "the image is complex numbers; only numbers are read"
    path = write(tmp_path / "2.mat", {"image": np.bytes_("1")})
    assert reason_of(path) == "the image is text; only numbers are read"


@both_versions
def test_a_mask_of_another_size_is_refused_with_both_sizes(tmp_path: Path, write: Write) -> None:
    fields = fields_of() | {"tumorMask": np.ones((20, 30), np.uint8)}
    assert reason_of(write(tmp_path / "1.mat", fields)) == "the mask is 30 x 20, the image 64 x 48"


@both_versions
def test_a_huge_image_is_refused_before_it_is_read(tmp_path: Path, write: Write) -> None:
    if write is write_v5:
        path = write(tmp_path / "1.mat", {"image": np.zeros((9000, 40), np.uint8)})
        assert "40 x 9000; at most 8192" in reason_of(path)
        return
    path = write_v73(tmp_path / "1.mat", {})
    with h5py.File(path, "r+") as file:
        file["cjdata"].create_dataset("image", (20_000, 20_000), "f8", chunks=(200, 200))
    assert reason_of(path) == "the image is 20000 x 20000; at most 8192 a side is read"
    with pytest.raises(SliceError, match="at most 8192"):
        read_info(path)


def test_a_file_that_is_not_there_is_named_as_that(tmp_path: Path) -> None:
    assert reason_of(tmp_path / "1.mat") == "no such file or directory"


def test_a_folder_is_no_slice(tmp_path: Path) -> None:
    assert reason_of(tmp_path) == "a folder, not a file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_named_as_that(tmp_path: Path) -> None:
    path = write_v73(tmp_path / "1.mat", fields_of())
    path.chmod(0)
    assert reason_of(path) == "no permission to read it"


def test_a_refusal_by_the_system_is_told_as_missing_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_v73(tmp_path / "1.mat", fields_of())

    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    assert reason_of(path) == "no permission to read it"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_in_a_circle_is_named_as_that(tmp_path: Path) -> None:
    path = tmp_path / "1.mat"
    path.symlink_to(path)
    assert "symbolic links" in reason_of(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_does_not_make_the_reader_wait(tmp_path: Path) -> None:
    path = tmp_path / "1.mat"
    os.mkfifo(path)
    assert reason_of(path) == "not a regular file"


@both_versions
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_flipped_bytes_end_in_a_slice_or_in_a_sentence(
    tmp_path: Path, write: Write, data: st.DataObject
) -> None:
    path = write(tmp_path / "1.mat", fields_of((12, 16)))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    for read in (read_slice, read_info):
        with suppress(SliceError):
            read(path)


@pytest.mark.real
@pytest.mark.skipif(not FIGSHARE.is_dir(), reason="the real slices are not beside the checkout")
def test_real_slices_stand_upright(tmp_path: Path) -> None:
    numbers = ["1", "10", "955"]
    names = {path.stem for path in (FIGSHARE / "images").iterdir()}
    wanted = [number for number in numbers if number in names] or sorted(names)[:3]
    command = [sys.executable, str(FIGSHARE / "make_mat.py"), str(tmp_path), *wanted]
    subprocess.run(command, check=True)
    for number in wanted:
        found = read_slice(tmp_path / f"{number}.mat")
        assert found.reference is not None
        assert found.reference.any()
        assert found.notes == ()
        assert found.patient
        assert found.tumour is not None


@pytest.mark.parametrize("length", [128, 512])
def test_the_beginning_of_a_file_of_version_73_is_damaged_not_empty(
    tmp_path: Path, length: int
) -> None:
    path = write_v73(tmp_path / "1.mat", fields_of())
    path.write_bytes(path.read_bytes()[:length])
    assert reason_of(path) == "not a MATLAB file, or a damaged one"
    path.write_bytes(b"# Created by Octave 7.3.0, Sat Nov 28 13:00:00 2026 UTC <somebody>\n" * 9)
    assert reason_of(path).startswith("GNU Octave saved it in a format of its own")
