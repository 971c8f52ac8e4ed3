"""A folder of hostile files makes the program read nothing but that folder and what is its own.

Every file that window, commands, reading child and engine's child open is seen by `strace`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import brainseg_gui.resources
import h5py
import pytest

from brainseg_gui.files.readers.picture_folder import INDEX
from tests.mat_factory import SHAPE, fields_of, write_v73
from tests.picture_factory import make_slice, write_pictures

ROOT = Path(__file__).parents[2]
SECRET = "secret-of-another-folder"
ROWS = 16  # a slice, twelve that take bytes from elsewhere, a struct that does, a link, a picture
# The system's own: libraries, fonts, devices, and what they are set up by.
SYSTEM = ("/bin", "/sbin", "/usr", "/lib", "/etc", "/proc", "/sys", "/dev", "/run", "/var", "/opt")
OPENED = re.compile(r"open(?:at2?)?\(.*O_(?:RDONLY|RDWR).* = \d+<(?P<path>/.*?)(?:<.*)?>$")
# A window that looks at every row, one after the other, and closes.
WINDOW = """
import sys
from PyQt5.QtCore import QTimer
from brainseg_gui.cli.gui import main
from brainseg_gui.ui.app import make_application
from brainseg_gui.ui.window.main_window import MainWindow
app, left = make_application(), None
def go_on():
    global left
    window = next((it for it in app.topLevelWidgets() if isinstance(it, MainWindow)), None)
    rows = window.parts.worklist.model.entries() if window else []
    if left is None and rows and all(row.digest or row.problem for row in rows):
        left = [row.path for row in rows]
        print("rows", len(rows), flush=True)
    elif left:
        window.parts.worklist.choose(left.pop())
    elif left is not None and any(row.risk is not None for row in rows):
        window.close()
timer = QTimer(interval=150)
timer.timeout.connect(go_on)
timer.start()
sys.exit(main(sys.argv[1:]))
"""


def read_by(folder: Path, *command: object) -> tuple[set[Path], subprocess.CompletedProcess[str]]:
    """Return which files a command and its children opened to read, by their real names."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    log = folder / "trace.log"
    trace = ["strace", "-f", "-y", "-qq", "-s", "0", "-e", "trace=open,openat,openat2"]
    trace += ["--seccomp-bpf", "-e", "signal=none", "-o", str(log)]
    probe = subprocess.run([*trace, "true"], capture_output=True, text=True)
    if probe.returncode:
        pytest.skip(f"strace may not look at processes here: {probe.stderr.strip()}")
    home = folder / "home"
    for place in ("config", "data", "cache", "tmp"):
        (home / place).mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        **{"HOME": str(home), "TMPDIR": str(home / "tmp"), "QT_QPA_PLATFORM": "offscreen"},
        **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "CACHE")},
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [*trace, *map(str, command)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder / "opened",
        timeout=200,
    )
    lines = log.read_text(errors="replace").splitlines()
    found = [match["path"] for line in lines if (match := OPENED.search(line))]
    return {Path(path) for path in found if not os.path.isdir(path)}, done


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """A folder with a slice, and files that ask for others beside it."""
    folder, secret = tmp_path / "opened", tmp_path / SECRET
    write_v73(folder / "1.mat", fields_of())
    write_v73(secret / "other.mat", fields_of(patient="999"))
    (secret / "bytes").write_bytes(b"root:x:0:0:root:/root:/bin/sh" * 400)
    to_secret = f"../{SECRET}/"
    for number, target in enumerate((to_secret, f"{secret}/"), 2):
        for name, link in (("image", "/cjdata/image"), ("PID", "/cjdata/PID")):
            with _without(folder / f"{number}-{name}-link.mat", name) as file:
                file[f"cjdata/{name}"] = h5py.ExternalLink(f"{target}other.mat", link)
            with _without(folder / f"{number}-{name}-bytes.mat", name) as file:
                shape, kind = (SHAPE[::-1], "i2") if name == "image" else ((20, 1), "u2")
                place = [(f"{target}bytes", 0, h5py.h5f.UNLIMITED)]
                file["cjdata"].create_dataset(name, shape, kind, external=place)
            with _without(folder / f"{number}-{name}-virtual.mat", name) as file:
                layout = h5py.VirtualLayout(shape, kind)
                layout[...] = h5py.VirtualSource(f"{target}other.mat", link, shape)
                file["cjdata"].create_virtual_dataset(name, layout)
    with h5py.File(write_v73(folder / "struct-link.mat", fields_of()), "r+") as file:
        del file["cjdata"]
        file["cjdata"] = h5py.ExternalLink(f"{to_secret}other.mat", "/cjdata")
    write_pictures(folder / "pictures", {"1": make_slice(1)})
    index = folder / "pictures" / INDEX
    first, row, *_ = index.read_text().splitlines()
    names = (f"../../{SECRET}/bytes", f"{secret}/bytes", "../../../../../../etc/passwd")
    rows = [row, *(",".join([name, *row.split(",")[1:]]) for name in names)]
    index.write_text("\n".join([first, *rows]))
    # A link is what it leads to, and no more than that.
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(folder / "2-image-link.mat", tmp_path / "elsewhere" / "linked.mat")
    (folder / "link.mat").symlink_to(tmp_path / "elsewhere" / "linked.mat")
    return folder


def _without(path: Path, name: str) -> h5py.File:
    write_v73(path, fields_of())
    file = h5py.File(path, "r+")
    del file[f"cjdata/{name}"]
    return file


def strange(found: set[Path], opened: Path, bundle: Path) -> list[Path]:
    """Return what is neither of the folder, nor the program's, the system's or the user's own."""
    around = opened.parent
    own = [opened, around / "elsewhere", around / "home", around / "out", bundle, ROOT]
    assert brainseg_gui.resources.__file__ is not None
    own.append(Path(brainseg_gui.resources.__file__).parent)
    own += [Path(place) for place in (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())]
    own += [Path(place) for place in (*sys.path, *SYSTEM) if place]
    places = [str(place.resolve()) for place in own]
    inside = tuple(f"{place.rstrip('/')}/" for place in places)
    known = (*places, "/dev/", "/memfd:")
    return [it for it in sorted(found) if not str(it).startswith(inside) and str(it) not in known]


@pytest.mark.parametrize("what", ["predict", "window"])
def test_hostile_files_have_nothing_else_read(
    opened: Path, bundle: Path, tmp_path: Path, what: str
) -> None:
    options = [opened, "--model", bundle]
    if what == "predict":
        words = ["-m", "brainseg_gui.cli.predict", *options, "--engine", "onnxruntime"]
        found, done = read_by(tmp_path, sys.executable, *words, "--output", tmp_path / "out")
        assert done.returncode == 1, done.stderr
        assert done.stderr.count("takes its bytes from elsewhere") > 12
    else:
        found, done = read_by(tmp_path, sys.executable, "-c", WINDOW, *options)
        assert (done.returncode, done.stdout) == (0, f"rows {ROWS}\n")
    assert opened / "1.mat" in found
    assert tmp_path / "elsewhere" / "linked.mat" in found
    assert bundle / "model.onnx" in found
    assert strange(found, opened, bundle) == []


def test_what_is_read_would_be_seen(opened: Path, bundle: Path, tmp_path: Path) -> None:
    code = "import sys, h5py; print(h5py.File(sys.argv[1])['cjdata/image'][0, 0])"
    found, done = read_by(tmp_path, sys.executable, "-c", code, opened / "2-image-link.mat")
    assert done.returncode == 0, done.stderr
    assert strange(found, opened, bundle) == [tmp_path / SECRET / "other.mat"]
