"""Losses for one foreground class; targets and probabilities are (N, S, S, 1) in [0, 1]."""

from model_training.losses.boundary import Boundary, signed_distance
from model_training.losses.overlap import Dice, FocalTversky, LogDice, Tversky
from model_training.losses.pixelwise import CrossEntropy, Focal
from model_training.losses.registry import LOSSES, CrossEntropyAndDice, WeightedSum, make_loss

__all__ = [
    "LOSSES",
    "Boundary",
    "CrossEntropy",
    "CrossEntropyAndDice",
    "Dice",
    "Focal",
    "FocalTversky",
    "LogDice",
    "Tversky",
    "WeightedSum",
    "make_loss",
    "signed_distance",
]
