"""What becomes of finished slices: counted, put into the table, logged, complained of."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from brainseg_gui.cli.common import complain
from brainseg_gui.cli.predicting.log import Log
from brainseg_gui.cli.predicting.steps import Steps
from brainseg_gui.cli.predicting.table import Table
from brainseg_gui.cli.progress import Progress
from brainseg_gui.cli.summary import Summary
from brainseg_gui.files.errors import SliceError, WriteError
from brainseg_gui.inference.model_card import BundleError
from brainseg_gui.inference.segmenter import EngineError


@dataclass(frozen=True)
class Run:
    """Takes slice after slice, in one thread."""

    steps: Steps
    summary: Summary
    table: Table
    log: Log
    progress: Progress
    command: str

    def take(self, finished: Iterable[tuple[Path, Future[dict[str, str]]]]) -> None:
        """Take slices as they are done, or as they failed."""
        for path, future in finished:
            if error := future.exception():
                self.fail(path, reason_of(error))
            else:
                self._add(path, future.result())
            done = self.summary.before + self.summary.predicted + self.summary.failed
            self.progress.show(done)

    def fail(self, path: Path, reason: str) -> None:
        """Say on stderr which file failed and why."""
        self.summary.failed += 1
        self.progress.clear()
        complain(self.command, f"{path}: {reason}")
        naming = self.steps.naming
        self._log(path, naming.sentence(path, reason), risk=None, notes="")

    def end(self, *, interrupted: bool) -> None:
        """Finish table and log, whatever ended the run."""
        summary = self.summary
        try:
            if summary.predicted or summary.failed or summary.before:
                self.table.begin()
            self.table.close()
        except WriteError as error:
            summary.failed += 1
            complain(self.command, str(error))
        self.log.write(
            "end",
            predicted=summary.predicted,
            done_before=summary.before,
            failed=summary.failed,
            interrupted=interrupted,
        )

    def _add(self, path: Path, found: dict[str, str]) -> None:
        row = self.steps.naming.row(path, found)
        try:
            self.table.add(row)
        except WriteError as error:
            self.fail(path, str(error))
            return
        self.summary.add(row, found["patient"])
        if row["notes"]:
            self.progress.clear()
            note = f"note: {self.steps.naming.file(path)}: {row['notes']}"
            complain(self.command, note)
        risk = row.get("risk")  # none of a network whose risk was not asked for
        self._log(path, None, risk=float(risk) if risk else None, notes=row["notes"])

    def _log(self, path: Path, problem: str | None, *, risk: float | None, notes: str) -> None:
        file, (seconds, of_networks) = self.steps.naming.file(path), self.steps.seconds(path)
        took = {"seconds": seconds, "network_seconds": of_networks}
        self.log.write("slice", file=file, **took, risk=risk, problem=problem, notes=notes)


def reason_of(error: BaseException) -> str:
    """Return the sentence of a failure that belongs to one slice; raise what is a bug."""
    if isinstance(error, SliceError):
        return error.reason
    if isinstance(error, (WriteError, EngineError, BundleError)):
        return str(error)
    if isinstance(error, MemoryError):
        return "not enough memory for it"
    raise error
