"""Headless commands."""
