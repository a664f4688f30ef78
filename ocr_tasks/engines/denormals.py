"""Takes the denormal numbers out of an ONNX model: they say nothing and cost many times the work of others.

Training leaves weights that shrank towards zero: of one layer of PP-OCRv6's detector 63 % are denormal (less than
1.2e-38). Intel's processors multiply by such in microcode, and what comes out is denormal again. As zeros they give
the same results. ONNX Runtime can take them for zeros itself, but of the threads that it did not start only in the
first that opens a session, and there for all of Python.

The layout: onnx.proto of ONNX (https://github.com/onnx/onnx) in protobuf's encoding (https://protobuf.dev).
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

GRAPH, INITIALIZER, DATA_TYPE, RAW_DATA = 7, 5, 2, 9
"""Field numbers: of a model its graph, of that its weights, of those what their numbers are and their bytes."""
FLOAT = 1
"""The data type of 32 bit floating point numbers."""


class Field(NamedTuple):
    """A field of a message: its number, and its value or from where to where its bytes are."""

    number: int
    value: int
    start: int
    end: int


def without_denormals(model: bytes) -> bytes:
    """Return an ONNX MODEL with zeros for the denormal numbers among its weights; ValueError if it is damaged."""
    data = bytearray(model)
    for graph in fields_of(data, 0, len(data)):
        if graph.number != GRAPH:
            continue
        for tensor in fields_of(data, graph.start, graph.end):
            if tensor.number == INITIALIZER:
                _flush(data, tensor)
    return bytes(data)


def _flush(data: bytearray, tensor: Field) -> None:
    parts = {part.number: part for part in fields_of(data, tensor.start, tensor.end)}
    raw = parts.get(RAW_DATA)
    if raw is None or DATA_TYPE not in parts or parts[DATA_TYPE].value != FLOAT:
        return
    numbers = np.frombuffer(data, "<f4", (raw.end - raw.start) // 4, raw.start)
    numbers[np.abs(numbers) < np.finfo(np.float32).smallest_normal] = 0.0


def fields_of(data: bytearray, start: int, end: int) -> Iterator[Field]:
    """Yield the fields of the protobuf message from START to END of DATA."""
    place = start
    while place < end:
        key, place = _number(data, place)
        value, begin = 0, place
        match key & 7:
            case 0:
                value, place = _number(data, place)
            case 1:
                place += 8
            case 2:
                length, begin = _number(data, place)
                place = begin + length
            case 5:
                place += 4
            case kind:
                raise ValueError(f"field {key >> 3} is written in an unknown way ({kind})")
        if place > end:
            raise ValueError(f"field {key >> 3} goes on beyond its message")
        yield Field(key >> 3, value, begin, place)


def _number(data: bytearray, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(data):
        value |= (data[place] & 127) << shift
        shift += 7
        place += 1
        if data[place - 1] < 128:
            return value, place
    raise ValueError("the file ends within a number")
