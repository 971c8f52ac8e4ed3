"""Readers' corrections as slices for training."""
