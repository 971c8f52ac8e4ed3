"""Talk to a corrector that lives in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.types import Mask, Pixels, Probability
from brainseg_gui.inference.bundles import default_corrector
from brainseg_gui.inference.corrector_request import check_request, check_slice
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.model_card import CORRECTOR


class CorrectorClient(EngineClient):
    """A corrector whose network lives in a child process, started and replaced as a segmenter's.

    Parameters
    ----------
    bundle : Path, optional
        The one that came along where None.
    on_restart : callable, optional
        Called with one sentence, by the asking thread, when a process that died is replaced.
    polite : bool
        As for `Child`.

    Raises
    ------
    BundleError
        If None is given and none came along.
    """

    kind = CORRECTOR

    def __init__(
        self,
        bundle: Path | None = None,
        on_restart: Callable[[str], None] | None = None,
        *,
        polite: bool = False,
    ) -> None:
        chosen = bundle or default_corrector()
        super().__init__(chosen, "onnxruntime", "cpu", on_restart, polite=polite)

    def correct(
        self,
        pixels: Pixels,
        mask: Mask,
        clicks: Sequence[Click],
        probability: Probability | NDArray[np.float32] | None = None,
    ) -> Mask:
        """Return a mask as the last click asks for it, see `Corrector.correct`.

        Raises
        ------
        ValueError
            As `Corrector.correct`; the process is not asked.
        EngineDied, EngineStopped, EngineError, BundleError
            As `EngineClient.probability`.
        """
        checked, start, seen = check_request(pixels, mask, clicks, probability)
        return self._ask(lambda child: child.correct(checked, start, clicks, seen))

    def reconsider(
        self,
        pixels: Pixels,
        mask: Mask,
        probability: Probability | NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """Return what the network makes of a mask by itself, see `Corrector.reconsider`.

        Raises
        ------
        ValueError, EngineDied, EngineStopped, EngineError, BundleError
            As `correct`.
        """
        checked, start, seen = check_slice(pixels, mask, probability)
        return self._ask(lambda child: child.reconsider(checked, start, seen))
