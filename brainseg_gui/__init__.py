"""Review, correct and export brain tumour masks on contrast-enhanced T1 slices."""

__version__ = "0.1.0"
