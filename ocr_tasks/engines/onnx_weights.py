"""Gives a torch model the weights of an ONNX file of the same network, so that one file serves both runtimes.

An ONNX file lists its weights in the order in which they are used, under names of its exporter's. The model is run once
on a sample to learn the order in which its layers are used. Where the exporter folded a batch normalisation into the
convolution before it, the layer becomes one that only adds the folded bias.
"""

import importlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ocr_tasks.engines.weights import Weights, find
from ocr_tasks.errors import DeviceUnavailable, WeightsError

CHARACTERS = "character"
"""Name of the metadata entry that lists a recogniser's classes, one a line, without the blank and the space."""
SMALLEST = 11
"""A vector of fewer numbers is a constant of the graph (axes, shapes), no weight."""

Array = npt.NDArray[np.float32]


class OnnxWeights(NamedTuple):
    """The arrays of an ONNX file in its order, and its metadata."""

    name: str
    arrays: Sequence[Array]
    metadata: dict[str, str]


def read_onnx(weights: Weights) -> OnnxWeights:
    """Return what the file of WEIGHTS holds; WeightsError if it is damaged, DeviceUnavailable without `onnx`."""
    path = find(weights)
    try:
        onnx: Any = importlib.import_module("onnx")
        numpy_helper: Any = importlib.import_module("onnx.numpy_helper")
    except ImportError as error:
        raise DeviceUnavailable(
            f"onnx cannot be imported ({error}): install the extra gpu, or choose the engine ppocr-onnx"
        ) from error
    try:
        model = onnx.load(path)
        arrays = [np.asarray(numpy_helper.to_array(one)) for one in model.graph.initializer]
    except Exception as error:  # protobuf's errors differ from version to version
        raise WeightsError(f"weights {path} cannot be loaded: {error}") from error
    kept = [array.astype(np.float32) for array in arrays if array.ndim > 1 or array.size >= SMALLEST]
    return OnnxWeights(weights.name, kept, {entry.key: entry.value for entry in model.metadata_props})


def fill_from_onnx(torch: Any, model: Any, weights: OnnxWeights, sample: Array, backwards: Sequence[str] = ()) -> Any:
    """Return MODEL with WEIGHTS; WeightsError if they are those of another model.

    SAMPLE: an input of the model's. BACKWARDS names lists of branches that the file has from the last to the first.
    """
    layers = [layer for _, layer in in_file_order(layers_in_use(torch, model, sample), backwards)]
    waiting = list(reversed(weights.arrays))

    def take(target: Any, *, transposed: bool = False) -> None:
        array = waiting.pop() if waiting else np.zeros(0, np.float32)
        fitted = array.T if transposed else array.reshape(target.shape) if array.size == target.numel() else array
        if fitted.shape != tuple(target.shape):
            raise WeightsError(
                f"weights {weights.name} are those of another model: {array.shape} where {tuple(target.shape)} is due"
            )
        target.copy_(torch.from_numpy(np.ascontiguousarray(fitted)))

    with torch.no_grad():
        for layer, after in zip(layers, [*layers[1:], None], strict=True):
            if isinstance(layer, torch.nn.BatchNorm2d):
                if waiting and waiting[-1].ndim > 1:  # a bias as convolutions have it: folded
                    _only_add(layer)
                    take(layer.bias)
                else:
                    for target in (layer.weight, layer.bias, layer.running_mean, layer.running_var):
                        take(target)
                continue
            take(layer.weight, transposed=isinstance(layer, torch.nn.Linear))
            if layer.bias is None:
                continue
            if isinstance(after, torch.nn.BatchNorm2d):
                layer.bias.zero_()
            else:
                take(layer.bias)
    if waiting:
        raise WeightsError(f"weights {weights.name} are those of another model: {len(waiting)} arrays are left over")
    return model


def layers_in_use(torch: Any, model: Any, sample: Array) -> list[tuple[str, Any]]:
    """Return MODEL's layers that have weights, by name, in the order in which they are used on SAMPLE."""
    used: list[tuple[str, Any]] = []
    hooks = [
        layer.register_forward_hook(lambda layer, *_, name=name: used.append((name, layer)))
        for name, layer in model.named_modules()
        if next(layer.parameters(recurse=False), None) is not None
    ]
    try:
        with torch.inference_mode():
            model.eval()(torch.from_numpy(sample))
    finally:
        for hook in hooks:
            hook.remove()
    return used


def in_file_order(layers: Sequence[tuple[str, Any]], backwards: Sequence[str]) -> list[tuple[str, Any]]:
    """Return LAYERS with the branches of each list that BACKWARDS names from the last to the first."""
    ordered = list(layers)
    for parent in backwards:
        places = [place for place, (name, _) in enumerate(layers) if name.startswith(f"{parent}.")]
        turned = sorted((layers[place] for place in places), key=lambda named: -_branch(named[0], parent))
        for place, named in zip(places, turned, strict=True):
            ordered[place] = named
    return ordered


def _branch(name: str, parent: str) -> int:
    return int(name.removeprefix(f"{parent}.").split(".")[0])


def _only_add(norm: Any) -> None:
    norm.running_mean.zero_()
    norm.running_var.fill_(1.0)
    norm.weight.fill_((1.0 + norm.eps) ** 0.5)
