"""Names by a pattern: what it is made of, and what it never makes."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.review.handover.names import AS_THEY_ARE
from brainseg_gui.review.handover.naming import named
from brainseg_gui.review.handover.pattern import Pattern, PatternError

VALUES = {"patient": "P/1", "tumour": "glioma", "verdict": "accepted", "reader": "Ada L", "z": ""}


def name(pattern: str, stem: str = "a/7", **values: str) -> str:
    return Pattern(pattern).name(PurePosixPath(stem), VALUES | values).as_posix()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{stem}_mask", "a/7_mask"),
        ("{stem}_{reader}_mask", "a/7_Ada L_mask"),
        ("{patient}/{tumour}-{stem}", "a/P_1/glioma-7"),
        ("{stem}_{z}_mask", "a/7_mask"),
        ("{z}{stem}", "a/7"),
        ("{{{stem}}}", "a/{7}"),
    ],
)
def test_fields_stand_for_what_is_known_of_a_mask(pattern: str, expected: str) -> None:
    assert name(pattern) == expected


def test_a_patient_and_a_type_that_nobody_knows_are_called_unknown() -> None:
    assert name("{patient}-{tumour}-{stem}", patient="", tumour="") == "a/unknown-unknown-7"


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("{name}", "There is no field {name}; there are {stem}, {patient}"),
        ("mask", "needs {stem}"),
        ("{stem", "A brace is not closed"),
        ("{stem!r}", "A field is a word in braces"),
        ("../{stem}", "must not lead out"),
        ("/{stem}", "must not lead out"),
    ],
)
def test_a_pattern_that_makes_no_names_is_refused_in_a_sentence(
    pattern: str, sentence: str
) -> None:
    with pytest.raises(PatternError, match=sentence.replace("{", r"\{")):
        Pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{stem}_mask", "a/brain_z0042_mask"),
        ("{stem}-{z}", "a/brain-z0042"),
        ("{stem}_{reader}", "a/brain_z0042_Ada"),
    ],
)
def test_a_slice_of_a_volume_is_called_by_the_volume_and_its_place(
    pattern: str, expected: str
) -> None:
    found = named(Pattern(pattern), "a/brain.nii.gz/z0042", {"reader": "Ada"}, AS_THEY_ARE)
    assert found.as_posix() == expected


texts = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(["..", "/", ".", "CON"])


@given(texts, texts)
def test_whatever_a_field_holds_no_name_leads_out_or_is_one_that_a_disk_refuses(
    patient: str, reader: str
) -> None:
    found = PurePosixPath(name("{patient}/{reader}/{stem}", "7", patient=patient, reader=reader))
    assert len(found.parts) == 3
    assert not {"..", ".", "/"} & set(found.parts)
    assert not set('<>:"|?*\\') & set(str(found))
