"""Hand a network over: model.keras, model.onnx and card.json, checked against each other."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import os
import platform
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.atomic import make_folder
from brainseg_gui.inference.model_card import CARD, KERAS_FILE, ONNX_FILE, ModelCard
from model_training.data.sources import Source
from model_training.data.split import Sides
from model_training.evaluation.postprocess import Choice
from model_training.evaluation.runners import Runner, keras_runner, onnx_runner
from model_training.networks import NETWORKS
from model_training.networks.views import Views
from model_training.recipes.recipe import Recipe
from model_training.runs.origin import Origin

LARGEST_DIFFERENCE = 1e-3  # between the engines' probabilities
INTENDED_USE = (
    "Research use: proposes tumour outlines on contrast-enhanced T1 slices for review by a "
    "clinician. Not a medical device, not for diagnosis."
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
    data = {
        "attribution": recipe.attribution,
        "licence": recipe.licence,
        "sha256": content_fingerprint([file for entry in source for file in entry.files]),
        "slices": len(source),
        "training_slices": len(sides.training),
        "validation_slices": len(sides.validation),
        "held_out_slices": len(sides.held_out),
    }
    if origin.initial_weights:
        data["initial_weights"] = origin.initial_weights
    if not origin.complete:
        data["training_patients_complete"] = False
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
        data=data,
        accuracy={},
        sha256={},
        sizes={},
        software={"python": platform.python_version()}
        | {name: importlib.metadata.version(name) for name in PACKAGES},
        intended_use=INTENDED_USE,
    )


def write_bundle(
    folder: Path,
    model: keras.Model,
    card: ModelCard,
    measure: Callable[[Runner], dict[str, Any]],
    check: Sequence[Slice],
) -> ModelCard:
    """Write a bundle and return its card.

    Parameters
    ----------
    folder : Path
        One that is there stays until the new one is complete and measured, and is then replaced
        file by file, the card last: one cut off at that moment is recognised.
    model : keras.Model
        Float32, one image size, uncompiled.
    card : ModelCard
        From `draft_card`.
    measure : callable
        Returns the card's accuracy, measured with the network as it will be used.
    check : sequence of Slice
        Both engines must give the same mask on each.

    Raises
    ------
    ValueError
        If the engines do not agree.
    """
    make_folder(folder.parent)
    round_weights(model)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as name:
        part = Path(name)
        save_keras(model, part / KERAS_FILE)
        save_onnx(model, part / ONNX_FILE)
        run_onnx = onnx_runner(part / ONNX_FILE)
        saved = keras.models.load_model(part / KERAS_FILE, compile=False)
        inputs = [card.preprocessing.apply(slice_.pixels) for slice_ in check]
        parity = compare_runners(run_onnx, keras_runner(saved), inputs, card.threshold)
        card = dataclasses.replace(
            card,
            accuracy=measure(run_onnx) | {"parity_keras_onnx": parity},
            sha256={name: _sha256(part / name) for name in (KERAS_FILE, ONNX_FILE)},
            sizes={name: (part / name).stat().st_size for name in (KERAS_FILE, ONNX_FILE)},
        )
        (part / CARD).write_text(card.to_json(), encoding="utf-8")
        make_folder(folder)
        for name in (KERAS_FILE, ONNX_FILE, CARD):
            os.replace(part / name, folder / name)
    return card


def round_weights(model: keras.Model) -> None:
    """Round the weights to float16 values, in place, so that a bundle is half as large.

    Arithmetic stays float32. Kernels lose their last digits, which changes a probability by some
    1e-4; both files hold the very same numbers.
    """
    model.set_weights(
        [np.float16(np.clip(w, -65504, 65504)).astype(np.float32) for w in model.get_weights()]
    )


def save_keras(model: keras.Model, path: Path) -> None:
    """Write `model.keras`, compressed: Keras stores its archive as it is.

    LZMA finds that half of each weight's bits are zero (see `round_weights`), which deflate does
    not: a fifth less. Keras reads either.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / KERAS_FILE
        model.save(plain)
        with (
            zipfile.ZipFile(plain) as source,
            zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as target,
        ):
            for name in source.namelist():
                target.writestr(name, source.read(name))


def save_onnx(model: keras.Model, path: Path) -> None:
    """Write `model.onnx` with its large weights as float16, cast back when it is loaded."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / ONNX_FILE
        model.predict_on_batch(np.zeros((1, *model.input_shape[1:]), np.float32))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # Keras asks numpy for np.object
            model.export(plain, format="onnx", verbose=False)
        graph = onnx.load(plain)
    casts = []
    for weights in graph.graph.initializer:
        array = numpy_helper.to_array(weights)
        if array.dtype != np.float32 or array.size < 64 or not _fits_half(array):
            continue
        name = weights.name
        weights.CopyFrom(numpy_helper.from_array(array.astype(np.float16), f"{name}:half"))
        casts.append(helper.make_node("Cast", [f"{name}:half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.graph.node]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
    onnx.checker.check_model(graph)
    path.write_bytes(graph.SerializeToString())


def compare_runners(
    first: Runner, second: Runner, inputs: Sequence[np.ndarray], threshold: float
) -> dict[str, Any]:
    """Return how far two engines are apart.

    Raises
    ------
    ValueError
        If a mask differs by a pixel in 10,000, or an answer is no number.
    """
    largest, flipped, total = 0.0, 0, 0
    for image in inputs:
        a, b = first(image), second(image)
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            raise ValueError("the network's answer is no number: its weights are broken")
        largest = max(largest, float(np.abs(a - b).max()))
        flipped += int(np.count_nonzero((a >= threshold) != (b >= threshold)))
        total += a.size
    if largest > LARGEST_DIFFERENCE or flipped > total / 10_000:
        raise ValueError(
            f"the engines disagree: probabilities by up to {largest:.2g}, "
            f"{flipped} of {total} pixels"
        )
    return {
        "slices": len(inputs),
        "largest_difference": float(f"{largest:.2g}"),
        "pixels_that_differ": flipped,
    }


def content_fingerprint(paths: Sequence[Path]) -> str:
    """Return a SHA-256 over the content of files, whatever they are called."""
    digest = hashlib.sha256()
    for sum_ in sorted(_sha256(path) for path in paths):
        digest.update(sum_.encode())
    return digest.hexdigest()


def describe(card: ModelCard) -> str:
    """Return the measured accuracy as text, without the details that only the card holds."""
    shown = {
        name: {k: v for k, v in value.items() if k != "details"}
        if isinstance(value, dict)
        else value
        for name, value in card.accuracy.items()
    }
    return json.dumps(shown, indent=1, ensure_ascii=False)


def _fits_half(array: np.ndarray) -> bool:
    return bool((array.astype(np.float16).astype(np.float32) == array).all())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
