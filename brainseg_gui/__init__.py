"""Review, correct and export brain tumour masks on contrast-enhanced T1 slices."""

import os

__version__ = "0.1.0"

# ONNX Runtime reports to its maker unless this is set before it is loaded. Children inherit it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
