"""Panels that show what was measured."""
