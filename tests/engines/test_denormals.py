"""Weights without denormal numbers: the shipped models give the same results, and nothing else in the file changes."""

import numpy as np
import onnxruntime as ort
import pytest

from ocr_tasks.engines.denormals import without_denormals
from ocr_tasks.engines.weights import DRAWING_RECOGNIZER, PPOCR_DETECTOR, Weights, find

SMALLEST = float(np.finfo(np.float32).smallest_normal)


def varint(value: int) -> bytes:
    said = bytearray()
    while value > 127:
        said.append(value & 127 | 128)
        value >>= 7
    return bytes([*said, value])


def message(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def model(numbers: bytes, data_type: int) -> bytes:
    """Return the bytes of a model with one tensor of weights, and a field of each other kind around it."""
    tensor = varint(2 << 3) + varint(data_type) + message(9, numbers)
    around = varint(90 << 3 | 1) + bytes(8) + varint(91 << 3 | 5) + bytes(4)
    return varint(1 << 3) + varint(300) + message(7, around + message(5, tensor)) + message(8, b"x" * 200)


def test_denormal_weights_become_zeros_and_the_others_stay() -> None:
    weights = np.array([1.5, SMALLEST, SMALLEST / 2, -SMALLEST / 3, 0.0, -2.0], "<f4")
    clean = np.array([1.5, SMALLEST, 0.0, 0.0, 0.0, -2.0], "<f4")
    assert without_denormals(model(weights.tobytes(), 1)) == model(clean.tobytes(), 1)


def test_whole_numbers_that_look_like_denormal_ones_stay() -> None:
    steps = np.array([1, 2, 3], "<i8").tobytes()
    assert without_denormals(model(steps, 7)) == model(steps, 7)


@pytest.mark.parametrize("damaged", [b"\xff" * 4, b"\x0b", message(7, b"x" * 40)[:20]])
def test_a_damaged_file_is_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"field|number"):
        without_denormals(damaged)


@pytest.mark.parametrize(
    ("weights", "shape"), [(PPOCR_DETECTOR, (1, 3, 160, 160)), (DRAWING_RECOGNIZER, (1, 3, 48, 128))]
)
def test_the_models_say_the_same_without(weights: Weights, shape: tuple[int, ...]) -> None:
    whole = find(weights).read_bytes()
    picture = np.random.default_rng(1).random(shape, np.float32)
    said = []
    for model_bytes in (whole, without_denormals(whole)):
        session = ort.InferenceSession(model_bytes, providers=["CPUExecutionProvider"])
        said.append(session.run(None, {session.get_inputs()[0].name: picture})[0])
    assert np.array_equal(*said)
