"""Simulated slices, for tests and the demo."""
