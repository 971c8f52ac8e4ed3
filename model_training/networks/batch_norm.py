"""Batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167) in one kernel where there is one."""

from __future__ import annotations

from typing import Any

import keras

Tensor = Any
BACKEND = keras.backend.backend()


@keras.saving.register_keras_serializable(package="brainseg")
class BatchNormalisation(keras.layers.BatchNormalization):
    """Keras' layer, with the fused kernel of TensorFlow or PyTorch where images are trained on.

    Keras writes the normalisation out in a dozen steps, each of which reads and writes all maps.
    The kernel needs few of them, forwards and backwards: a fifth of a training step of an
    EfficientNet U-Net on a CPU. Under JAX, in prediction, and frozen, it is Keras' layer unchanged.
    """

    def call(self, inputs: Tensor, training: bool | None = None, mask: Tensor = None) -> Tensor:
        """Return the normalised maps; in training, by the batch, whose moments are remembered."""
        measured = training and self.trainable and self.scale and self.center
        images = len(inputs.shape) == 4 and self.axis in (-1, 3) and mask is None
        fused = {"tensorflow": self._by_tensorflow, "torch": self._by_torch}.get(BACKEND)
        if not (measured and images and fused):
            return super().call(inputs, training=training, mask=mask)
        return fused(inputs)

    def _by_torch(self, inputs: Tensor) -> Tensor:
        import torch

        normalised, mean, inverse, *_ = torch.native_batch_norm(
            inputs.permute(0, 3, 1, 2),
            self.gamma.value.float(),
            self.beta.value.float(),
            running_mean=None,
            running_var=None,
            training=True,
            momentum=0.0,
            eps=self.epsilon,
        )
        with torch.no_grad():
            # The kernel remembers 1 / sqrt(variance + epsilon).
            mean, variance = mean.float(), inverse.float().pow(-2) - self.epsilon
            for average, found in ((self.moving_mean, mean), (self.moving_variance, variance)):
                average.value.lerp_(found, 1 - self.momentum)
        return normalised.permute(0, 2, 3, 1)

    def _by_tensorflow(self, inputs: Tensor) -> Tensor:
        import tensorflow as tf

        normalised, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=tf.cast(self.gamma.value, tf.float32),
            offset=tf.cast(self.beta.value, tf.float32),
            mean=tf.zeros([0]),
            variance=tf.zeros([0]),
            epsilon=self.epsilon,
            is_training=True,
        )
        # The kernel's variance is of N - 1, Keras' of N, and N is small in the deepest maps.
        count = tf.cast(tf.reduce_prod(tf.shape(inputs)[:3]), tf.float32)
        variance = variance * ((count - 1) / count)
        for average, found in ((self.moving_mean, mean), (self.moving_variance, variance)):
            average.assign(average * self.momentum + found * (1 - self.momentum))
        return normalised
