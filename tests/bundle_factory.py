"""Small real bundles: a U-Net in miniature whose weights are set so that it finds light, and a
corrector.

Their files lie in tests/small_bundle/ and tests/small_corrector/, so that most tests need no
TensorFlow; where Keras, onnx and tf2onnx are, `python -m tests.bundle_factory` makes them anew.
"""

from __future__ import annotations

import hashlib
import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.inference.model_card import (
    CARD,
    CORRECTOR,
    KERAS_FILE,
    ONNX_FILE,
    ModelCard,
    hash_patient,
)

FILES = Path(__file__).with_name("small_bundle")
CORRECTOR_FILES = Path(__file__).with_name("small_corrector")
SIDE = 64
SALT = "salt"
TRAINED_ON = "100360"


def make_bundle(folder: Path) -> Path:
    """Write model.keras, model.onnx and card.json of a network for SIDE x SIDE inputs."""
    write_card(_copied(FILES, folder))
    return folder


def make_corrector(folder: Path) -> Path:
    """Write a corrector's files and card: to it all that is light is tumour, whatever the mask."""
    steps = Preprocessing(("stretched",), SIDE)
    _copied(CORRECTOR_FILES, folder)
    write_card(folder, kind=CORRECTOR, clicks={"radius": 2.0}, preprocessing=steps)
    return folder


def _copied(files: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in (KERAS_FILE, ONNX_FILE):
        shutil.copy(files / name, folder / name)
    return folder


def _write_networks(model: Any, folder: Path) -> None:
    import keras

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of Keras, TensorFlow and tf2onnx are not ours
        model.save(folder / KERAS_FILE)
        shape = keras.InputSpec(shape=(1, *model.input_shape[1:]), dtype="float32")
        model.export(folder / ONNX_FILE, format="onnx", verbose=False, input_signature=[shape])


def write_card(folder: Path, **changes: Any) -> None:
    """Describe the files that are in `folder`."""
    files = [folder / KERAS_FILE, folder / ONNX_FILE]
    values: dict[str, Any] = {
        "name": folder.name,
        "created": "2025-01-01",
        "architecture": "U-Net, 2 feature maps, depth 1",
        "recipe": {},
        "preprocessing": Preprocessing(("equalised",), SIDE),
        "threshold": 0.5,
        "threshold_note": "set by hand",
        "training_patients": (hash_patient(TRAINED_ON, SALT),),
        "patient_salt": SALT,
        "data": {},
        "accuracy": {},
        "sha256": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
        "sizes": {file.name: file.stat().st_size for file in files},
        "software": {},
        "intended_use": "tests",
    }
    card = ModelCard(**(values | changes))
    (folder / CARD).write_text(card.to_json(), encoding="utf-8")


def _network() -> Any:
    """Return a network with every kind of layer of the real ones: p > 0.5 where it is light."""
    from keras import Input, Model, layers

    image = Input((SIDE, SIDE, 1))
    fine = layers.Conv2D(2, 3, padding="same", use_bias=False, name="blur")(image)
    fine = layers.Activation("relu")(layers.BatchNormalization()(fine))
    coarse = layers.Conv2DTranspose(2, 2, strides=2, name="up")(layers.MaxPooling2D()(fine))
    both = layers.Concatenate()([fine, coarse])
    model = Model(image, layers.Conv2D(1, 1, activation="sigmoid", name="mask")(both))
    model.get_layer("blur").set_weights([np.full((3, 3, 1, 2), 1 / 9, np.float32)])
    model.get_layer("up").set_weights([np.full((2, 2, 2, 2), 0.5, np.float32), np.zeros(2)])
    model.get_layer("mask").set_weights([np.full((1, 1, 4, 1), 15, np.float32), np.array([-50.0])])
    return model


def _correcting() -> Any:
    from keras import Input, Model, layers

    shown = Input((SIDE, SIDE, 5))  # image, mask, probability, clicks inside and outside
    model = Model(shown, layers.Conv2D(1, 1, activation="sigmoid", name="answer")(shown))
    weights = np.array([20, 0, 0, 0, 0], np.float32).reshape(1, 1, 5, 1)
    model.get_layer("answer").set_weights([weights, np.array([-10.0])])
    return model


if __name__ == "__main__":
    _write_networks(_network(), FILES)
    _write_networks(_correcting(), CORRECTOR_FILES)
