"""The errata say who contests which reference, with where that comes from."""

from __future__ import annotations

import csv
import io

from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.reports.audit.errata import errata
from brainseg_gui.reports.audit.ranking import Ranking
from brainseg_gui.reports.pages.cohort import Report
from brainseg_gui.reports.reading.review import Known
from brainseg_gui.review.values.measured import Fault, Vote
from brainseg_gui.review.values.record import SliceLabel
from tests.reports.cohort_factory import NETWORK, figure


def vote(number: int, reader: str, fault: Fault) -> Vote:
    label = SliceLabel(f"d{number}", f"old/{number}.mat", "=P7", "glioma", (9, 9))
    return Vote(label, reader, f"2026-01-01T10:0{number}:00", fault, NETWORK, 0.25)


def rows(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode())))


def test_the_last_vote_of_a_reader_stands_and_one_that_was_taken_back_does_not() -> None:
    votes = [
        vote(1, "Ada", Fault.NETWORK),
        vote(2, "Ada", Fault.AMBIGUOUS),
        vote(1, "Bob", Fault.REFERENCE),
        vote(2, "Ada", Fault.NONE),
        vote(1, "Ada", Fault.REFERENCE),
    ]
    found = rows(errata(votes, {"d1": Known("d1", "new/1.mat")}))
    assert [(it["file"], it["reader"], it["vote"]) for it in found] == [
        ("new/1.mat", "Bob", "reference wrong"),
        ("new/1.mat", "Ada", "reference wrong"),
    ]
    assert found[0]["patient"] == "'=P7", "no spreadsheet takes it for a formula"
    assert (found[0]["dice"], found[0]["network_sum"]) == ("0.2500", "abc")
    assert found[0]["when"] == "2026-01-01T10:01:00"


def test_under_pseudonyms_nobody_is_named() -> None:
    table = errata([vote(1, "Ada", Fault.REFERENCE)], {}, Pseudonyms(b"k" * 32))
    for name in (b"old/", b"1.mat", b"P7", b"d1,"):
        assert name not in table


def test_disagreements_come_first_and_who_was_trained_on_not_at_all() -> None:
    its = [
        figure(0, dice=0.9),
        figure(1, dice=0.1),
        figure(2, dice=0.0, seen=True),
        figure(3, dice=0.0, seen=None),
        figure(4, dice=None),
        figure(5, dice=0.2, hidden=True),
        figure(6, predicted=False, dice=None),
    ]
    found = Ranking.of(its)
    assert [it.name for it in found.figures] == ["1.mat", "0.mat"]
    assert (found.left_out, found.unmeasured, found.hidden) == (3, 1, 1)


def test_a_report_has_the_numbers_with_and_without_contested_slices() -> None:
    wrong = figure(0, dice=0.2, faults=(("Ada", Fault.REFERENCE),))
    network = figure(1, dice=0.6, faults=(("Ada", Fault.NETWORK),))
    report = Report.of("it", [wrong, network, figure(2, dice=1.0)])
    assert report.uncontested is not None
    means = [it.prediction["dice"] for it in (report.overall, report.uncontested)]
    assert [it and round(it.mean, 6) for it in means] == [0.6, 0.8]
    assert Report.of("it", [network]).uncontested is None
