"""Slices for training: found, read, kept, assigned to folds."""
