"""`brainseg-doctor`: says what works, names what does not."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest

from brainseg_gui import __version__, about
from brainseg_gui.cli import doctor, qt_check
from brainseg_gui.cli.doctor import main
from tests.needs import needs_tensorflow


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the check of the user's folders away from the real ones."""
    for name in ("user_data_path", "user_cache_path"):
        monkeypatch.setattr(doctor.platformdirs, name, lambda *a, **k: tmp_path / "user" / "data")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return tmp_path / "user"


def test_where_all_is_well_it_says_what_is_there(
    bundle: Path, capfd: pytest.CaptureFixture[str], places: Path
) -> None:
    assert main(["--model", str(bundle)]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    lines = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert lines["brainseg"] == __version__
    assert lines["onnxruntime"] == importlib.metadata.version("onnxruntime")
    assert "offscreen, Qt 5.15" in out
    assert "small of 2025-01-01, complete" in out
    assert "onnxruntime on CPU: " in out
    assert " ms a slice" in out
    assert "corrector of " in out
    assert " ms a click" in out
    assert not places.exists()


def test_a_broken_bundle_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", str(tmp_path / "none")]) == 1
    assert "brainseg-doctor: network: No network in" in capfd.readouterr().err


def test_a_missing_package_and_a_place_without_permission_are_named(
    bundle: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    places: Path,
) -> None:
    version = importlib.metadata.version

    def without_h5py(name: str) -> str:
        if name == "h5py":
            raise importlib.metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(importlib.metadata, "version", without_h5py)
    monkeypatch.setattr(doctor, "_is_writable", lambda place: "user" not in place.parts)
    monkeypatch.setattr(doctor, "trial_predictions", lambda *arguments, **options: iter(()))
    assert main(["--model", str(bundle)]) == 1
    err = capfd.readouterr().err
    assert "h5py: not installed" in err
    assert "data folder: " in err
    assert "not writable" in err


@needs_tensorflow
def test_deep_tries_tensorflow_and_compares_the_masks(
    bundle: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--model", str(bundle), "--deep"]) == 0
    assert "pixels unlike ONNX Runtime's: 0" in capfd.readouterr().out


def test_what_only_an_extra_brings_is_named_with_it_and_is_not_broken(
    bundle: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = importlib.metadata.version

    def of_the_reader(name: str) -> str:
        if name in about.OPTIONAL:
            raise importlib.metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(importlib.metadata, "version", of_the_reader)
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    monkeypatch.setattr(about, "has_gpu", lambda: True)
    assert main(["--model", str(bundle), "--deep"]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    assert "but TensorFlow, which predicts on it, is not installed: make extra EXTRA=gpu" in out
    assert "without onnx, tf2onnx, tensorboardX; to have it: make extra" in out
    assert "without pydicom, nibabel, highdicom, openpyxl; to have it: make extra" in out
    assert "no comparison: TensorFlow is not installed here" in out


def test_qt_that_does_not_start_is_told_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    ((what, state, is_well),) = qt_check.check_qt()
    assert what == "Qt platform"
    assert "no-such-platform" in state
    assert not is_well


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others always have a display")
def test_without_a_display_no_window_is_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    ((_, state, is_well),) = qt_check.check_qt()
    assert state.startswith("no display here; without one: offscreen")
    assert is_well


def test_help_and_version_are_answered(capfd: pytest.CaptureFixture[str]) -> None:
    for option in ("--help", "--version"):
        with pytest.raises(SystemExit) as caught:
            main([option])
        assert caught.value.code == 0
    assert capfd.readouterr().out.endswith(f"brainseg-doctor {__version__}\n")


def test_wrong_use_exits_with_2() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--nonsense"])
    assert caught.value.code == 2
