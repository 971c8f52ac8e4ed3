"""Weights and card, made and checked."""
