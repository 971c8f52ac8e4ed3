"""Nothing that the program does sends a word anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from brainseg_gui.inference.engine_client import EngineClient
from tests.mat_factory import fields_of, write_v73

# A network of its own, in which every packet has a way out that leads nowhere, and is counted.
NETWORK = """
ip link set lo up && ip addr add 10.9.9.1/24 dev lo && ip route add default dev lo || exit 99
"$@" || exit 98
awk '/^Ip:/ && ++n == 2 {print "packets", $11}' /proc/self/net/snmp
"""
LOOK_UP = "import socket\ntry: socket.getaddrinfo('example.org', 80)\nexcept OSError: pass"
MEASURE = """
import pathlib, sys
import model_training.evaluation.runners as runners
runners.onnx_runner(pathlib.Path(sys.argv[1]) / "model.onnx")
"""


def packets(*command: object) -> int:
    """Return how many packets a command sends."""
    words = ["unshare", "-rn", "sh", "-c", NETWORK, "sh", *map(str, command)]
    impatient = os.environ | {"RES_OPTIONS": "timeout:1 attempts:1"}
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=impatient)
    except OSError as error:
        pytest.skip(f"no network of its own can be made here: {error}")
    if done.returncode in {1, 99}:
        pytest.skip(f"no network of its own can be made here: {done.stderr}")
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split("packets ")[1])


@pytest.fixture(scope="module")
def network() -> None:
    """Insist that a packet would be counted."""
    if packets(sys.executable, "-c", LOOK_UP) == 0:
        pytest.skip("no name is looked up here over the network")


@pytest.mark.usefixtures("network")
def test_predicting_and_measuring_send_no_packet(bundle: Path, tmp_path: Path) -> None:
    write_v73(tmp_path / "1.mat", fields_of())
    predict = [sys.executable, "-m", "brainseg_gui.cli.predict", tmp_path, "--model", bundle]
    assert packets(*predict, "--engine", "onnxruntime", "--output", tmp_path / "out") == 0
    assert packets(sys.executable, "-c", MEASURE, bundle) == 0


@pytest.mark.usefixtures("network")
def test_a_window_sends_no_packet(bundle: Path, tmp_path: Path) -> None:
    write_v73(tmp_path / "1.mat", fields_of())
    command = [sys.executable, "-m", "brainseg_gui.cli.gui", tmp_path / "1.mat", "--model", bundle]
    assert packets(*command, "--screenshot", tmp_path / "window.png") == 0


def test_no_number_of_this_machine_is_kept_to_report_under(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ONNX Runtime makes one at once, though it reports some seconds later."""
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    subprocess.run([sys.executable, "-c", MEASURE, bundle], check=True)
    assert list(tmp_path.rglob("*device*")) == []


@pytest.mark.parametrize("package", ["brainseg_gui", "model_training"])
def test_telemetry_is_off_before_any_other_import(package: str) -> None:
    code = (
        "import os, sys, builtins; found = builtins.__import__\n"
        "def spy(name, *rest, **more):\n"
        "    third = name.split('.')[0] in {'onnxruntime', 'tensorflow', 'numpy', 'keras'}\n"
        "    assert not third or os.environ.get('ORT_DISABLE_TELEMETRY') == '1', name\n"
        "    return found(name, *rest, **more)\n"
        f"builtins.__import__ = spy; import {package}\n"
        "assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'"
    )
    environment = os.environ | {"ORT_DISABLE_TELEMETRY": "0"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc here")
def test_the_child_of_an_engine_begins_with_telemetry_off(bundle: Path) -> None:
    with EngineClient(bundle, "onnxruntime", "cpu") as engine:
        engine.start()
        lists = Path("/proc/self/task").glob("*/children")
        children = [pid for path in lists for pid in path.read_text().split()]
        said = [Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") for pid in children]
    assert said
    assert all(b"ORT_DISABLE_TELEMETRY=1" in environment for environment in said)
