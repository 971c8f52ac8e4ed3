"""The list of slices as widgets."""
