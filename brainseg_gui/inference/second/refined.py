"""Every mask drawn once more, from nearer by: what a whole slice shows of a tumour is coarse."""

from __future__ import annotations

from brainseg_gui.core.types import Pixels, Probability
from brainseg_gui.inference.corrector import Corrector
from brainseg_gui.inference.segmenter import Segmenter


class Refined:
    """A segmenter whose mask a corrector looks at that nobody has clicked at.

    A cascade, as by Isensee et al., "nnU-Net", 2021, doi:10.1038/s41592-020-01008-z: the second
    network sees the tumour in the pixels of the slice, and the mask of the first.

    Parameters
    ----------
    segmenter : Segmenter
    corrector : Corrector
    threshold : float
        Of the segmenter; around its mask the corrector looks.

    Attributes
    ----------
    engine, device : str
        Of the segmenter.
    """

    def __init__(self, segmenter: Segmenter, corrector: Corrector, threshold: float) -> None:
        self._segmenter, self._corrector, self._threshold = segmenter, corrector, threshold
        self.engine, self.device = segmenter.engine, segmenter.device

    def probability(self, pixels: Pixels) -> Probability:
        """Return the (H, W) float32 tumour probability; where there is no mask, the first one."""
        first = self._segmenter.probability(pixels)
        mask = first >= self._threshold
        if not mask.any():
            return first
        return Probability(self._corrector.reconsider(pixels, mask, first))
