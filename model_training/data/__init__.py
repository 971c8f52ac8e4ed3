"""Slices for training: found, read, kept, dealt into folds."""
