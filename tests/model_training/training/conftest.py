"""The slices on which small networks are trained here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model_training.run_factory import write_slices


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of twelve slices of six patients."""
    return write_slices(tmp_path_factory.mktemp("slices"))
