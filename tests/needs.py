"""What some tests need of the machine they run on."""

from __future__ import annotations

import pytest

from brainseg_gui.extras import is_installed

needs_tensorflow = pytest.mark.skipif(
    not is_installed("tensorflow"), reason="TensorFlow is not installed"
)
