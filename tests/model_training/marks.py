"""Warnings of libraries that a test of networks cannot help."""

from __future__ import annotations

import pytest

KERAS_BEFORE_NUMPY_2 = pytest.mark.filterwarnings(  # of TensorFlow's variables, as NumPy takes them
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)
