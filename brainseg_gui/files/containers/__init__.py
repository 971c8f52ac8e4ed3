"""Files that hold several slices: one file each, one row each in `formats.py`."""
