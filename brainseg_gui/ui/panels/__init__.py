"""The panels beside the slice, one a file."""
