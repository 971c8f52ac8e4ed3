"""A training run as one frozen value, saved beside the weights it produces."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brainseg_gui.core.preprocess import Preprocessing

# What JSON may hold for the type of a setting.
KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "str": (str,),
    "tuple[str, ...]": (list,),
    "tuple[Stage, ...]": (list,),
}


def _refuse_below_one(settings: object, *names: str) -> None:
    for name in names:
        if (value := getattr(settings, name)) < 1:
            raise ValueError(f"{name} must be 1 or more, found {value}")


@dataclass(frozen=True)
class Stage:
    """One part of a training: small images first, the full size last.

    Attributes
    ----------
    image_size : int
        Side of the network's square input in pixels.
    epochs : int
    learning_rate : float
        Peak; reached after a short warm-up and left along a cosine.
    final_learning_rate : float
        Where the cosine ends.
    """

    image_size: int
    epochs: int
    learning_rate: float
    final_learning_rate: float = 0.0

    def __post_init__(self) -> None:
        _refuse_below_one(self, "image_size", "epochs")
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate {self.learning_rate} is not above 0")


@dataclass(frozen=True)
class Recipe:
    """Every choice of a training run; an unknown key in a file is an error.

    Attributes
    ----------
    name : str
        Name of the bundle.
    channels : tuple of str
        Histogram views the network sees, see `brainseg_gui.core.preprocess`.
    feature_maps : int
        Maps at full resolution; doubled at every halving up to `max_feature_maps`.
    depth : int
        Number of halvings.
    dropout : float
        Share of feature maps dropped at the bottom.
    stages : tuple of Stage
    batch_size : int
    cross_entropy_weight, dice_weight : float
        The loss is their weighted sum.
    weight_decay : float
    folds, held_out_fold : int
        Patient groups are dealt into `folds`; one is never trained on and measures the result.
    threshold : float
        Fixed beforehand, so that the held-out patients choose nothing.
    precision : str
        Keras dtype policy of the training; the bundle is always float32 arithmetic.
    seed : int
    attribution, licence : str
        Of the training data; they are shown wherever the weights are.
    """

    name: str
    channels: tuple[str, ...] = ("equalised", "stretched")
    feature_maps: int = 16
    max_feature_maps: int = 128
    depth: int = 5
    dropout: float = 0.2
    stages: tuple[Stage, ...] = (Stage(192, 36, 2e-3),)
    batch_size: int = 16
    cross_entropy_weight: float = 1.0
    dice_weight: float = 1.0
    weight_decay: float = 1e-2
    folds: int = 8
    held_out_fold: int = 0
    threshold: float = 0.5
    precision: str = "mixed_bfloat16"
    seed: int = 0
    attribution: str = "not stated"
    licence: str = "not stated"

    def __post_init__(self) -> None:
        _refuse_below_one(self, "feature_maps", "max_feature_maps", "depth", "batch_size")
        for stage in self.stages:
            if stage.image_size % 2**self.depth:
                raise ValueError(
                    f"image_size {stage.image_size} cannot be halved {self.depth} times"
                )
        if not self.stages:
            raise ValueError("a recipe needs at least one stage")
        Preprocessing(self.channels, self.image_size)  # refuses channels it does not know
        if not 0 <= self.held_out_fold < self.folds:
            raise ValueError(f"held_out_fold {self.held_out_fold} is not one of {self.folds} folds")
        if not 0 < self.threshold < 1:
            raise ValueError(f"threshold {self.threshold} is not between 0 and 1")

    @property
    def image_size(self) -> int:
        """Return the side of the finished network's input: that of the last stage."""
        return self.stages[-1].image_size

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return dataclasses.asdict(self)

    def save(self, path: Path) -> None:
        """Write the recipe as JSON."""
        path.write_text(json.dumps(self.to_dict(), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Recipe:
        """Read a JSON recipe.

        Raises
        ------
        ValueError
            If it is not JSON, or holds an unknown, missing or wrong setting.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            _check_settings(cls, values)
            stages = values.get("stages", [])
            for stage in stages:
                _check_settings(Stage, stage)
            if "stages" in values:
                values["stages"] = tuple(Stage(**stage) for stage in stages)
            if "channels" in values:
                values["channels"] = tuple(values["channels"])
            return cls(**values)
        except (TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"{path.name}: {error}") from error


def _check_settings(kind: type, values: Any) -> None:
    """Refuse settings that nobody knows, and those of the wrong type, by their names."""
    if not isinstance(values, dict):
        raise ValueError(f"expected settings in braces, found {values!r}")
    fields = {field.name: str(field.type) for field in dataclasses.fields(kind)}
    if unknown := sorted(values.keys() - fields.keys()):
        raise ValueError(f"unknown setting {', '.join(unknown)}")
    for name, value in values.items():
        wanted = KINDS[fields[name]]
        if not isinstance(value, wanted) or isinstance(value, bool):
            kinds = " or ".join(kind.__name__ for kind in wanted)
            raise ValueError(f"{name} must be {kinds}, found {value!r}")
