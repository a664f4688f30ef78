"""From a text probability map to boxes: the post-processing of DB (Liao et al., AAAI 2020, section 3.5)."""

from dataclasses import dataclass

import cv2
import numpy as np

from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import Corners, quad_of


@dataclass(frozen=True)
class DbSettings:
    """Thresholds in 0..1; `unclip`: how far a shrunk text kernel grows back, as area x unclip / perimeter."""

    threshold: float = 0.3
    box_threshold: float = 0.5
    unclip: float = 1.6
    min_side_px: float = 3.0


def boxes_of(probabilities: Gray, settings: DbSettings) -> list[Box]:
    """Return turned rectangles around text on a uint8 map (255: certain), in the map's pixels, any number of them."""
    mask = (probabilities > settings.threshold * 255).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = []
    for contour in contours:
        centre, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < settings.min_side_px:
            continue
        score = mean_inside(probabilities, cv2.boxPoints((centre, (width, height), angle)).astype(np.float64))
        if score < settings.box_threshold:
            continue
        margin = width * height * settings.unclip / (width + height)  # twice area x unclip / perimeter
        grown = cv2.boxPoints((centre, (width + margin, height + margin), angle))
        boxes.append(Box(quad_of(clockwise(grown.astype(np.float64))), score))
    return boxes


def mean_inside(probabilities: Gray, corners: Corners) -> float:
    """Return the mean probability, 0..1, within a quadrilateral."""
    height, width = probabilities.shape
    left, top = np.clip(np.floor(corners.min(0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(corners.max(0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [np.round(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(probabilities[top : bottom + 1, left : right + 1], mask)[0]) / 255


def clockwise(corners: Corners) -> Corners:
    """Return CORNERS clockwise on the picture (y down) from the one nearest to the upper left."""
    centre = corners.mean(0)
    order = np.argsort(np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0]))
    ordered = corners[order]
    return np.roll(ordered, -int(ordered.sum(1).argmin()), axis=0)
