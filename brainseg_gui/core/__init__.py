"""Values and pure functions: numpy, scipy, scikit-image; no files, no Qt, no globals."""
