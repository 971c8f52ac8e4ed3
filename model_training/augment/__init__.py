"""Slices varied for the training: geometry, pasted tumours, intensity."""

from model_training.augment.pipeline import augment
from model_training.augment.settings import PRESETS, AugmentSettings

__all__ = ["PRESETS", "AugmentSettings", "augment"]
