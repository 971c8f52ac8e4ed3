"""`errata.csv`: which references readers contest, and why; the references stay as they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.core.text import cell, encoded
from brainseg_gui.reports.reading.review import Known
from brainseg_gui.review.handover.names import AS_THEY_ARE, Hidden, Names
from brainseg_gui.review.values.measured import Fault, Vote

TABLE = "errata.csv"
COLUMNS = (
    *("file", "digest", "patient", "tumour", "vote", "reader", "when"),
    *("dice", "network", "network_sum", "threshold"),
)


def errata(
    votes: Iterable[Vote], slices: Mapping[str, Known], pseudonyms: Pseudonyms | None = None
) -> bytes:
    """Return the table: one row for each vote that stands, in the order in which they were given.

    Parameters
    ----------
    votes : iterable of Vote
        Oldest first; the last one of a reader and slice stands, unless it takes back.
    slices : mapping of str to Known
        What the slices are called now, by digest; others have the name of the vote.
    pseudonyms : Pseudonyms, optional
        In place of patients, names and contents.
    """
    standing: dict[tuple[str, str], Vote] = {}
    for vote in votes:
        standing.pop((vote.label.digest, vote.reader), None)
        if vote.fault is not Fault.NONE:
            standing[vote.label.digest, vote.reader] = vote
    names: Names = AS_THEY_ARE
    if pseudonyms is not None:
        its = standing.values()
        called = [it.name for it in slices.values()] + [it.label.name for it in its]
        names = Hidden.of(pseudonyms, (it.label.patient for it in its), called)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for vote in standing.values():
        row = _row(vote, slices.get(vote.label.digest), names, pseudonyms)
        writer.writerow({key: cell(str(it)) for key, it in row.items()})
    return encoded(text.getvalue())


def _row(
    vote: Vote, known: Known | None, names: Names, pseudonyms: Pseudonyms | None
) -> dict[str, object]:
    label, model = vote.label, vote.model
    digest, patient = label.digest, label.patient
    if pseudonyms is not None:
        digest, patient = pseudonyms.content(digest), pseudonyms.patient(patient)
    return {
        "file": names.slice(known.name if known else label.name),
        "digest": digest,
        "patient": patient,
        "tumour": label.tumour,
        "vote": vote.fault.value,
        "reader": vote.reader,
        "when": vote.at,
        "dice": "" if vote.dice is None else f"{vote.dice:.4f}",
        "network": model.name if model else "",
        "network_sum": model.sum if model else "",
        "threshold": model.threshold if model else "",
    }
