"""PP-OCRv6 small on PyTorch, through transformers; see `engines.ppocr`.

Weights: the very ONNX files that `ppocr_onnx` runs, or the publisher's safetensors.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Device, EngineInfo
from ocr_tasks.engines import NO_TEXT, Box, Gray, Text
from ocr_tasks.engines.db import DbSettings, boxes_of
from ocr_tasks.engines.grey import require_grey
from ocr_tasks.engines.line_batches import line_pixels
from ocr_tasks.engines.memory import batch_size
from ocr_tasks.engines.onnx_weights import CHARACTERS, fill_from_onnx, read_onnx
from ocr_tasks.engines.ppocr import (
    BATCH_PIXELS,
    DB_DEFAULTS,
    TILE_DEFAULTS,
    Floats,
    TileSettings,
    alphabet,
    batches_by_width,
    detector_input,
    line_width,
    normalise,
    probabilities,
    texts_of,
)
from ocr_tasks.engines.torch_device import Precision, TorchDevice, fill, read_safetensors, transformers_class
from ocr_tasks.engines.weights import DRAWING_RECOGNIZER, PPOCR_ALPHABET, PPOCR_DETECTOR, Weights, find
from ocr_tasks.errors import WeightsError

DETECTOR_CONFIG: dict[str, Any] = {
    "backbone_config": {
        "model_type": "pp_lcnet_v4",
        "stem_channels": [3, 24, 48],
        "block_configs": [
            [[3, 48, 48, 1, True], [3, 48, 48, 1, False]],
            [[3, 48, 96, 2, False], [3, 96, 96, 1, True], [3, 96, 96, 1, False]],
            [
                [3, 96, 192, 2, False],
                [3, 192, 192, 1, True],
                [3, 192, 192, 1, False],
                [3, 192, 192, 1, True],
                [3, 192, 192, 1, False],
            ],
            [[3, 192, 384, 2, False], [3, 384, 384, 1, True], [3, 384, 384, 1, False]],
        ],
        "depths": [2, 3, 5, 3],
        "stage_out_channels": [48, 96, 192, 384],
        "out_features": ["stage1", "stage2", "stage3", "stage4"],
    },
    "layer_list_out_channels": [48, 96, 192, 384],
}
"""What differs from the defaults of transformers, which are those of other sizes. Block: kernel, channels in and out,
stride, squeeze and excitation."""
BRANCHES = ("model.neck.insert_conv", "model.neck.input_conv")
"""Of the detector: lists of like branches, which its ONNX file has from the coarsest to the finest."""

BYTES_A_TILE_PIXEL = 700
"""Memory of one pixel's feature maps and results: twice what the processor took in float32 (340)."""
MOST_LINE_PIXELS = BATCH_PIXELS * 256


class TorchDetector:
    """Finds text on a page of any size; tiles of like size are looked at together."""

    def __init__(
        self,
        *,
        device: Device = "cpu",
        threads: int = 0,
        precision: Precision | None = None,
        weights: Weights = PPOCR_DETECTOR,
        db: DbSettings = DB_DEFAULTS,
        tiles: TileSettings = TILE_DEFAULTS,
    ) -> None:
        self._on = TorchDevice(device, threads=threads, precision=precision)
        kind = transformers_class("PPOCRV6SmallDetForObjectDetection")
        model = kind(kind.config_class.from_dict(DETECTOR_CONFIG))
        if weights.name.endswith(".onnx"):
            sample = detector_input([np.full((64, 64), 255, np.uint8)])
            fill_from_onnx(self._on.torch, model, read_onnx(weights), sample, BRANCHES)
        else:
            fill(model, read_safetensors(weights), weights.name)
        self._model = self._on.settle(model)
        self._db = db
        self._tiles = tiles
        self.info: EngineInfo = self._on.describe("ppocr-torch", {weights.name: weights.sha256})

    def detect(self, image: Gray) -> list[Box]:
        """Return the boxes on IMAGE, uint8 (height, width), in its pixels."""
        require_grey([image])
        return boxes_of(self.probabilities(image), self._db)

    def probabilities(self, image: Gray) -> Gray:
        """Return how surely each pixel is text, uint8 of IMAGE's size, 255 for certain."""
        return probabilities(image, self._tiles, self._heats)

    def _heats(self, pictures: Iterable[Gray]) -> Iterable[Gray]:
        waiting = iter(pictures)
        side = self._tiles.side_px
        together = batch_size(self._on.free_bytes(), side * side * BYTES_A_TILE_PIXEL, most=64)
        if self._on.device == "cpu":
            together = 1  # a processor gains nothing from more, and its caches lose
        batches = iter(lambda: list(islice(waiting, together)), [])
        for heats in self._on.through(batches, detector_input, self._look):
            yield from heats

    def _look(self, there: Any, pictures: Sequence[Gray]) -> list[Gray]:
        heats = self._on.run(lambda batch: self._model(pixel_values=batch).last_hidden_state, there)
        levels = (heats[:, 0] * 255).to(self._on.torch.uint8).cpu().numpy()
        return [
            np.asarray(level[: picture.shape[0], : picture.shape[1]], np.uint8)
            for level, picture in zip(levels, pictures, strict=True)
        ]


class TorchRecognizer:
    """Reads upright lines; those of all drawings of a batch together, as many as memory holds."""

    def __init__(
        self,
        *,
        device: Device = "cpu",
        threads: int = 0,
        precision: Precision | None = None,
        weights: Weights = DRAWING_RECOGNIZER,
        letters: Weights = PPOCR_ALPHABET,
    ) -> None:
        """Load WEIGHTS. LETTERS: the alphabet of safetensors; an ONNX file brings its own."""
        self._on = TorchDevice(device, threads=threads, precision=precision)
        if weights.name.endswith(".onnx"):
            stored = read_onnx(weights)
            if CHARACTERS not in stored.metadata:
                raise WeightsError(f"weights {weights.name} are those of another model: they name no characters")
            self._classes = alphabet(stored.metadata[CHARACTERS])
            sample = normalise([np.full((48, 128), 255, np.uint8)])
            model = fill_from_onnx(self._on.torch, _reader(len(self._classes)), stored, sample)
            files = {weights.name: weights.sha256}
        else:
            self._classes = alphabet(find(letters).read_text(encoding="utf-8").removesuffix("\n"))
            model = fill(_reader(len(self._classes)), read_safetensors(weights), weights.name)
            files = {weights.name: weights.sha256, letters.name: letters.sha256}
        self._model = self._on.settle(model)
        self.info: EngineInfo = self._on.describe("ppocr-torch", files)

    def read(self, crops: Sequence[Gray], *, batch_pixels: int = 0) -> list[Text]:
        """Return one reading a crop, in order. Crops are uint8 (height, width) of any size; empty ones read as "".

        BATCH_PIXELS 0: as the free memory allows. A batch that does not fit after all is halved.
        """
        pixels = batch_pixels or line_pixels(self._on.device, self._on.free_bytes, MOST_LINE_PIXELS)
        require_grey(crops)
        readings = [NO_TEXT] * len(crops)
        widths = [line_width(crop) for crop in crops]
        batches = list(batches_by_width(widths, pixels))
        lines = ([crops[index] for index in chosen] for chosen in batches)
        for chosen, texts in zip(batches, self._on.through(lines, normalise, self._read), strict=True):
            for index, text in zip(chosen, texts, strict=True):
                readings[index] = text
        self._on.release()
        return readings

    def _read(self, there: Any, crops: Sequence[Gray]) -> list[Text]:
        steps = self._on.run(lambda batch: self._model(pixel_values=batch).last_hidden_state, there)
        sure, best = steps.max(dim=2)  # on the device: of 18,710 numbers a step two come back

        def chances_at(chosen: npt.NDArray[np.bool_]) -> Floats:
            return np.asarray(steps[self._on.torch.from_numpy(chosen)].float().cpu().numpy(), np.float32)

        return texts_of(best.cpu().numpy(), sure.cpu().numpy(), crops, self._classes, chances_at)


def _reader(classes: int) -> Any:
    kind = transformers_class("PPOCRV6SmallRecForTextRecognition")
    return kind(kind.config_class.from_dict({"head_out_channels": classes}))
