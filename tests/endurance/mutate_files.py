"""Read thousands of damaged MATLAB files, and count what they do to the process that reads them.

usage: python -m tests.endurance.mutate_files [COUNT [SEED]]

Half of the files are of version 5, half of version 7.3. They are read in batches, each in a process
of its own; where one dies or hangs, the file is named, and the batch goes on behind it; the exit
status is then 1.
"""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import scipy.io
import scipy.sparse

from tests.mat_factory import fields_of, write_v5, write_v73

BATCH = 200
SLOW_S, HUGE_KB = 5.0, 1 << 20
WORDS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 20, 40_000)


def main(count: int = 4000, seed: int = 0) -> int:
    """Make the files, read them, and print the counts."""
    chance, bad = random.Random(seed), set[str]()
    with tempfile.TemporaryDirectory() as folder:
        for version, files in sources(Path(folder)).items():
            found: Counter[str] = Counter()
            for start in range(0, count // 2, BATCH):
                batch = Path(folder) / f"{version}_{start}"
                batch.mkdir()
                for number in range(start, min(start + BATCH, count // 2)):
                    content = mutated(chance.choice(files), chance)
                    (batch / f"{number:06}.mat").write_bytes(content)
                found.update(kind for _, kind in outcomes(batch, "tests.endurance.mutate_files"))
            print(f"version {version}: {dict(sorted(found.items()))}", flush=True)
            bad |= found.keys() - {"slice", "sentence"}
    return 1 if bad else 0


def sources(folder: Path) -> dict[int, list[bytes]]:
    """Return good files of either version, made in a folder."""
    return {5: _sources_v5(folder), 73: _sources_v73(folder)}


def _sources_v5(folder: Path) -> list[bytes]:
    fields = fields_of((12, 16))
    small = write_v5(folder / "packed.mat", fields)
    plain = folder / "plain.mat"
    text = {"PID": "100360"}
    scipy.io.savemat(plain, {"cjdata": fields | text})
    odd = folder / "odd.mat"
    sparse = scipy.sparse.csc_matrix(fields["tumorMask"].astype(float))
    cells = np.array(["100360", "B"], object)
    scipy.io.savemat(odd, {"cjdata": fields | {"PID": cells, "tumorMask": sparse}})
    top = folder / "top.mat"
    scipy.io.savemat(top, fields | text)
    return [path.read_bytes() for path in (small, plain, plain, odd, odd, top)]


def _sources_v73(folder: Path) -> list[bytes]:
    fields: dict[str, Any] = fields_of((12, 16))
    plain = write_v73(folder / "plain73.mat", fields)
    packed = write_v73(folder / "packed73.mat", {})
    with h5py.File(packed, "r+") as file:
        struct = file["cjdata"]
        struct.attrs["MATLAB_class"] = np.bytes_("struct")
        for name, value in fields.items():
            how = {"compression": "gzip"} if np.size(value) > 100 else {}
            field = struct.create_dataset(name, data=np.asarray(value).T, **how)
            field.attrs["MATLAB_class"] = np.bytes_("char" if name == "PID" else "double")
    odd = write_v73(folder / "odd73.mat", fields)
    with h5py.File(odd, "r+") as file:
        text = file.create_dataset("#refs#/a", data=np.array([[49], [50]], np.uint16))
        text.attrs["MATLAB_class"] = np.bytes_("char")
        del file["cjdata/PID"]
        cell = file["cjdata"].create_dataset("PID", (1, 1), h5py.ref_dtype)
        cell[0, 0] = text.ref
        cell.attrs["MATLAB_class"] = np.bytes_("cell")
    return [path.read_bytes() for path in (plain, packed, packed, odd)]


def mutated(content: bytes, chance: random.Random, first: int = 128) -> bytes:
    """Return a file's bytes with some of them changed from `first` on, now and then cut off."""
    changed = bytearray(content)
    # What describes the arrays lies at the beginning, or between them; most bytes are pixels.
    reach = len(changed) if chance.random() < 0.6 else min(len(changed), 3000)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        at = chance.randrange(first, min(reach, len(changed)))
        kind = chance.random()
        if kind < 0.5:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind < 0.7:
            changed[at] = chance.randrange(256)
        elif kind < 0.9:
            at -= at % 4
            changed[at : at + 4] = chance.choice(WORDS).to_bytes(4, "little")
        else:
            other = chance.randrange(len(changed))
            changed[at : at + 16] = changed[other : other + 16]
    if chance.random() < 0.1:
        del changed[chance.randrange(first, len(changed)) :]
    return bytes(changed)


def outcomes(batch: Path, module: str) -> Iterator[tuple[str, str]]:
    """Yield each file's name and what came of it, as that module's `--read` prints it."""
    names = sorted(path.name for path in batch.iterdir())
    while names:
        command = [sys.executable, "-m", module, "--read", str(batch)]
        done = list(_read_in_child([*command, *names]))
        yield from done
        names = names[len(done) :]


def _read_in_child(command: list[str]) -> Iterator[tuple[str, str]]:
    names = command[5:]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert child.stdout is not None
    started, at = time.monotonic(), 0
    for line in child.stdout:
        seconds, kind = time.monotonic() - started, line.strip()
        slow = at and seconds > SLOW_S
        yield names[at], "hang" if slow else kind
        started, at = time.monotonic(), at + 1
    if child.wait() and at < len(names):
        cpu = child.returncode == -signal.SIGXCPU
        yield names[at], "hang" if cpu else f"killed by signal {-child.returncode}"
        print(f"  {names[at]}: {child.returncode}", flush=True)


def _read(folder: Path, names: list[str]) -> None:
    from brainseg_gui.files.errors import SliceError
    from brainseg_gui.files.formats import read_info, read_slice

    for name in names:
        end_after(20)
        before = _peak()
        kinds = []
        for read in (read_info, read_slice):
            try:
                read(folder / name)
                kinds.append("slice")
            except SliceError:
                kinds.append("sentence")
            except Exception as error:
                kinds.append(f"traceback {type(error).__name__}")
        print("memory" if _peak() - before > HUGE_KB else kinds[-1], flush=True)


def end_after(seconds: int) -> None:
    """Let the system end this process when it has worked for so long from now on."""
    used = int(time.process_time()) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (used, resource.RLIM_INFINITY))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        _read(Path(sys.argv[2]), sys.argv[3:])
    else:
        sys.exit(main(*map(int, sys.argv[1:])))
