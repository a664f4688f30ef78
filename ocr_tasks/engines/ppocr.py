"""What PP-OCRv6 small is, whatever runs it: a DB detector and a CTC recogniser. Weights: PaddlePaddle's, Apache-2.0.

Detection: Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", AAAI 2020.
Recognition: a CTC head over 48 pixel high lines; Graves et al., ICML 2006.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.engines import NO_TEXT, Gray, Text
from ocr_tasks.engines.db import DbSettings
from ocr_tasks.engines.tiles import tiles_of

Floats = npt.NDArray[np.float32]

LINE_HEIGHT_PX = 48
STRIDE_PX = 8
"""Width of one CTC step in a line of LINE_HEIGHT_PX."""
MIN_WIDTH_PX, MAX_WIDTH_PX = 128, 3200
BATCH_PIXELS = 48 * 320 * 4
"""Line pixels in one run: the head's output (steps x 18,710 classes) is what takes memory, some 3 MB a 320 pixels.

Four times as many take a twelfth more time on a processor: they leave its cache, and lines of like width are fewer.
"""


BLANK, SPACE = 0, -1
"""The first and the last class of the CTC head."""
LEAST_LEFT_OUT = 0.1
"""Less likely a character is not looked for at a blank step."""


@dataclass(frozen=True)
class TileSettings:
    """How a page is cut for the detector, in pixels of the picture that it is given."""

    side_px: int = 960
    overlap_px: int = 96
    ink_level: int = 200
    """A tile without a pixel darker than this holds no text and is not looked at."""


DB_DEFAULTS = DbSettings()
TILE_DEFAULTS = TileSettings()


def probabilities(image: Gray, cut: TileSettings, heats: Callable[[Iterable[Gray]], Iterable[Gray]]) -> Gray:
    """Return how surely each pixel is text, uint8 of IMAGE's size, 255 for certain.

    HEATS gives such a map for each tile with ink on it, of the tile's own size, in their order.
    """
    found = np.zeros(image.shape, np.uint8)
    tiles = [
        tile
        for tile in tiles_of(image.shape[0], image.shape[1], cut.side_px, cut.overlap_px)
        if image[tile.outer].size and image[tile.outer].min() < cut.ink_level
    ]
    for tile, heat in zip(tiles, heats(image[tile.outer] for tile in tiles), strict=True):
        found[tile.inner] = heat[tile.inner_in_outer]
    return found


def detector_input(pictures: Sequence[Gray]) -> Floats:
    """Return pictures as the detector wants them: float32 (n, 3, height, width), -1 black, 1 white, sides by 32."""
    height, width = (max(-(-picture.shape[axis] // 32) * 32 for picture in pictures) for axis in (0, 1))
    padded = np.full((len(pictures), height, width), 255, np.uint8)
    for row, picture in zip(padded, pictures, strict=True):
        row[: picture.shape[0], : picture.shape[1]] = picture
    lines = padded.astype(np.float32) * np.float32(2 / 255) - np.float32(1)
    return np.ascontiguousarray(np.broadcast_to(lines[:, None], (len(pictures), 3, height, width)))


def alphabet(metadata: str) -> list[str]:
    """Return the characters of the CTC classes: 0 is the blank, the last is the space (PaddleOCR's convention)."""
    return ["", *metadata.split("\n"), " "]


def line_width(crop: Gray) -> int:
    """Return the width in pixels of CROP once it is LINE_HEIGHT_PX high; 0 for an empty one."""
    if crop.size == 0:
        return 0
    height, width = crop.shape
    return int(min(max(1, round(width * LINE_HEIGHT_PX / height)), MAX_WIDTH_PX))


def normalise(crops: Sequence[Gray]) -> Floats:
    """Return crops as the recogniser wants them: float32 (n, 3, 48, width), -1 black, 1 white, 0 past a line's end."""
    widths = [line_width(crop) for crop in crops]
    full = max(MIN_WIDTH_PX, -(-max(widths) // STRIDE_PX) * STRIDE_PX)
    batch = np.zeros((len(crops), 3, LINE_HEIGHT_PX, full), np.float32)
    for row, crop, width in zip(batch, crops, widths, strict=True):
        line = cv2.resize(np.ascontiguousarray(crop), (width, LINE_HEIGHT_PX), interpolation=cv2.INTER_LINEAR)
        row[:, :, :width] = line.astype(np.float32) * np.float32(2 / 255) - np.float32(1)
    return batch


def batches_by_width(widths: Sequence[int], batch_pixels: int) -> Iterator[list[int]]:
    """Yield indices of lines to read together: sorted by width, padded to the widest within BATCH_PIXELS."""
    order = sorted((i for i, width in enumerate(widths) if width > 0), key=lambda i: (widths[i], i))
    batch: list[int] = []
    for index in order:
        padded = max(widths[index], MIN_WIDTH_PX) * LINE_HEIGHT_PX
        stretched = batch and widths[index] > 1.25 * max(widths[batch[0]], MIN_WIDTH_PX)
        if batch and (stretched or padded * (len(batch) + 1) > batch_pixels):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def texts_of(
    best: npt.NDArray[np.int64],
    sure: Floats,
    crops: Sequence[Gray],
    classes: Sequence[str],
    chances_at: Callable[[npt.NDArray[np.bool_]], Floats],
) -> list[Text]:
    """Return the readings of crops from the best class and its probability at each step, both (crops, steps).

    CHANCES_AT gives the probabilities of all classes, (n, classes), at the n steps that a (crops, steps) mask chooses.
    """
    ends = [line_width(crop) / STRIDE_PX for crop in crops]
    lines = zip(best, sure, left_out(best, sure, chances_at), ends, strict=True)
    return [decode(*line, classes) for line in lines]


def left_out(
    best: npt.NDArray[np.int64], sure: Floats, chances_at: Callable[[npt.NDArray[np.bool_]], Floats]
) -> Floats:
    """Return (crops, steps): how likely a character stands at a step that was taken for blank.

    It is no space, and none of the two beside the step, which may reach into it. Of narrow letters one can lie between
    two steps and win neither.
    """
    lost = np.zeros(best.shape, np.float32)
    doubtful = (best == BLANK) & (sure < 1 - LEAST_LEFT_OUT)
    if doubtful.any():
        chances = chances_at(doubtful)
        chances[:, SPACE] = 0
        padded = np.pad(best, ((0, 0), (1, 1)))
        rows = np.arange(len(chances))
        for taken in (best, padded[:, :-2], padded[:, 2:]):
            chances[rows, taken[doubtful]] = 0
        lost[doubtful] = chances.max(axis=1)
    return lost


def decode(best: npt.NDArray[np.int64], sure: Floats, lost: Floats, end: float, classes: Sequence[str]) -> Text:
    """Return the reading of one line from its best class and that class's probability at each CTC step.

    A character is as sure as the surest of the steps that it takes: it may begin between two of them; and no surer than
    that none was LOST beside it. END is the number of steps that the line itself takes; what comes after is padding.
    """
    lost = np.where(np.arange(len(lost)) < end, lost, np.float32(0))
    most_lost = float(lost.max(initial=0.0))
    changes = np.flatnonzero(np.diff(best, prepend=-1))
    peaks = np.maximum.reduceat(sure, changes) if len(changes) else sure
    read = best[changes] != BLANK
    places = changes[read]
    if len(places) == 0:
        return NO_TEXT._replace(left_out=most_lost)
    beside = np.pad(np.maximum.reduceat(lost, changes), 1)
    peaks = np.minimum(peaks, 1 - np.maximum(beside[:-2], beside[2:]))
    text = "".join(classes[i] for i in best[places])
    confidences = tuple(float(round(p, 4)) for p in peaks[read])
    centres = tuple(round(min(1.0, (int(place) + 0.5) / end), 4) for place in places)
    return Text(text, float(np.mean(confidences)), confidences, centres, most_lost)
