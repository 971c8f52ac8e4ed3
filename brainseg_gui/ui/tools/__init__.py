"""What the mouse does to the slice, one tool a file; no Qt, so that a gesture needs no window."""
