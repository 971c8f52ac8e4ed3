"""Clicks that correct a mask: who clicks where, what a network sees of it, what is written."""
