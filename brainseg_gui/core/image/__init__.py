"""Pixels to pixels: contrast, sizes, orientation, pictures."""
