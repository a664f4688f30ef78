"""PP-OCRv6 small on ONNX Runtime; see `engines.ppocr`."""

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]  # it ships no types

from ocr_tasks.contract import Device, EngineInfo
from ocr_tasks.engines import NO_TEXT, Box, Gray, Text, sessions
from ocr_tasks.engines.array_devices import cuda_free_bytes
from ocr_tasks.engines.db import DbSettings, boxes_of
from ocr_tasks.engines.grey import require_grey
from ocr_tasks.engines.line_batches import line_pixels
from ocr_tasks.engines.memory import halving
from ocr_tasks.engines.ppocr import (
    BATCH_PIXELS,
    DB_DEFAULTS,
    TILE_DEFAULTS,
    TileSettings,
    alphabet,
    batches_by_width,
    detector_input,
    line_width,
    normalise,
    probabilities,
    texts_of,
)
from ocr_tasks.engines.weights import DRAWING_RECOGNIZER, PPOCR_DETECTOR, Weights

MOST_LINE_PIXELS = BATCH_PIXELS * 32
"""The probabilities of all classes come back to the host: some 400 MB of so many."""


class OnnxDetector:
    """Finds text on a page of any size: overlapping tiles, one probability map, boxes from the whole map."""

    def __init__(
        self,
        *,
        device: Device = "cpu",
        threads: int = 0,
        provider: sessions.Provider | None = None,
        weights: Weights = PPOCR_DETECTOR,
        db: DbSettings = DB_DEFAULTS,
        tiles: TileSettings = TILE_DEFAULTS,
    ) -> None:
        self._network = sessions.Network(weights, device=device, threads=threads, provider=provider)
        self._db = db
        self._tiles = tiles
        self.info: EngineInfo = sessions.describe("ppocr-onnx", self._network.whole, device, weights)

    def detect(self, image: Gray) -> list[Box]:
        """Return the boxes on IMAGE, uint8 (height, width), in its pixels."""
        require_grey([image])
        return boxes_of(self.probabilities(image), self._db)

    def probabilities(self, image: Gray) -> Gray:
        """Return how surely each pixel is text, uint8 of IMAGE's size, 255 for certain."""
        return probabilities(image, self._tiles, self._heats)

    def _heats(self, pictures: Iterable[Gray]) -> Iterable[Gray]:
        return self._network.each(_heat, list(pictures))


def _heat(session: ort.InferenceSession, picture: Gray) -> Gray:
    heat = sessions.run(session, detector_input([picture]))[0, 0]
    height, width = picture.shape
    return np.asarray(heat[:height, :width] * 255, np.uint8)


class OnnxRecognizer:
    """Reads upright lines."""

    def __init__(
        self,
        *,
        device: Device = "cpu",
        threads: int = 0,
        provider: sessions.Provider | None = None,
        weights: Weights = DRAWING_RECOGNIZER,
    ) -> None:
        self._network = sessions.Network(weights, device=device, threads=threads, provider=provider)
        self._classes = alphabet(self._network.whole.get_modelmeta().custom_metadata_map["character"])
        # Asked once, before the first run: what ONNX Runtime takes for its arena it keeps, and uses again.
        self._batch_pixels = line_pixels(device, cuda_free_bytes, MOST_LINE_PIXELS)
        self.info: EngineInfo = sessions.describe("ppocr-onnx", self._network.whole, device, weights)

    def read(self, crops: Sequence[Gray], *, batch_pixels: int = 0) -> list[Text]:
        """Return one reading a crop, in order. Crops are uint8 (height, width) of any size; empty ones read as "".

        Lines of like width are read together, BATCH_PIXELS of them at once; 0: as the free memory allows. A batch that
        does not fit after all is halved.
        """
        require_grey(crops)
        readings = [NO_TEXT] * len(crops)
        widths = [line_width(crop) for crop in crops]
        batches = list(batches_by_width(widths, batch_pixels or self._batch_pixels))
        lines = [[crops[index] for index in chosen] for chosen in batches]
        for chosen, texts in zip(batches, self._network.each(self._read, lines), strict=True):
            for index, text in zip(chosen, texts, strict=True):
                readings[index] = text
        return readings

    def _read(self, session: ort.InferenceSession, crops: Sequence[Gray]) -> list[Text]:
        return halving(partial(self._read_together, session), crops)

    def _read_together(self, session: ort.InferenceSession, crops: Sequence[Gray]) -> list[Text]:
        steps = sessions.run(session, normalise(crops))
        best = steps.argmax(axis=2)
        sure = np.take_along_axis(steps, best[:, :, None], axis=2)[:, :, 0]
        return texts_of(best, sure, crops, self._classes, lambda chosen: steps[chosen])
