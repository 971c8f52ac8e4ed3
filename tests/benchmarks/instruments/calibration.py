"""What the machine could do: the rate of a plain convolution, and the work in a network."""

from __future__ import annotations

import math
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui.inference.cores import physical_cores

MAPS, SIDE, LAYERS = 64, 128, 4


class ConvolutionRate:
    """Times convolutions of a U-Net's shape: 3 x 3, 64 to 64 maps of 128 x 128.

    A matrix product is no stand-in: its libraries reach half the rate of a convolution on some
    processors. Several layers, because a single one would mostly bring its data in and out.

    Attributes
    ----------
    seconds_per_gflop : list of float
        Of every run.
    """

    def __init__(self) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = physical_cores()
        # Threads that spin after a run would slow down whatever is measured next.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            _convolutions(), options, providers=["CPUExecutionProvider"]
        )
        self._input = np.ones((1, MAPS, SIDE, SIDE), np.float32)
        self._work = LAYERS * 2 * 9 * MAPS * MAPS * SIDE * SIDE / 1e9
        self.seconds_per_gflop: list[float] = []

    def run(self) -> None:
        """Measure once."""
        start = time.perf_counter()
        self._session.run(None, {"input": self._input})
        self.seconds_per_gflop.append((time.perf_counter() - start) / self._work)


def network_gflop(path: Path) -> float:
    """Return the GFLOP of all convolutions of an ONNX network, for one input of its own size."""
    import onnx

    graph = onnx.shape_inference.infer_shapes(onnx.load(path)).graph
    values = (*graph.input, *graph.value_info, *graph.output)
    shapes = {value.name: _shape(value) for value in values}
    shapes |= {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    total = 0
    for node in graph.node:
        # Every pixel that goes out of a convolution met one kernel; of a transposed one, every
        # pixel that goes in.
        pixels = {"Conv": node.output[0], "ConvTranspose": node.input[0]}.get(node.op_type)
        if pixels is not None:
            total += math.prod(shapes[pixels][2:]) * math.prod(shapes[node.input[1]])
    return 2 * total / 1e9


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(side.dim_value for side in value.type.tensor_type.shape.dim)


def _convolutions() -> bytes:
    from onnx import TensorProto, helper, numpy_helper

    shape = [1, MAPS, SIDE, SIDE]
    kernel = np.full((MAPS, MAPS, 3, 3), 1 / (9 * MAPS), np.float32)
    names = ["input", *(f"layer{number}" for number in range(1, LAYERS)), "output"]
    nodes = [
        helper.make_node("Conv", [before, "kernel"], [after], pads=[1, 1, 1, 1])
        for before, after in pairwise(names)
    ]
    graph = helper.make_graph(
        nodes,
        "calibration",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(kernel, "kernel")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content
