"""How well a network does on patients it was not trained on."""

from model_training.evaluation.measure import measure_slices
from model_training.evaluation.summary import bootstrap_interval, summarise
from model_training.training.monitor import dice_of_stack, mean_dice, probabilities

__all__ = [
    "bootstrap_interval",
    "dice_of_stack",
    "mean_dice",
    "measure_slices",
    "probabilities",
    "summarise",
]
