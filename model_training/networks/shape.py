"""The measures of a network: what every architecture is built from."""

from __future__ import annotations

from dataclasses import dataclass

NORMALISATIONS = ("batch", "instance", "none")
UPSAMPLINGS = ("transposed", "nearest")


@dataclass(frozen=True)
class NetworkShape:
    """What a network is built from, whatever its architecture.

    Attributes
    ----------
    image_size : int
        Side S of the square input in pixels; divisible by 2**depth.
    channels : int
        Number C of histogram views.
    feature_maps : int
        Maps at full resolution; doubled at every halving up to `max_feature_maps`.
    max_feature_maps : int
    depth : int
        Number of halvings on the way down; one more for an image twice as large.
    dropout : float
        Share of whole feature maps dropped during training, where the network says.
    normalisation : str
        "batch", "instance" or "none". Only batch normalisation is fused into the convolutions, so
        that the finished network pays nothing for it.
    upsampling : str
        "transposed" (2x2 convolution, the faster one) or "nearest" (doubled, then convolved).
    outputs : int
        Maps that come out: 1 by a sigmoid, more by a softmax over them.

    Raises
    ------
    ValueError
        If a value makes no network; one sentence says which.

    Examples
    --------
    >>> NetworkShape(256, 2, feature_maps=16, max_feature_maps=100, depth=4).maps
    (16, 32, 64, 100, 100)
    """

    image_size: int
    channels: int
    feature_maps: int = 16
    max_feature_maps: int = 256
    depth: int = 5
    dropout: float = 0.0
    normalisation: str = "batch"
    upsampling: str = "transposed"
    outputs: int = 1

    def __post_init__(self) -> None:
        for name in ("image_size", "channels", "feature_maps", "max_feature_maps", "depth"):
            _refuse_below_one(name, getattr(self, name))
        _refuse_below_one("outputs", self.outputs)
        _refuse_unknown("normalisation", self.normalisation, NORMALISATIONS)
        _refuse_unknown("upsampling", self.upsampling, UPSAMPLINGS)
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be 0 or more and below 1, found {self.dropout}")
        if self.image_size % 2**self.depth:
            raise ValueError(f"image_size {self.image_size} cannot be halved {self.depth} times")
        # The variance of a single pixel is 0: every map would come out as its own constant.
        if self.normalisation == "instance" and self.image_size == 2**self.depth:
            raise ValueError(
                f"image_size {self.image_size} halved {self.depth} times leaves one pixel, which "
                "instance normalisation makes constant; lower depth or choose another normalisation"
            )

    @property
    def maps(self) -> tuple[int, ...]:
        """Return the feature maps at each level, full resolution first, depth + 1 of them."""
        return tuple(
            min(self.feature_maps * 2**level, self.max_feature_maps)
            for level in range(self.depth + 1)
        )


def _refuse_below_one(name: str, value: int) -> None:
    if value < 1:
        raise ValueError(f"{name} must be 1 or more, found {value}")


def _refuse_unknown(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, found {value!r}")
