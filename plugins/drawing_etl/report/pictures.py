"""Pictures of drawings with what was read on them, small enough to stand inside the page."""

import base64
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from drawing_etl.warehouse.records import RunDrawing
from ocr_tasks.errors import ContractError
from ocr_tasks.workdir import Workdir

log = logging.getLogger(__name__)

LONG_SIDE_PX = 1100
QUALITY = 72
MAX_BYTES = 64 * 2**20
MAX_PICTURES = 8


@dataclass(frozen=True)
class Picture:
    """One page of a drawing, as a data address."""

    drawing: RunDrawing
    page: int
    data: str
    width_px: int
    height_px: int


def pictures(drawings: Iterable[RunDrawing], work_root: Path | None, most: int = MAX_PICTURES) -> list[Picture]:
    """Return the first page of each drawing that still has its overlay, in the order given; none without a folder."""
    found: list[Picture] = []
    for drawing in drawings:
        if work_root is None or len(found) >= most:
            break
        try:
            picture = _small(Workdir.below(work_root, drawing.drawing_id).overlay(1))
        except (OSError, ContractError) as error:
            log.debug("no overlay of %s: %s", drawing.drawing_id, error)
            continue
        if picture is not None:
            data, width, height = picture
            found.append(Picture(drawing, 1, f"data:image/jpeg;base64,{data}", width, height))
    return found


def _small(path: Path) -> tuple[str, int, int] | None:
    with path.open("rb") as file:
        packed = file.read(MAX_BYTES)
    image = cv2.imdecode(np.frombuffer(packed, dtype=np.uint8), cv2.IMREAD_COLOR) if packed else None
    if image is None:
        return None
    scale = min(1.0, LONG_SIDE_PX / max(image.shape[:2]))
    if scale < 1:
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    _, small = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return base64.b64encode(small.tobytes()).decode(), image.shape[1], image.shape[0]
