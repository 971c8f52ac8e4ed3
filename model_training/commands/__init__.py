"""One file a command of brainseg-train.

Each has `add_parser` and `run`. What `run` raises on bad input (ValueError, OSError, SliceError,
WriteError, BundleError) `model_training.__main__.main` turns into one sentence.
"""
