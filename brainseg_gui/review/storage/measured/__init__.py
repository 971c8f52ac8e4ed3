"""Measures, levels and votes as rows."""
