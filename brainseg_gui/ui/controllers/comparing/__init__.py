"""Comparing two masks: which two, their difference piece by piece, and the ways to look at both."""
