"""Whether a probability of 0.7 is right seven times in ten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model_training.evaluation.summary import rounded

BINS = 20


@dataclass(frozen=True, eq=False)
class Calibration:
    """Pixels counted by the probability they were given; counts of several folds can be added.

    Attributes
    ----------
    pixels, positive : (BINS,) int64
        Pixels in each bin of probability, and those of them inside the reference.
    probability : (BINS,) float64
        Sum of the pixels' probabilities.
    squared : float
        Sum of the squared differences between probability and reference.
    """

    pixels: np.ndarray
    positive: np.ndarray
    probability: np.ndarray
    squared: float

    @classmethod
    def nothing(cls) -> Calibration:
        """Return the counts of no pixel."""
        zeros = np.zeros(BINS, np.int64)
        return cls(zeros, zeros, np.zeros(BINS), 0.0)

    @classmethod
    def of(cls, probability: np.ndarray, reference: np.ndarray) -> Calibration:
        """Count one slice: (H, W) probabilities in [0, 1] and the (H, W) bool reference."""
        p, inside = probability.ravel().astype(np.float64), reference.ravel()
        bins = np.minimum((p * BINS).astype(np.int64), BINS - 1)
        return cls(
            np.bincount(bins, minlength=BINS),
            np.bincount(bins[inside], minlength=BINS),
            np.bincount(bins, weights=p, minlength=BINS),
            float(((p - inside) ** 2).sum()),
        )

    def __add__(self, other: Calibration) -> Calibration:
        return Calibration(
            self.pixels + other.pixels,
            self.positive + other.positive,
            self.probability + other.probability,
            self.squared + other.squared,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; nothing is rounded."""
        return {
            "pixels": self.pixels.tolist(),
            "positive": self.positive.tolist(),
            "probability": self.probability.tolist(),
            "squared": self.squared,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Calibration:
        """Return the counts that `to_dict` wrote."""
        return cls(
            np.array(values["pixels"], np.int64),
            np.array(values["positive"], np.int64),
            np.array(values["probability"], np.float64),
            float(values["squared"]),
        )

    def expected_error(self, first_bin: int = 0) -> float:
        """Return the expected calibration error over the bins from `first_bin` on.

        The mean over pixels of |share inside the reference - mean probability| of their bin.

        References
        ----------
        Naeini, Cooper & Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
        binning", AAAI 2015.
        """
        gap = np.abs(self.positive - self.probability)[first_bin:].sum()
        return float(gap / max(self.pixels[first_bin:].sum(), 1))

    @property
    def brier(self) -> float:
        """Return the mean squared difference (Brier, Monthly Weather Review 78, 1950)."""
        return self.squared / max(int(self.pixels.sum()), 1)

    def summary(self, split: str) -> dict[str, Any]:
        """Return what is reported.

        Nearly all pixels are far from any tumour and rightly near 0, so the error over all
        pixels is always small; `ece_above_first_bin` leaves out those below 1 / BINS.
        """
        rows = []
        for number in range(BINS):
            count = int(self.pixels[number])
            rows.append(
                {
                    "from": rounded(number / BINS),
                    "to": rounded((number + 1) / BINS),
                    "pixels": count,
                    "mean_probability": rounded(self.probability[number] / count)
                    if count
                    else None,
                    "share_in_reference": rounded(self.positive[number] / count) if count else None,
                }
            )
        return {
            "split": split,
            "pixels": int(self.pixels.sum()),
            "ece": round(self.expected_error(), 6),
            "ece_above_first_bin": round(self.expected_error(first_bin=1), 6),
            "brier": round(self.brier, 6),
            "bins": rows,
        }
