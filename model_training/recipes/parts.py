"""The network and the loss that a recipe names."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

import keras

from model_training import networks
from model_training.losses import make_loss
from model_training.losses.click import ClickLoss
from model_training.networks import NETWORKS, NetworkShape, build_network
from model_training.recipes.recipe import Recipe


def shape_of(recipe: Recipe, image_size: int, *, dropout: bool = True) -> NetworkShape:
    """Return the measures of the recipe's network; ValueError if they make no network."""
    return NetworkShape(
        image_size,
        recipe.input_maps,
        feature_maps=recipe.feature_maps,
        max_feature_maps=recipe.max_feature_maps,
        depth=recipe.depth,
        dropout=recipe.dropout if dropout else 0.0,
        normalisation=recipe.normalisation,
        upsampling=recipe.upsampling,
    )


def build(recipe: Recipe, image_size: int, *, dropout: bool = True) -> keras.Model:
    """Return the recipe's untrained network for one image size.

    Without `dropout` it has the same weights, and is what is measured and kept.

    Raises
    ------
    ValueError
        If nobody knows the network, or it cannot have that size.
    """
    return build_network(recipe.network, shape_of(recipe, image_size, dropout=dropout))


def freeze(model: keras.Model, patterns: Sequence[str]) -> None:
    """Keep the layers whose names meet a pattern from being trained, in place.

    Raises
    ------
    ValueError
        If a pattern meets no layer that has weights.
    """
    layers = [layer for layer in model.layers if layer.weights]
    for pattern in patterns:
        met = [layer for layer in layers if fnmatchcase(layer.name, pattern)]
        if not met:
            raise ValueError(f"frozen: no layer with weights is called {pattern}")
        for layer in met:
            layer.trainable = False


def finished_form(recipe: Recipe, trained: keras.Model) -> keras.Model:
    """Return the same function in float32, without what only the training needs.

    Raises
    ------
    ValueError
        If `trained` is not the recipe's network.
    """
    shape = shape_of(recipe, recipe.image_size, dropout=False)
    return networks.finished_form(recipe.network, shape, trained)


def loss_of(recipe: Recipe) -> keras.losses.Loss:
    """Return the recipe's loss; ValueError if it cannot be made."""
    return ClickLoss() if recipe.clicks else make_loss(recipe.loss, recipe.loss_options)


def check_parts(recipe: Recipe) -> None:
    """Refuse a recipe whose network or loss cannot be made.

    Raises
    ------
    ValueError
        If nobody knows the network or the loss, they do not take what the recipe says of them, or
        no layer is called as what is to be frozen.
    """
    if recipe.network not in NETWORKS:
        raise ValueError(f"network must be one of {', '.join(NETWORKS)}, found {recipe.network!r}")
    for stage in recipe.stages:
        shape_of(recipe, stage.image_size)
    freeze(build(recipe, recipe.image_size), recipe.frozen)
    loss_of(recipe)
