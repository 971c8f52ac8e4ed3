"""Give the ONNX network of a bundle a switch by which it answers with one of its views."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import CARD, ONNX_FILE, read_card

SWITCH = "one_view"
EVERY, ALONE = "every_view", "view_alone"  # the answers between which it chooses


def offer_view(bundle: Path, tensor: str) -> None:
    """Let a bundle answer with an inner tensor of `model.onnx` too; its card gets the new sum.

    Raises
    ------
    BundleError, EngineError, WriteError
    ValueError
        If no step makes that tensor, it is the answer already, or a switch leads to another one.
    """
    load_segmenter(bundle, engine="onnxruntime", device="cpu")  # or its file is not the card's
    card, content = read_card(bundle), (bundle / ONNX_FILE).read_bytes()
    model = onnx.load_from_string(content)
    if offered := _offered(model.graph):
        if offered != tensor:
            raise ValueError(f"the network {card.name} offers the view {offered} already")
        return
    _put_switch(model.graph, tensor)
    onnx.checker.check_model(model)
    switched = model.SerializeToString()
    if not np.array_equal(_answer(content), _answer(switched)):
        raise ValueError(f"the network {card.name} would answer otherwise with a switch in it")
    card = replace(
        card,
        sha256=card.sha256 | {ONNX_FILE: hashlib.sha256(switched).hexdigest()},
        sizes=card.sizes | {ONNX_FILE: len(switched)},
    )
    write_atomically(bundle / ONNX_FILE, switched)
    write_atomically(bundle / CARD, card.to_json().encode())


def _offered(graph: GraphProto) -> str:
    """Return the view to which a switch leads; nothing where there is no switch."""
    for node in graph.node:
        if node.op_type == "If" and list(node.input) == [SWITCH]:
            branch = {it.name: it.g for it in node.attribute}["then_branch"]
            return str(branch.node[0].input[0])
    return ""


def _put_switch(graph: GraphProto, tensor: str) -> None:
    """Move what the view does not need into the branch for all views."""
    needed, alone = {tensor}, list[NodeProto]()
    for node in reversed(graph.node):  # what a step needs was made before it
        if needed & set(node.output):
            alone.insert(0, node)
            needed |= set(node.input)
    answer = graph.output[0].name
    if not alone or answer in needed:
        raise ValueError(f"no step before the last one makes {tensor}")
    rest = [_renamed(node, answer) for node in graph.node if not needed & set(node.output)]
    choice = helper.make_node(
        "If",
        [SWITCH],
        [answer],
        then_branch=_branch([helper.make_node("Identity", [tensor], [ALONE])], ALONE),
        else_branch=_branch(rest, EVERY),
    )
    del graph.node[:], graph.value_info[:]
    graph.node.extend([*alone, choice])
    graph.initializer.append(numpy_helper.from_array(np.array(False), SWITCH))


def _renamed(node: NodeProto, answer: str) -> NodeProto:
    node.output[:] = [EVERY if name == answer else name for name in node.output]
    return node


def _branch(nodes: Iterable[NodeProto], answer: str) -> GraphProto:
    output = helper.make_tensor_value_info(answer, TensorProto.FLOAT, None)
    return helper.make_graph(list(nodes), answer, [], [output])


def _answer(content: bytes) -> np.ndarray:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    pixels = np.random.default_rng(0).random((1, *given.shape[1:]), np.float32)
    return np.asarray(session.run(None, {given.name: pixels})[0])
