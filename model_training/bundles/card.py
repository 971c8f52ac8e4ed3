"""The card of a bundle: what its network is, whom it has seen, and how well it does."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from brainseg_gui.inference.model_card import CORRECTOR, SEGMENTER, ModelCard
from model_training.data.sources import Source
from model_training.data.split import Sides
from model_training.evaluation.postprocess import Choice
from model_training.networks.registry import NETWORKS
from model_training.networks.views import Views
from model_training.recipes.recipe import Recipe
from model_training.runs.origin import Origin

INTENDED_USE = (
    "Research use: proposes tumour outlines on contrast-enhanced T1 slices for review by a "
    "clinician. Not a medical device, not for diagnosis."
)
CORRECTING = (
    "Research use: corrects tumour outlines on contrast-enhanced T1 slices where a clinician "
    "clicks. Not a medical device, not for diagnosis."
)
PACKAGES = ("keras", "tensorflow", "numpy", "scikit-image", "onnx", "tf2onnx", "onnxruntime")


def draft_card(
    recipe: Recipe, source: Source, sides: Sides, choice: Choice, origin: Origin, views: Views
) -> ModelCard:
    """Return a card in which sums and accuracy are still to be filled in.

    Parameters
    ----------
    recipe : Recipe
    source : Source
        The whole data set, for its fingerprint.
    sides : Sides
        Who was trained on, and on whom anything was chosen: neither is new to the network, and
        both enter the card as salted hashes.
    choice : Choice
        The threshold, and how it came about.
    origin : Origin
        Whose weights the training started from. Whom they had seen is not new to the network
        either.
    views : Views
        Over which the network answers with its mean.
    """
    architecture = (
        f"{NETWORKS[recipe.network].title}, {recipe.feature_maps} feature maps doubling to "
        f"{recipe.max_feature_maps}, depth {recipe.depth}{f'; {views}' if len(views) > 1 else ''}"
    )
    return ModelCard(
        name=recipe.name,
        created=date.today().isoformat(),
        architecture=architecture,
        recipe=recipe.to_dict(),
        preprocessing=recipe.preprocessing(views.input_size),
        threshold=choice.settings.threshold,
        threshold_note=choice.note,
        training_patients=origin.with_those(sides.training.patients + sides.validation.patients),
        patient_salt=origin.patient_salt,
        data=_data(recipe, source, sides, origin),
        accuracy={},
        sha256={},
        sizes={},
        software={"python": platform.python_version()}
        | {name: importlib.metadata.version(name) for name in PACKAGES},
        intended_use=CORRECTING if recipe.clicks else INTENDED_USE,
        kind=CORRECTOR if recipe.clicks else SEGMENTER,
        clicks={"radius": recipe.clicks.radius} if recipe.clicks else {},
    )


def _data(recipe: Recipe, source: Source, sides: Sides, origin: Origin) -> dict[str, Any]:
    """Return what a card says of the slices that went in."""
    data: dict[str, Any] = {
        "attribution": recipe.attribution,
        "licence": recipe.licence,
        "sha256": content_fingerprint(
            [file for entry in source for file in entry.files],
            [it.sum for it in source.revised],
        ),
        "slices": len(source),
        "training_slices": len(sides.training),
        "validation_slices": len(sides.validation),
        "held_out_slices": len(sides.held_out),
    }
    if reviewed := _reviewed(source, sides):
        data["reviews"] = reviewed
    if origin.initial_weights:
        data["initial_weights"] = origin.initial_weights
    if not origin.complete:
        data["training_patients_complete"] = False
    return data


def _reviewed(source: Source, sides: Sides) -> dict[str, int]:
    """Return how many slices have the mask of a reader, and where they stand; nothing for none.

    Counts alone: who read them is nobody's business who is handed the network.
    """
    revised = source.revised
    if not revised:
        return {}
    return {
        "files": len({it.review for it in revised}),
        "slices": len(revised),
        "corrected": sum(it.verdict == "corrected" for it in revised),
        "accepted": sum(it.verdict == "accepted" for it in revised),
        "training_slices": len(sides.training.revised),
        "validation_slices": len(sides.validation.revised),
        "held_out_slices": len(sides.held_out.revised),
    }


def content_fingerprint(paths: Sequence[Path], masks: Sequence[str] = ()) -> str:
    """Return a SHA-256 over the content of files by any name, and over the sums of masks.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    digest = hashlib.sha256()
    for sum_ in sorted([*(sha256_of(path) for path in paths), *masks]):
        digest.update(sum_.encode())
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content; OSError where it cannot be read."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def describe(card: ModelCard) -> str:
    """Return the measured accuracy as text, without the details that only the card holds."""
    shown = {
        name: {k: v for k, v in value.items() if k != "details"}
        if isinstance(value, dict)
        else value
        for name, value in card.accuracy.items()
    }
    return json.dumps(shown, indent=1, ensure_ascii=False)
