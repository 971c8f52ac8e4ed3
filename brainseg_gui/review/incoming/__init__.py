"""Masks that were made elsewhere, on their way into a review."""
