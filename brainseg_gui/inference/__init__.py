"""Networks at work: the model card, the engines and the process that owns them. No Qt."""

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.inference.corrector import Corrector, open_corrector

__all__ = ["Click", "Corrector", "open_corrector"]
