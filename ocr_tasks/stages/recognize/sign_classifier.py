"""Tells which sign of technical drawings a small picture shows: a network of two layers over its edges, NumPy alone.

The weights are the project's own: `python -m ocr_tasks.training.signs` draws the signs and trains them.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.stages.ink import Mask

Features = npt.NDArray[np.float32]

CHARACTERISTICS = "⏤⏥○⌭⌒⌓⊥∠∥⌖◎⌯↗⌰"
"""The fourteen of ISO 1101 Table 1 and ASME Y14.5 Table 6-1."""
CIRCLED = "ⓂⓁⓅⒻⓉⓊⒺⓈ"
HOLE_SIGNS = "↧⌴⌵"
OTHER = ""
"""Letters, digits, and whatever else is no sign."""
CLASSES = (*CHARACTERISTICS, "⌀", "□", *HOLE_SIGNS, *CIRCLED, OTHER)

WEIGHTS = Path(__file__).parents[2] / "weights" / "signs.npz"
SIDE, EDGE = 32, 3
"""Pixels of the picture that is looked at, and how far the sign stays from its border."""
DIRECTIONS, CELL = 8, 8
"""Edges are counted by direction, over half a turn, in cells of this many pixels that overlap by half."""
ROWS, COLUMNS = np.indices((SIDE, SIDE))
FEATURES = DIRECTIONS * (2 * SIDE // CELL - 1) ** 2 + (SIDE // 2) ** 2 + 1


class Guess(NamedTuple):
    """A sign, OTHER for none, and how sure that is, 0 to 1."""

    sign: str
    confidence: float


@dataclass(frozen=True)
class SignClassifier:
    """Weights of the two layers: (FEATURES, hidden), (hidden,), (hidden, classes), (classes,)."""

    first: Features
    first_bias: Features
    second: Features
    second_bias: Features

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> "SignClassifier":
        """Return the classifier that PATH holds, an .npz without pickled objects."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(*(arrays[name].astype(np.float32) for name in ("first", "first_bias", "second", "second_bias")))

    def chances(self, features: Features) -> Features:
        """Return (n, classes) probabilities for (n, FEATURES)."""
        hidden = np.maximum(features @ self.first + self.first_bias, 0)
        scores = hidden @ self.second + self.second_bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)

    def guess(self, ink: Mask) -> Guess:
        """Return what INK, 255 on paper 0, shows as a whole."""
        if (features := features_of(ink)) is None:
            return Guess(OTHER, 1.0)
        chances = self.chances(features[None])[0]
        best = int(chances.argmax())
        return Guess(CLASSES[best], float(chances[best]))


@lru_cache(maxsize=1)
def sign_classifier() -> SignClassifier:
    """Return the project's classifier, loaded once a process."""
    return SignClassifier.load()


def features_of(ink: Mask) -> Features | None:
    """Return the (FEATURES,) that tell a sign: its edges, its coarse picture and its shape; None without ink."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if rows.size == 0:
        return None
    sign = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = sign.shape
    scale = (SIDE - 2 * EDGE) / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(sign, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    picture = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    picture[top : top + size[1], left : left + size[0]] = small
    coarse = cv2.resize(picture, (SIDE // 2, SIDE // 2), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    shape = np.array([np.log(width / height)], np.float32)
    return np.concatenate([_edges(picture), coarse.ravel(), shape])


def _edges(picture: Mask) -> Features:
    """Return how strong the edges of each direction are in each cell (Dalal and Triggs, 2005), of unit length."""
    across = cv2.Sobel(picture, cv2.CV_32F, 1, 0) / 255
    down = cv2.Sobel(picture, cv2.CV_32F, 0, 1) / 255
    strength = np.hypot(across, down)
    place = (np.arctan2(down, across) / np.pi % 1) * DIRECTIONS
    low = np.floor(place).astype(int) % DIRECTIONS
    share = (place % 1).astype(np.float32)
    by_direction = np.zeros((DIRECTIONS, SIDE, SIDE), np.float32)
    by_direction[low, ROWS, COLUMNS] = strength * (1 - share)
    by_direction[(low + 1) % DIRECTIONS, ROWS, COLUMNS] += strength * share
    half = CELL // 2
    quarters = by_direction.reshape(DIRECTIONS, SIDE // half, half, SIDE // half, half).sum(axis=(2, 4))
    cells = quarters[:, :-1, :-1] + quarters[:, 1:, :-1] + quarters[:, :-1, 1:] + quarters[:, 1:, 1:]
    flat = np.sqrt(cells).ravel()
    return np.asarray(flat / max(float(np.linalg.norm(flat)), 1e-6) * 4, np.float32)
