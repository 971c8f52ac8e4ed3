"""What a network's risks are worth, in its card."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.inference.model_card import CARD, JUDGES, ModelCard, read_card
from model_training.bundles.refiner import is_new, refined, refuse_unrefined
from model_training.clicks.opening import ClickNetwork
from model_training.data.sources import Source
from model_training.evaluation.candidate import Candidate, divide
from model_training.evaluation.predict import predictor
from model_training.evaluation.risk_table import Outcomes, describe


def calibrate(
    bundle: Path,
    source: Source,
    networks: Sequence[Candidate],
    correctors: Sequence[ClickNetwork] = (),
) -> ModelCard:
    """Measure networks like that of a bundle on slices that are new to them; write its card.

    The bundle's own network has seen all patients, or those that are left are too few: its
    siblings of a cross-validation stand for it.

    Returns
    -------
    ModelCard
        As it was written.

    Raises
    ------
    BundleError, SliceError, WriteError
    ValueError
        If a network is prepared otherwise than the bundle's, there are too few new patients, or a
        corrector is missing that draws the masks once more.
    """
    card = read_card(bundle)
    refuse_unrefined(card, correctors)
    if not card.refined:
        correctors = ()
    found, done = Outcomes.of(lambda pixels: [], card.threshold, ()), set[str]()
    for network, corrector in product(networks, correctors or (None,)):
        if network.steps != card.preprocessing:
            raise ValueError(f"{network.name} does not see slices as {card.name} does")
        unseen = divide(source, [network])[0]
        entries = [it for it in unseen if it.name not in done and is_new(corrector, it)]
        done |= {entry.name for entry in entries}
        predict = predictor(network.run, network.steps)
        if corrector is not None:
            predict = refined(predict, corrector.corrector, card.threshold)
        found += Outcomes.of(predict, card.threshold, (entry.read() for entry in entries))
    judges = {name: card.risk[name] for name in JUDGES if name in card.risk}
    card = dataclasses.replace(card, risk=describe(found) | judges)
    write_atomically(bundle / CARD, card.to_json().encode())
    return card
