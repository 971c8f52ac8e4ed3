"""What networks said of the slices of a review."""

from __future__ import annotations

from brainseg_gui.core.types import Mask
from brainseg_gui.review.kept_predictions import KeptPredictions
from brainseg_gui.review.open_review import OpenReview
from brainseg_gui.review.values.verdict import KeptPrediction, ModelUse


class Predictions(OpenReview):
    """Keeps predictions with the review, and tells which are of the network in use."""

    def keep_prediction(
        self,
        digest: str,
        mask: Mask,
        model: str,
        model_sum: str,
        threshold: float,
        risk: float,
        dice: float | None,
        area: int,
    ) -> None:
        """Keep what a network said; never replaced for the same slice, weights and threshold.

        Written with the next edit or verdict that can depend on it, or many at once.
        """
        use = ModelUse(model, model_sum, threshold)
        self._predicted.keep(KeptPrediction(digest, use, risk, dice, area), mask)

    def adopt_prediction(self, kept: KeptPrediction, shape: tuple[int, int]) -> Mask | None:
        """Take what the review keeps for what the network in use says of a slice.

        Returns
        -------
        (H, W) bool or None
            Its mask; None where it cannot be read.
        """
        return self._predicted.adopt(kept, shape)

    def forget_predictions(self) -> None:
        """Take no prediction for one of the network in use any more: another one was chosen."""
        self._predicted.forget()

    @property
    def kept(self) -> KeptPredictions:
        """Return what networks said of the slices of this review."""
        return self._predicted

    def predictions(self) -> tuple[KeptPrediction, ...]:
        """Return what networks said about the slices of this review, oldest first.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        return self._predicted.all()
