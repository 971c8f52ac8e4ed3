"""Masks that were made elsewhere, read for slices that are open."""
