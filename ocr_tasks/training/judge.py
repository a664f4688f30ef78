"""Scores a recogniser on crops of real pages, cut where the truth says that a string stands.

Only reading is judged, not finding: every crop holds one string, turned upright. Truth folders are those of `score.py`:
one JSON file a page beside its PDF, quads in PDF points with the origin at the top left, in reading order.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from ocr_tasks.engines import Gray
from ocr_tasks.evaluation.confusions import fold


@dataclass(frozen=True, slots=True)
class RealCrop:
    """One string of a real page."""

    crop: Gray
    text: str
    source: str
    kind: str
    turned: bool


def real_crops(folder: Path, dpi: float = 200.0, margin: float = 0.15) -> Iterator[RealCrop]:
    """Yield every readable single-line string of a truth folder.

    `margin` is added on all sides, as a share of the string's height. Strings with parts (stacked tolerances, frames)
    and those marked unreliable are left out, as are the letters of the border's zones.
    """
    for path in sorted(folder.rglob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        if "texts" not in truth:
            continue
        page = _render(path.parent / truth["file"], truth["page"], dpi)
        scale = np.array((page.shape[1] / truth["width_pt"], page.shape[0] / truth["height_pt"]))
        for item in truth["texts"]:
            if item.get("unreliable") or item.get("parts") or item.get("kind") == "zone":
                continue
            crop = cut(page, np.asarray(item["quad"], float) * scale, margin)
            turned = min(item.get("rotation", 0) % 360, -item.get("rotation", 0) % 360) > 2
            yield RealCrop(crop, item["text"], path.parent.name, item.get("kind", "text"), turned)


def cut(page: Gray, quad_px: npt.NDArray[np.float64], margin: float) -> Gray:
    """Return the upright crop under a quad (4, 2) in reading order, with a margin as a share of its height."""
    along, down = quad_px[1] - quad_px[0], quad_px[3] - quad_px[0]
    width, height = float(np.linalg.norm(along)), float(np.linalg.norm(down))
    along, down = along / max(width, 1e-6), down / max(height, 1e-6)
    space = margin * height + 1
    corner = quad_px[0] - space * (along + down)
    width, height = width + 2 * space, height + 2 * space
    spots = np.array([corner, corner + width * along, corner + height * down], np.float32)
    size = (max(round(width), 1), max(round(height), 1))
    onto = np.array([(0, 0), (size[0], 0), (0, size[1])], np.float32)
    matrix = cv2.getAffineTransform(spots, onto)
    return np.asarray(cv2.warpAffine(page, matrix, size, flags=cv2.INTER_LINEAR, borderValue=255), np.uint8)


def _render(path: Path, page: int, dpi: float) -> Gray:
    document = pdfium.PdfDocument(path)
    try:
        picture = document[page].render(scale=dpi / 72, grayscale=True).to_numpy()
        return np.array(picture.reshape(picture.shape[:2]))
    finally:
        document.close()


def same(truth: str, reading: str) -> bool:
    """Say whether both read the same after folding."""
    return fold(truth, marks="") == fold(reading, marks="")
