"""A training run as one frozen value, saved beside the weights it produces."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brainseg_gui.core.clicks.maps import MAPS
from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.files.atomic import write_atomically
from model_training.augment.settings import AugmentSettings
from model_training.recipes.click_settings import ClickSettings
from model_training.recipes.settings import check_settings, refuse_below

SPLITS = ("patient", "authors", "record")
STATISTICS = ("augmented", "plain")
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
# Weights of the two losses, as recipes named them when there was one loss only.
OLD_WEIGHTS = {"cross_entropy_weight": "cross_entropy", "dice_weight": "dice"}


def _refuse_outside_share(settings: object, *names: str) -> None:
    for name in names:
        if not 0 <= (value := getattr(settings, name)) < 1:
            raise ValueError(f"{name} must be from 0 to below 1, found {value}")


def _refuse_unless_one_of(known: tuple[str, ...], settings: object, name: str) -> None:
    if (value := getattr(settings, name)) not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}; found {value!r}")


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
    augmentation : dict
        What departs from the recipe's in this stage.

    Raises
    ------
    ValueError
        If a number is outside of its range.
    """

    image_size: int
    epochs: int
    learning_rate: float
    final_learning_rate: float = 0.0
    augmentation: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse_below(1, self, "image_size", "epochs")
        refuse_below(0, self, "final_learning_rate")
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
        Histogram views the network sees, see `brainseg_gui.core.image.preprocess`.
    network : str
        A name from `model_training.networks.NETWORKS`.
    feature_maps : int
        Maps at full resolution; doubled at every halving up to `max_feature_maps`.
    depth : int
        Number of halvings.
    dropout : float
        Share of feature maps dropped.
    normalisation, upsampling : str
        See `model_training.networks.NetworkShape`.
    stages : tuple of Stage
    batch_size : int
    loss : str
        A name from `model_training.losses.LOSSES`, or "sum".
    loss_options : dict
        Its parameters where they are not to have their defaults, or the weights of a sum.
    augmentation : dict
        A preset and what departs from it, see `model_training.augment.AugmentSettings`.
    warm_up_epochs : float
        In which the learning rate rises; cut to a tenth of a short stage.
    weight_decay : float
    gradient_norm : float
        Gradients are cut to this norm over all weights; 0 leaves them as they are. Several
        devices under TensorFlow cut each for itself.
    averaging : float
        Momentum of the average over the weights' course; 0 takes the last weights.
    statistics : str
        What batch normalisation expects of its inputs in the end: what it met in training on
        `augmented` slices, or what it meets where some slices of the training side are shown
        `plain`, as those of a prediction are.
    folds : int
        To how many folds the patient groups are assigned.
    split : str
        `patient`, the `authors`' own folds, or `record` (slice by slice, for comparison with
        the literature only).
    held_out_fold : int or None
        The fold that is never trained on and measures the result; None trains on all.
    held_out_share : float
        Of that fold's slices, by whole patients, who stay held out; the others are trained on.
        For the network that is handed out, once the recipe has been measured on whole folds.
    validation_share : float
        Of the training side's slices, by whole patients, on whom the best epoch is chosen.
    validate_every : int
        Epochs between two looks at them.
    early_stopping : int
        Epochs without a better validation Dice after which a stage ends; 0 never.
    threshold : float
        Probability from which a pixel is tumour.
    initial_weights : str or None
        A `.keras` file, a run folder or a bundle to start from, seen from the recipe's folder (of
        a recipe of the package, from where the command is called); the name of a bundle that came
        along; a folder of a cross-validation stands for its network of the same held-out fold; or
        `imagenet`, where there are such weights for the network.
    frozen : tuple of str
        Patterns of layers' names, `*_depth_conv`: their weights stay as they start, and a
        normalisation among them works in training as it does in prediction.
    fit_memory_gb : float or None
        Of memory that the training may take; batches are taken in parts where they must.
    precision : str
        Keras dtype policy of the training; the bundle is always float32 arithmetic.
    seed : int
    attribution, licence : str
        Of the training data; they are shown wherever the weights are.
    clicks : ClickSettings or None
        How a network is trained that corrects masks by clicks; None for one that proposes them.

    Raises
    ------
    ValueError
        If a value makes no sense, alone or beside the others; the sentence names the setting.
    """

    name: str
    channels: tuple[str, ...] = ("equalised", "stretched")
    network: str = "unet"
    feature_maps: int = 16
    max_feature_maps: int = 128
    depth: int = 5
    dropout: float = 0.2
    normalisation: str = "batch"
    upsampling: str = "transposed"
    stages: tuple[Stage, ...] = (Stage(192, 36, 2e-3),)
    batch_size: int = 16
    loss: str = "cross_entropy"
    loss_options: dict[str, Any] = field(default_factory=dict)
    augmentation: dict[str, Any] = field(default_factory=dict)
    warm_up_epochs: float = 2.0
    weight_decay: float = 1e-2
    gradient_norm: float = 1.0
    averaging: float = 0.0
    statistics: str = "augmented"
    folds: int = 8
    split: str = "patient"
    held_out_fold: int | None = 0
    held_out_share: float = 1.0
    validation_share: float = 0.0
    validate_every: int = 1
    early_stopping: int = 0
    threshold: float = 0.5
    initial_weights: str | None = None
    frozen: tuple[str, ...] = ()
    fit_memory_gb: float | None = None
    precision: str = "mixed_bfloat16"
    seed: int = 0
    attribution: str = "not stated"
    licence: str = "not stated"
    clicks: ClickSettings | None = None

    def __post_init__(self) -> None:
        refuse_below(1, self, "feature_maps", "max_feature_maps", "depth", "batch_size", "folds")
        refuse_below(1, self, "validate_every")
        refuse_below(0, self, "early_stopping", "warm_up_epochs", "gradient_norm", "seed")
        refuse_below(0, self, "weight_decay")
        _refuse_outside_share(self, "dropout", "averaging", "validation_share")
        _refuse_unless_one_of(SPLITS, self, "split")
        _refuse_unless_one_of(STATISTICS, self, "statistics")
        _refuse_unless_one_of(PRECISIONS, self, "precision")
        if not self.stages:
            raise ValueError("a recipe needs at least one stage")
        for stage in self.stages:
            if stage.image_size % 2**self.depth:
                raise ValueError(
                    f"image_size {stage.image_size} cannot be halved {self.depth} times"
                )
        self.preprocessing(self.image_size)  # refuses channels it does not know
        for stage in self.stages:
            self.augmentation_in(stage)
        if self.held_out_fold is not None and not 0 <= self.held_out_fold < self.folds:
            raise ValueError(f"held_out_fold {self.held_out_fold} is not one of {self.folds} folds")
        if not 0 < self.held_out_share <= 1:
            raise ValueError(f"held_out_share {self.held_out_share} is not above 0 and up to 1")
        if not 0 < self.threshold < 1:
            raise ValueError(f"threshold {self.threshold} is not between 0 and 1")
        if self.early_stopping and not self.validation_share:
            raise ValueError("early_stopping needs a validation_share to look at")
        if self.fit_memory_gb is not None and self.fit_memory_gb <= 0:
            raise ValueError(f"fit_memory_gb {self.fit_memory_gb} is not above 0")

    @property
    def input_maps(self) -> int:
        """Return the depth of the network's input: its channels, and what it is to correct."""
        return len(self.channels) + (MAPS if self.clicks else 0)

    @property
    def image_size(self) -> int:
        """Return the side of the finished network's input: that of the last stage."""
        return self.stages[-1].image_size

    def preprocessing(self, image_size: int) -> Preprocessing:
        """Return what the network sees of a slice where its input has that side."""
        return Preprocessing(self.channels, image_size)

    def augmentation_in(self, stage: Stage) -> AugmentSettings:
        """Return how slices are varied in a stage; ValueError for a wrong setting."""
        return AugmentSettings.from_dict(self.augmentation | stage.augmentation)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return dataclasses.asdict(self)

    def save(self, path: Path) -> None:
        """Write the recipe as JSON; WriteError if that fails."""
        write_atomically(path, (json.dumps(self.to_dict(), indent=1) + "\n").encode())

    @classmethod
    def load(cls, path: Path) -> Recipe:
        """Read a JSON recipe.

        Raises
        ------
        ValueError
            If it is not JSON, or holds an unknown, missing or wrong setting.
        """
        try:
            values = _with_one_loss(json.loads(path.read_text(encoding="utf-8")))
            check_settings(cls, values)
            for stage in values.get("stages", []):
                check_settings(Stage, stage)
            if "stages" in values:
                values["stages"] = tuple(Stage(**stage) for stage in values["stages"])
            for name in ("channels", "frozen"):
                if name in values:
                    values[name] = tuple(values[name])
            if values.get("clicks") is not None:
                values["clicks"] = _clicks(values["clicks"])
            return cls(**values)
        except (TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"{path.name}: {error}") from error


def refuse_corrector(recipe: Recipe) -> None:
    """Refuse a recipe where a network that proposes masks is needed, by a ValueError."""
    if recipe.clicks:
        raise ValueError(
            f"the recipe {recipe.name} is of a network that corrects masks by clicks: train it by "
            "`train`, a fold at a time, and measure it by `evaluate-clicks`"
        )


def _clicks(values: Any) -> ClickSettings:
    check_settings(ClickSettings, values)
    if "rounds" in values:
        values = values | {"rounds": tuple(values["rounds"])}
    return ClickSettings(**values)


def _with_one_loss(values: Any) -> Any:
    """Turn the two weights of older recipes into the options of their loss."""
    if not isinstance(values, dict) or not values.keys() & OLD_WEIGHTS.keys():
        return values
    if twice := values.keys() & {"loss", "loss_options"}:
        raise ValueError(f"{', '.join(sorted(twice))} leaves no place for {', '.join(OLD_WEIGHTS)}")
    weights = {loss: values.get(name, 1.0) for name, loss in OLD_WEIGHTS.items()}
    rest = {name: value for name, value in values.items() if name not in OLD_WEIGHTS}
    return rest | {"loss": "sum", "loss_options": weights}
