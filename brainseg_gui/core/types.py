"""Arrays by what they hold, so that a type checker tells a mask from what it lies over.

All are (H, W), row and column, upright as MATLAB shows them.
"""

from __future__ import annotations

from typing import NewType

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
"""True inside."""

Pixels = NDArray[np.float32]
"""Signal in arbitrary units."""

Probability = NewType("Probability", NDArray[np.float32])
"""Of being tumour, in [0, 1]; only an engine, or what reads what one said, makes it."""
