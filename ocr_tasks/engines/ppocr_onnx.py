"""PP-OCRv6 small on ONNX Runtime: a DB detector and a CTC recogniser. Weights: PaddlePaddle's, Apache-2.0.

Detection: Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", AAAI 2020.
Recognition: a CTC head over 48 pixel high lines; Graves et al., ICML 2006.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Device, EngineInfo
from ocr_tasks.engines import Box, Gray, Text, sessions
from ocr_tasks.engines.db import DbSettings, boxes_of
from ocr_tasks.engines.tiles import tiles_of
from ocr_tasks.engines.weights import PPOCR_DETECTOR, PPOCR_RECOGNIZER, Weights
from ocr_tasks.errors import OutOfDeviceMemory

Floats = npt.NDArray[np.float32]

LINE_HEIGHT_PX = 48
STRIDE_PX = 8
"""Width of one CTC step in a line of LINE_HEIGHT_PX."""
MIN_WIDTH_PX, MAX_WIDTH_PX = 128, 3200
BATCH_PIXELS = 48 * 320 * 16
"""Line pixels in one run: the head's output (steps x 18,710 classes) is what takes memory, some 3 MB a 320 pixels."""


@dataclass(frozen=True)
class TileSettings:
    """How a page is cut for the detector, in pixels of the picture that it is given."""

    side_px: int = 960
    overlap_px: int = 96
    ink_level: int = 200
    """A tile without a pixel darker than this holds no text and is not looked at."""


DB_DEFAULTS = DbSettings()
TILE_DEFAULTS = TileSettings()


class OnnxDetector:
    """Finds text on a page of any size: overlapping tiles, one probability map, boxes from the whole map."""

    def __init__(
        self,
        *,
        device: Device = "cpu",
        threads: int = 0,
        weights: Weights = PPOCR_DETECTOR,
        db: DbSettings = DB_DEFAULTS,
        tiles: TileSettings = TILE_DEFAULTS,
    ) -> None:
        self._session = sessions.open_session(weights, device=device, threads=threads)
        self._db = db
        self._tiles = tiles
        self.info: EngineInfo = sessions.describe("ppocr-onnx", self._session, device, weights)

    def detect(self, image: Gray) -> list[Box]:
        """Return the boxes on IMAGE, uint8 (height, width), in its pixels."""
        return boxes_of(self.probabilities(image), self._db)

    def probabilities(self, image: Gray) -> Gray:
        """Return how surely each pixel is text, uint8 of IMAGE's size, 255 for certain."""
        cut = self._tiles
        found = np.zeros(image.shape, np.uint8)
        for tile in tiles_of(image.shape[0], image.shape[1], cut.side_px, cut.overlap_px):
            picture = image[tile.outer]
            if picture.size == 0 or picture.min() >= cut.ink_level:
                continue
            heat = self._heat(picture)
            found[tile.inner] = heat[tile.inner_in_outer]
        return found

    def _heat(self, picture: Gray) -> Gray:
        height, width = picture.shape
        padded = np.full((-(-height // 32) * 32, -(-width // 32) * 32), 255, np.uint8)
        padded[:height, :width] = picture
        line = padded.astype(np.float32) * np.float32(2 / 255) - np.float32(1)
        batch = np.broadcast_to(line, (1, 3, *line.shape))
        heat = sessions.run(self._session, np.ascontiguousarray(batch))[0, 0]
        return np.asarray(heat[:height, :width] * 255, np.uint8)


class OnnxRecognizer:
    """Reads upright lines."""

    def __init__(self, *, device: Device = "cpu", threads: int = 0, weights: Weights = PPOCR_RECOGNIZER) -> None:
        self._session = sessions.open_session(weights, device=device, threads=threads)
        self._classes = alphabet(self._session.get_modelmeta().custom_metadata_map["character"])
        self.info: EngineInfo = sessions.describe("ppocr-onnx", self._session, device, weights)

    def read(self, crops: Sequence[Gray], *, batch_pixels: int = BATCH_PIXELS) -> list[Text]:
        """Return one reading a crop, in order. Crops are uint8 (height, width) of any size; empty ones read as "".

        Lines of like width are read together; a batch that does not fit the memory is halved.
        """
        readings = [Text("", 0.0, ())] * len(crops)
        widths = [line_width(crop) for crop in crops]
        for chosen in batches_by_width(widths, batch_pixels):
            for index, text in zip(chosen, self._read([crops[i] for i in chosen]), strict=True):
                readings[index] = text
        return readings

    def _read(self, crops: Sequence[Gray]) -> list[Text]:
        try:
            steps = sessions.run(self._session, normalise(crops))
        except OutOfDeviceMemory:
            if len(crops) == 1:
                raise
            half = len(crops) // 2
            return self._read(crops[:half]) + self._read(crops[half:])
        best = steps.argmax(axis=2)
        sure = np.take_along_axis(steps, best[:, :, None], axis=2)[:, :, 0]
        ends = [line_width(crop) / STRIDE_PX for crop in crops]
        return [decode(*line, self._classes) for line in zip(best, sure, ends, strict=True)]


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


def decode(best: npt.NDArray[np.int64], sure: Floats, end: float, classes: Sequence[str]) -> Text:
    """Return the reading of one line from its best class and that class's probability at each CTC step.

    END is the number of steps that the line itself takes; what comes after is padding.
    """
    starts = np.ones(len(best), bool)
    starts[1:] = best[1:] != best[:-1]
    starts &= best != 0
    places = np.flatnonzero(starts)
    if len(places) == 0:
        return Text("", 0.0, ())
    text = "".join(classes[i] for i in best[places])
    confidences = tuple(float(round(p, 4)) for p in sure[places])
    centres = tuple(round(min(1.0, (int(place) + 0.5) / end), 4) for place in places)
    return Text(text, float(np.mean(confidences)), confidences, centres)
