"""CRAFT on PyTorch: a detector that sees single characters and what joins them. Weights: CLOVA AI's, MIT.

Baek et al., "Character Region Awareness for Text Detection", CVPR 2019: VGG-16 with batch normalisation, a U-shaped
decoder, two maps at half the picture's resolution. The names of the layers are those of the published weights.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Device, EngineInfo
from ocr_tasks.engines import Box, Gray
from ocr_tasks.engines.db import clockwise
from ocr_tasks.engines.grey import require_grey
from ocr_tasks.engines.memory import halving
from ocr_tasks.engines.ppocr import TILE_DEFAULTS, TileSettings
from ocr_tasks.engines.tiles import tiles_of
from ocr_tasks.engines.torch_device import Precision, TorchDevice, fill
from ocr_tasks.engines.weights import CRAFT, Weights, find
from ocr_tasks.errors import WeightsError
from ocr_tasks.quads import quad_of

Floats = npt.NDArray[np.float32]

MEAN, DEVIATION = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
"""Of red, green and blue in ImageNet, which the backbone was trained on."""


@dataclass(frozen=True)
class CraftSettings:
    """Thresholds in 0..1, as published: where a character or a link is seen, and how sure one of a word must be."""

    region: float = 0.4
    link: float = 0.4
    surest: float = 0.7
    least_px: int = 10
    """Pixels of the map; a smaller word is no text."""


CRAFT_DEFAULTS = CraftSettings()


class CraftDetector:
    """Finds words on a page of any size: overlapping tiles, two maps, boxes from the whole maps."""

    def __init__(
        self,
        *,
        device: Device = "cpu",
        threads: int = 0,
        precision: Precision | None = None,
        weights: Weights = CRAFT,
        settings: CraftSettings = CRAFT_DEFAULTS,
        tiles: TileSettings = TILE_DEFAULTS,
    ) -> None:
        self._on = TorchDevice(device, threads=threads, precision=precision)
        self._model = self._on.settle(_loaded(self._on.torch, weights))
        self._settings = settings
        self._tiles = tiles
        self.info: EngineInfo = self._on.describe("craft-torch", {weights.name: weights.sha256})

    def detect(self, image: Gray) -> list[Box]:
        """Return the boxes on IMAGE, uint8 (height, width), in its pixels."""
        require_grey([image])
        region, link = self.maps(image)
        return boxes_of(region, link, self._settings)

    def maps(self, image: Gray) -> tuple[Floats, Floats]:
        """Return where characters are and where neighbours belong together: half of IMAGE's size, 0..1."""
        cut = self._tiles
        height, width = image.shape
        found = np.zeros((2, -(-height // 2), -(-width // 2)), np.float32)
        for tile in tiles_of(height, width, cut.side_px, cut.overlap_px):
            top, left = (side.start // 2 for side in tile.outer)  # of the maps: a picture begins at an even pixel
            picture = image[2 * top : tile.outer[0].stop, 2 * left : tile.outer[1].stop]
            if picture.size == 0 or picture.min() >= cut.ink_level:
                continue
            (maps,) = halving(self._look, [picture], self._on.out_of_memory, self._on.release)
            rows, columns = (slice(-(-side.start // 2), -(-side.stop // 2)) for side in tile.inner)
            found[:, rows, columns] = maps[
                :, rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
            ]
        return found[0], found[1]

    def _look(self, pictures: Any) -> list[Floats]:
        (picture,) = pictures
        maps = self._on.run(self._model, self._on.upload(network_input(picture)))[0].cpu().numpy()
        height, width = picture.shape
        return [np.asarray(maps[:, : -(-height // 2), : -(-width // 2)], np.float32)]


def network_input(picture: Gray) -> Floats:
    """Return a picture as the network wants it: float32 (1, 3, height, width), white past its edges, sides by 32."""
    height, width = (-(-side // 32) * 32 for side in picture.shape)
    padded = np.full((height, width), 255, np.float32)
    padded[: picture.shape[0], : picture.shape[1]] = picture
    channels = [(padded - mean) / deviation for mean, deviation in zip(MEAN, DEVIATION, strict=True)]
    return np.stack(channels).astype(np.float32)[None]


def boxes_of(region: Floats, link: Floats, settings: CraftSettings) -> list[Box]:
    """Return a turned rectangle around each run of joined characters, in pixels of the picture (twice the maps').

    The score is that of the surest character. A rectangle grows by what the threshold took off its characters.
    """
    seen, joined = region > settings.region, link > settings.link
    count, labels, stats, _ = cv2.connectedComponentsWithStats((seen | joined).astype(np.uint8), connectivity=4)
    boxes = []
    for label in range(1, count):
        left, top, width, height, size = (int(value) for value in stats[label])
        if size < settings.least_px:
            continue
        window = (slice(top, top + height), slice(left, left + width))
        own = labels[window] == label
        score = float(region[window][own].max())
        characters = (own & seen[window]).astype(np.uint8)
        if score < settings.surest or not characters.any():
            continue
        places = cv2.findNonZero(characters).astype(np.float32) + np.array((left, top), np.float32)
        centre, (across, down), angle = cv2.minAreaRect(places)
        margin = 1 + 2 * float(np.sqrt(size * min(width, height) / (width * height)))
        grown = cv2.boxPoints((centre, (across + margin, down + margin), angle)).astype(np.float64)
        boxes.append(Box(quad_of(clockwise((grown + 0.5) * 2)), min(1.0, score)))
    return boxes


def network(torch: Any) -> Any:
    """Return CRAFT with random weights: (n, 3, height, width) to (n, 2, height / 2, width / 2), sides by 16.

    A function of torch, so that this module can be imported where torch is not installed.
    """
    nn = torch.nn

    def vgg(first: int, last: int) -> Any:
        """Return layers FIRST..LAST of VGG-16, by their places in it."""
        part, channels, place = nn.Sequential(), 3, 0
        for width in (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512):
            layers = (
                [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
                if width
                else [nn.MaxPool2d(2, 2)]
            )
            for layer in layers:
                if first <= place <= last:
                    part.add_module(str(place), layer)
                place += 1
            channels = width or channels
        return part

    def climb(inside: int, middle: int, outside: int) -> Any:
        step = nn.Module()
        step.conv = nn.Sequential(
            nn.Conv2d(inside, middle, 1),
            nn.BatchNorm2d(middle),
            nn.ReLU(),
            nn.Conv2d(middle, outside, 3, padding=1),
            nn.BatchNorm2d(outside),
            nn.ReLU(),
        )
        return step

    class Craft(nn.Module):  # type: ignore[misc, name-defined]  # torch is not always installed
        def __init__(self) -> None:
            super().__init__()
            self.basenet = nn.Module()
            for number, (first, last) in enumerate(((0, 11), (12, 18), (19, 28), (29, 38)), start=1):
                self.basenet.add_module(f"slice{number}", vgg(first, last))
            self.basenet.slice5 = nn.Sequential(
                nn.MaxPool2d(3, 1, 1), nn.Conv2d(512, 1024, 3, padding=6, dilation=6), nn.Conv2d(1024, 1024, 1)
            )
            self.upconv1 = climb(1536, 512, 256)
            self.upconv2 = climb(768, 256, 128)
            self.upconv3 = climb(384, 128, 64)
            self.upconv4 = climb(192, 64, 32)
            self.conv_cls = nn.Sequential(
                nn.Conv2d(32, 32, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(32, 32, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(32, 16, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(16, 16, 1),
                nn.ReLU(),
                nn.Conv2d(16, 2, 1),
            )

        def forward(self, pictures: Any) -> Any:
            base, function = self.basenet, nn.functional
            half = base.slice1(pictures)
            quarter = base.slice2(half)
            eighth = base.slice3(quarter)
            sixteenth = base.slice4(eighth)
            y = self.upconv1.conv(torch.cat((base.slice5(sixteenth), sixteenth), 1))
            for step, features in ((self.upconv2, eighth), (self.upconv3, quarter), (self.upconv4, half)):
                y = function.interpolate(y, size=features.shape[2:], mode="bilinear", align_corners=False)
                # As trained: these features had passed the next slice's rectifier, which works in place.
                y = step.conv(torch.cat((y, function.relu(features)), 1))
            return self.conv_cls(y)

    return Craft()


def _loaded(torch: Any, weights: Weights) -> Any:
    """Return the network with the published weights; only tensors are read from the file, no objects."""
    path = find(weights)
    try:
        tensors = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged archive raises any of several errors
        raise WeightsError(f"weights {path} cannot be loaded: {error}") from error
    named = {name.removeprefix("module."): tensor for name, tensor in tensors.items()}
    return fill(network(torch), named, path.name)
