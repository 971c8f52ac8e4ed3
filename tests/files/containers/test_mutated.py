"""Damaged files of several slices cost a row; thousands of them, see `endurance`."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.reading import Reader
from tests.endurance.mutate_volumes import sources, write_mutated

COUNT = 60


@pytest.mark.parametrize("name", ["zip", "nifti", "dicom", "png", "jpg", "tif"])
def test_a_damaged_file_is_a_slice_or_a_sentence_and_its_reader_lives(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "bad").mkdir()
    files, chance = sources(tmp_path / "good")[name], random.Random(1)
    paths = [write_mutated(tmp_path / "bad", number, files, chance) for number in range(COUNT)]
    reader = Reader(1)
    try:
        listings = list(reader.read_listings(paths[:1]))
        pids = reader.pids
        for path in paths:
            (listing,) = reader.read_listings([path])
            names = () if isinstance(listing, SliceError) else listing.names
            for member in {*names[:1], *names[-1:]}:
                with suppress(SliceError):
                    reader.read_slice(path / member if member else path)
        assert reader.pids == pids
        assert len(listings) == 1
    finally:
        reader.close()
