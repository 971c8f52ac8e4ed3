"""The mark at every Dice of a patient that the network was trained on."""

from __future__ import annotations

SEEN = "(seen)"
SEEN_MEANS = "The network was trained on this patient: its Dice here is no measure of accuracy."
