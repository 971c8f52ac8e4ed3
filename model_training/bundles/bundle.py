"""Write a bundle, complete or not at all: model.keras, model.onnx and card.json."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from brainseg_gui.files.atomic import make_folder
from brainseg_gui.inference.model_card import CARD, KERAS_FILE, ONNX_FILE, ModelCard
from model_training.bundles.card import sha256_of
from model_training.bundles.parity import compare_runners
from model_training.bundles.weights import round_weights, save_keras, save_onnx
from model_training.evaluation.runners import Runner, keras_runner, onnx_runner


def write_bundle(
    folder: Path,
    model: keras.Model,
    card: ModelCard,
    measure: Callable[[Runner], dict[str, Any]],
    inputs: Sequence[np.ndarray],
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
    inputs : sequence of (S, S, C) float32
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
        parity = compare_runners(run_onnx, keras_runner(saved), inputs, card.threshold)
        card = dataclasses.replace(
            card,
            accuracy=measure(run_onnx) | {"parity_keras_onnx": parity},
            sha256={name: sha256_of(part / name) for name in (KERAS_FILE, ONNX_FILE)},
            sizes={name: (part / name).stat().st_size for name in (KERAS_FILE, ONNX_FILE)},
        )
        (part / CARD).write_text(card.to_json(), encoding="utf-8")
        make_folder(folder)
        for name in (KERAS_FILE, ONNX_FILE, CARD):
            os.replace(part / name, folder / name)
    return card
