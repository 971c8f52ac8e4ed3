"""The cohort in a window of its own."""
