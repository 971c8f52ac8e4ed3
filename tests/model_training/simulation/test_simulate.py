"""Simulated slices: plausible, reproducible, and written by `brainseg-train simulate`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage
from skimage.draw import polygon2mask

from brainseg_gui.core.image.contrast import grey_levels
from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.files.formats import read_slice
from model_training.commands import simulate as simulate_command
from model_training.simulation import slices as simulation
from model_training.simulation.slices import draw_patient, simulate_patients, simulate_slice

SIZE = 128
DEMO_SEED = 5  # as resources/demo/README.md says


@pytest.fixture(scope="module", autouse=True)
def scanned() -> Iterator[None]:
    """Scan no finer than the slices of these tests show."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulation, "SCANNED", 176)
        yield


@pytest.fixture(scope="module")
def slices() -> list[tuple[str, Slice]]:
    return list(simulate_patients(4, 2, seed=4, size=SIZE))


def test_the_same_seed_makes_the_same_slices(slices: list[tuple[str, Slice]]) -> None:
    again = list(simulate_patients(1, 2, seed=4, size=SIZE))
    same = slices[: len(again)]
    assert [(name, one.digest) for name, one in again] == [(name, one.digest) for name, one in same]
    for (_, one), (_, other) in zip(same, again, strict=True):
        np.testing.assert_array_equal(one.reference, other.reference)
        np.testing.assert_array_equal(one.border, other.border)


def test_another_seed_makes_other_slices(slices: list[tuple[str, Slice]]) -> None:
    _, other = next(simulate_patients(1, 1, seed=5, size=SIZE))
    assert other.digest != slices[0][1].digest


def test_slices_are_numbered_on_and_patients_have_one_tumour_each(
    slices: list[tuple[str, Slice]],
) -> None:
    assert [name for name, _ in slices] == [str(number) for number in range(1, 9)]
    kinds: dict[str, set[Tumour | None]] = {}
    for _, one in slices:
        kinds.setdefault(one.patient, set()).add(one.tumour)
    assert list(kinds) == [f"SIM4-00{number}" for number in range(1, 5)]
    assert all(len(kind) == 1 for kind in kinds.values())
    assert set.union(*kinds.values()) == set(Tumour)


def test_no_two_slices_are_alike(slices: list[tuple[str, Slice]]) -> None:
    assert len({one.digest for _, one in slices}) == len(slices)


def test_pixels_are_whole_and_fit_int16(slices: list[tuple[str, Slice]]) -> None:
    for _, one in slices:
        assert one.pixels.dtype == np.float32
        np.testing.assert_array_equal(one.pixels, one.pixels.astype(np.int16))


def test_the_tumour_is_one_piece_of_a_size_that_occurs(slices: list[tuple[str, Slice]]) -> None:
    for _, one in slices:
        assert one.reference is not None
        assert 0.003 <= one.reference.mean() <= 0.06
        assert ndimage.label(one.reference)[1] == 1


def test_the_border_encloses_the_mask(slices: list[tuple[str, Slice]]) -> None:
    for _, one in slices:
        assert one.border is not None
        assert one.reference is not None
        filled = polygon2mask(one.shape, one.border)
        assert 2 * (filled & one.reference).sum() / (filled.sum() + one.reference.sum()) > 0.98


def test_meningiomas_and_pituitary_tumours_are_brighter_than_what_surrounds_them(
    slices: list[tuple[str, Slice]],
) -> None:
    for _, one in slices:
        assert one.reference is not None
        if one.tumour is not Tumour.GLIOMA:
            near = ndimage.binary_dilation(one.reference, iterations=5) & ~one.reference
            assert np.median(one.pixels[one.reference]) > 1.1 * np.median(one.pixels[near])


def test_a_bright_scalp_surrounds_a_grey_brain_in_dark_air(
    slices: list[tuple[str, Slice]],
) -> None:
    for _, one in slices:
        levels = grey_levels(one.pixels)
        head = ndimage.binary_fill_holes(ndimage.binary_opening(levels > 20, iterations=2))
        depth = ndimage.distance_transform_edt(head)
        assert 0.2 < head.mean() < 0.7
        assert np.median(levels[~ndimage.binary_dilation(head, iterations=4)]) < 12
        inner = np.median(levels[depth > 15])
        assert 30 < inner < 150
        assert np.percentile(levels[(depth > 1) & (depth < 8)], 75) > inner


def test_the_size_is_kept_and_a_tiny_one_refused() -> None:
    rng = np.random.default_rng(1)
    assert simulate_slice(rng, Tumour.GLIOMA, size=96).shape == (96, 96)
    with pytest.raises(ValueError, match="64 rows or more"):
        simulate_slice(rng, Tumour.GLIOMA, size=10)


def test_a_patient_has_no_tumour_of_another_kind() -> None:
    rng = np.random.default_rng(1)
    patient = draw_patient(rng, Tumour.GLIOMA, "SIM1-001")
    with pytest.raises(ValueError, match="has a glioma, not a meningioma"):
        simulate_slice(rng, Tumour.MENINGIOMA, size=96, patient=patient)


def simulate(*words: object) -> int:
    parser = argparse.ArgumentParser()
    simulate_command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["simulate", *map(str, words)])
    return int(args.run(args))


SMALL = ("--patients", 1, "--slices", 2, "--size", 64)


def test_the_command_writes_the_same_files_for_the_same_seed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert simulate(tmp_path / name, *SMALL, "--seed", 3) == 0
    for stem in ("1", "2"):
        first = (tmp_path / "one" / f"{stem}.mat").read_bytes()
        assert first == (tmp_path / "two" / f"{stem}.mat").read_bytes()
    assert len(list((tmp_path / "one").iterdir())) == 2


def test_the_command_replaces_no_file_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "2.mat").write_text("mine")
    assert simulate(tmp_path, *SMALL) == 1
    assert "2.mat exists; --overwrite replaces it" in capsys.readouterr().err
    assert (tmp_path / "2.mat").read_text() == "mine"
    assert not (tmp_path / "1.mat").exists()
    assert simulate(tmp_path, *SMALL, "--overwrite") == 0
    assert (tmp_path / "2.mat").read_bytes().startswith(b"MATLAB 7.3")


@pytest.mark.parametrize(
    "words", [("--patients", 0), ("--slices", -1), ("--size", 8), ("--size", 9999), ("--seed", -1)]
)
def test_nonsense_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[object, ...]
) -> None:
    assert simulate(tmp_path / "out", *words) == 2
    error = capsys.readouterr().err
    assert str(words[0]) in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_folder_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("mine")
    assert simulate(tmp_path / "out", *SMALL) == 1
    error = capsys.readouterr().err
    assert "a file of that name is in the way" in error
    assert len(error.splitlines()) == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o500)
    assert simulate(tmp_path, *SMALL) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_demo_slices_are_what_the_command_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "SCANNED", 352)
    demo = Path(__file__).parents[3] / "resources" / "demo"
    paths = sorted(demo.glob("*.mat"), key=lambda path: int(path.stem))
    assert [path.stem for path in paths] == [str(number) for number in range(1, 21)]
    shown = [read_slice(path) for path in paths]
    assert len({one.patient for one in shown}) == 5
    assert {one.tumour for one in shown} == set(Tumour)
    _, first = next(simulate_patients(1, 1, seed=DEMO_SEED))
    # A level more or less is left to the processor's own cosine.
    np.testing.assert_allclose(first.pixels, shown[0].pixels, atol=1)
    assert first.reference is not None
    assert shown[0].reference is not None
    assert (first.reference ^ shown[0].reference).mean() < 1e-4
    assert first.patient == shown[0].patient
