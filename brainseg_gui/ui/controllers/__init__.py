"""Objects between the parts of the window and the review."""
