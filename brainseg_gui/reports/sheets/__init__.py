"""One slice, or some, on paper."""
