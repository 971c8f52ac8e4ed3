"""Kill a program that edits, again and again, and see that nothing of it is lost: `make endurance`.

    kill.py [--moments N] [--windows N] [--brief] [--seed S] [--scratch DIR] [--keep DIR]

A child process edits through the real session on a real review: strokes, undo, redo, discard,
restore, verdicts, withdrawals, readers and slices in turn, restarts. It says on a pipe, unbuffered,
before and after each operation what it does and what is then on its screen. It is killed with
SIGKILL, in turn at any moment and within a commit. Then the review must hold row for row what a
plain model of it holds after the last finished operation, or after the one under way; see
`kill_check`. Ten programs die on each review, the next one over what the one before left.

With `--windows`, the same is done with so many real windows, offscreen; see `kill_window`.
The exit status is 1 if anything was lost; `--keep` names where the review is then left.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from brainseg_gui.review.values.stored import StoreError
from tests.endurance.kill_check import Lost, check, check_undo, fitting
from tests.endurance.kill_child import fingerprint, work
from tests.endurance.kill_model import Model, make_sheets
from tests.endurance.kill_script import Begin, next_operation

LIVES = 10  # programs that die on one review
COMMITS, LONGEST_S = 80, 0.3  # at the most, before the kill
BRIEF = 0.15  # of that


@dataclass(frozen=True)
class When:
    """When to kill: `delay` seconds after so many lines that begin with a word."""

    word: str
    count: int
    delay: float

    @classmethod
    def at_random(cls, rng: random.Random, share: float) -> When:
        """Return any moment, one at the very start, or one within one of the first commits."""
        kind = rng.random()
        if kind < 0.5:
            return cls("commit", rng.randint(1, int(COMMITS * share)), rng.uniform(0, 0.003))
        if kind < 0.6:
            return cls("begin", 1, rng.uniform(0, 0.05))
        return cls("done", rng.randint(1, 4), rng.uniform(0, LONGEST_S * share))


@dataclass
class Tally:
    """What was seen so far."""

    killed: Counter[str] = field(default_factory=Counter)
    operations: int = 0
    kept: int = 0  # operations under way that were on the disk
    steps: int = 0  # undone and redone

    def __str__(self) -> str:
        where = ", ".join(f"{count} {place}" for place, count in self.killed.most_common())
        return (
            f"{self.killed.total()} programs killed ({where}); {self.operations} operations had "
            f"ended, all of them there; of those under way {self.kept} were on the disk; "
            f"{self.steps} steps undone and redone"
        )


def main() -> int:
    """Kill, look, and say what was found; 1 if anything was lost."""
    arguments = _parse()
    tally, began = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="brainseg-kill-", dir=arguments.scratch) as scratch:
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = scratch
        try:
            _kill_sessions(Path(scratch), arguments, tally)
            _kill_windows(Path(scratch), arguments, tally)
        except Lost as lost:
            print(f"LOST after {tally}: {lost}", file=sys.stderr)
            if arguments.keep:
                shutil.copytree(scratch, arguments.keep)
            return 1
    print(f"{tally}; {time.monotonic() - began:.0f} s")
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Kill a program that edits, and look for losses.")
    parser.add_argument("--moments", type=int, default=200, metavar="N", help="programs to kill")
    parser.add_argument("--windows", type=int, default=0, metavar="N", help="windows to kill")
    parser.add_argument("--brief", action="store_true", help="kill programs when they are young")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other moments")
    parser.add_argument("--scratch", type=Path, metavar="DIR", help="a folder on the disk to try")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where a review with a loss goes")
    return parser.parse_args()


def _kill_sessions(scratch: Path, asked: argparse.Namespace, tally: Tally) -> None:
    sheets = make_sheets(scratch / "slices", noise=True)
    model, folder = Model(sheets), scratch
    for moment in range(asked.moments):
        rng = random.Random(f"{asked.seed} {moment}")
        if moment % LIVES == 0:
            model, folder = Model(sheets), scratch / f"review-{moment // LIVES}"
            folder.mkdir()
        last = moment % LIVES == LIVES - 1 or moment == asked.moments - 1
        try:
            when = When.at_random(rng, BRIEF if asked.brief else 1)
            model = _one_life(folder, model, when, rng, tally, last)
        except (Lost, StoreError) as lost:
            raise Lost(f"moment {moment} of seed {asked.seed}: {lost}") from lost


def _kill_windows(scratch: Path, asked: argparse.Namespace, tally: Tally) -> None:
    if not asked.windows:
        return
    from tests.endurance.kill_windows import Left, kill_window

    left = Left(make_sheets(scratch / "shown"))
    for number in range(asked.windows):
        rng = random.Random(f"{asked.seed} window {number}")
        try:
            tally.killed[f"windows {kill_window(scratch / 'shown', left, rng)}"] += 1
        except (Lost, StoreError) as lost:
            raise Lost(f"window {number} of seed {asked.seed}: {lost}") from lost
    tally.operations += left.rows


def _one_life(
    folder: Path, model: Model, when: When, rng: random.Random, tally: Tally, last: bool
) -> Model:
    """Let a program work and die, look at what it left, and return that."""
    review, script = folder / "review.sqlite", random.Random(rng.random())
    pid, said = _kill_one(review, model, script, when)
    tally.killed[_place(said)] += 1
    models = _expected(said, model, script)
    found = fitting(review, models)
    tally.operations += sum(line.startswith("done ") for line in said)
    tally.kept += len(models) > 1 and found is not models[0]
    _look_at_lock(review, pid, said)
    crashed = folder.with_name(f"{folder.name}-crashed")
    shutil.copytree(folder, crashed)
    tracks = [key for key, track in found.tracks.items() if len(track.done) > 1]
    tally.steps += check_undo(review, found, tracks if last else tracks[: rng.randint(0, 1)])
    check(review, found, rng)
    if rng.random() < 0.5:  # the next program begins with what the dead one left
        shutil.rmtree(folder)
        crashed.rename(folder)
    else:
        shutil.rmtree(crashed)
        found.marked = None
    return found


def _kill_one(
    review: Path, model: Model, script: random.Random, when: When
) -> tuple[int, list[str]]:
    """Start a program and kill it; return its number and every line that it said."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        work(theirs, review, model.copy(), script)
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        said = list(_until(pipe, when))
        time.sleep(when.delay)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        said += pipe.read().splitlines()
    if any(line.startswith("error ") for line in said):
        raise Lost(f"the program failed: {said[-1]}")
    return child, said


def _until(pipe: Iterator[str], when: When) -> Iterator[str]:
    """Yield lines until it is time to kill, or there are no more."""
    count = 0
    for line in pipe:
        yield line.rstrip("\n")
        count += line.split()[0] == when.word
        if count == when.count:
            return


def _expected(said: list[str], model: Model, script: random.Random) -> list[Model]:
    """Return what the review may hold: after the last finished operation, or the one under way."""
    model = model.copy()
    begun = [line for line in said if line.startswith("begin ")]
    done = [line for line in said if line.startswith("done ")]
    for number in range(len(begun)):
        operation = next_operation(script, model) if number else Begin()
        before = model.copy()
        operation.expect(model)
        if number == len(done):
            return [before, *operation.between(before), model]
        if done[number].split()[2] != fingerprint(model.state.bits):
            raise Lost(f"{begun[number]} ended with another mask on the screen")
    return [model]


def _look_at_lock(review: Path, pid: int, said: list[str]) -> None:
    """A program that had opened the review has left a lock with its number in it."""
    if "done 0" in (line[:6] for line in said) and not _is_restart(said):
        left = json.loads(review.with_name(f"{review.name}.lock").read_text())
        if left["process"] != pid:
            raise Lost(f"the lock names process {left['process']}, killed was {pid}")


def _is_restart(said: list[str]) -> bool:
    """Tell whether a restart was under way, in which there is a moment without a lock."""
    last = [line for line in said if line.startswith(("begin ", "done "))][-1]
    return last.startswith("begin ") and "Restart" in last


def _place(said: list[str]) -> str:
    """Return where a program was killed, by the last thing that it said."""
    last = said[-1].split()[0] if said else ""
    return {
        "": "before the first word",
        "commit": "within a commit",
        "begin": "in an operation before its commit",
        "committed": "in an operation after a commit",
        "done": "between two operations",
    }[last]


if __name__ == "__main__":
    sys.exit(main())
