"""Moves weights between the ONNX file and the torch module, and adds classes to the head."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper

from ocr_tasks.engines.onnx_weights import CHARACTERS
from ocr_tasks.training.network import Recognizer

Array = npt.NDArray[np.float32]


def characters(model: onnx.ModelProto) -> list[str]:
    """Return the characters of classes 1 to n; the blank (0) and the space (n + 1) are not among them."""
    for entry in model.metadata_props:
        if entry.key == CHARACTERS:
            return str(entry.value).split("\n")
    raise ValueError(f"the ONNX file has no {CHARACTERS!r} in its metadata: is it a PP-OCR recogniser?")


def metadata(model: onnx.ModelProto) -> dict[str, str]:
    """Return what an ONNX file says of itself beside its characters."""
    return {str(entry.key): str(entry.value) for entry in model.metadata_props if entry.key != CHARACTERS}


def load(path: Path, added: dict[str, str]) -> tuple[Recognizer, list[str]]:
    """Return the network with the weights of an ONNX file, and its characters followed by the added ones.

    `added` maps each new character to the one whose weights it starts from. Characters that the file has already are
    left as they are. Raises ValueError where the file does not fit the network.
    """
    model = onnx.load(path)
    known = characters(model)
    network = Recognizer(len(known) + 2)
    names = _weight_names(model)
    arrays = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    slots = list(network.in_file_order())
    if len(slots) != len(names):
        raise ValueError(f"{path.name} holds {len(names)} weights, the network {len(slots)}")
    with torch.no_grad():
        for (slot, tensor), name in zip(slots, names, strict=True):
            tensor.copy_(torch.tensor(_to_torch(slot, arrays[name], tuple(tensor.shape))))
    new = [c for c in added if c not in set(known)]
    _grow(network, known, {c: added[c] for c in new})
    return network, known + new


def save(network: Recognizer, names: Sequence[str], base: Path, out: Path, metadata: dict[str, str]) -> None:
    """Write the ONNX file `base` to `out` with the network's weights and the characters `names`.

    Weights are stored as float16 and cast to float32 when the file is loaded: half the size, the same arithmetic.
    """
    model = onnx.load(base)
    state = dict(zip(_weight_names(model), network.in_file_order(), strict=True))
    casts = []
    for initializer in model.graph.initializer:
        if initializer.name not in state:
            continue
        slot, tensor = state[initializer.name]
        array = _to_onnx(slot, tensor.detach().numpy(), list(initializer.dims))
        if array.size < 1000 or slot.endswith(("running_mean", "running_var")):
            initializer.CopyFrom(numpy_helper.from_array(array, initializer.name))
            continue
        stored = f"{initializer.name}.f16"
        casts.append(onnx.helper.make_node("Cast", [stored], [initializer.name], to=onnx.TensorProto.FLOAT))
        initializer.CopyFrom(numpy_helper.from_array(array.astype(np.float16), stored))
    for node in reversed(casts):
        model.graph.node.insert(0, node)
    del model.graph.value_info[:]  # shapes of the stock file's intermediate results, with its number of classes
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(names) + 2
    onnx.helper.set_model_props(model, {CHARACTERS: "\n".join(names), **metadata})
    onnx.checker.check_model(model)
    onnx.save(model, out)


def _weight_names(model: onnx.ModelProto) -> list[str]:
    return [i.name for i in model.graph.initializer if len(i.dims) > 1 or (i.dims and i.dims[0] > 10)]


def _to_torch(slot: str, array: Array, shape: tuple[int, ...]) -> Array:
    linear = slot.endswith(".weight") and len(shape) == 2
    fitted = array.T if linear else array.reshape(shape) if array.size == int(np.prod(shape)) else array
    if fitted.shape != shape:
        raise ValueError(f"{slot} is {shape}, the file has {array.shape}")
    return np.ascontiguousarray(fitted)


def _to_onnx(slot: str, array: Array, dims: list[int]) -> Array:
    if slot.startswith("head."):
        return np.ascontiguousarray(array.T)
    return np.ascontiguousarray(array.T) if array.ndim == 2 else array.reshape(dims)


def _grow(network: Recognizer, known: Sequence[str], added: dict[str, str]) -> None:
    """Insert a class for each added character between the last known one and the space."""
    if not added:
        return
    rows = {c: i + 1 for i, c in enumerate(known)}
    like = torch.tensor([rows[look] for look in added.values()])
    old = network.head
    head = torch.nn.Linear(old.in_features, old.out_features + len(added))
    with torch.no_grad():
        # A little below its look-alike, so that the stock reading stands until training says otherwise.
        head.weight.copy_(torch.cat((old.weight[:-1], old.weight[like], old.weight[-1:])))
        head.bias.copy_(torch.cat((old.bias[:-1], old.bias[like] - 1.0, old.bias[-1:])))
    network.head = head
