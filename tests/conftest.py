"""What several rooms of the test suite share."""

from __future__ import annotations

from pathlib import Path

import pytest
from bundle_factory import make_bundle


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small real bundle that finds the lightest area; never to be changed."""
    return make_bundle(tmp_path_factory.mktemp("models") / "small")
