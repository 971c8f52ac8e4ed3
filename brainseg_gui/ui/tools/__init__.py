"""What the mouse does to the slice, one tool a file."""
