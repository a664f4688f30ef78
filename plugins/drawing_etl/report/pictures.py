"""Pictures of drawings with what was read on them, small enough to stand inside the page."""

import base64
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from drawing_etl.warehouse.checks import Check, layer_checks
from drawing_etl.warehouse.records import RunDrawing
from ocr_tasks.contract import Item, Quad, Result
from ocr_tasks.errors import ContractError
from ocr_tasks.picture import Gray
from ocr_tasks.workdir import Workdir

log = logging.getLogger(__name__)

LONG_SIDE_PX = 1100
QUALITY = 72
MAX_BYTES = 64 * 2**20
MAX_PICTURES = 8
MAX_CROPS = 6
CROP_SIDE_PX = 420


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


@dataclass(frozen=True)
class Crop:
    """The place of one string, cut out of its page, as a data address."""

    text: str
    where: str
    data: str
    read: str | None = None
    """What OCR read there, where the text is known from elsewhere."""


def crops(drawing_id: str, item_ids: Iterable[int], work_root: Path | None, most: int = MAX_CROPS) -> list[Crop]:
    """Return the places of the first of these strings that can be shown: from the page, or from its preview."""
    work, result = _read(drawing_id, work_root)
    if work is None or result is None:
        return []
    items = {item.item_id: item for item in result.items}
    return _cut_out(work, result, ((items[item_id], None) for item_id in item_ids if item_id in items), most)


def misread(drawing_id: str, work_root: Path | None, most: int = MAX_CROPS) -> list[Crop]:
    """Return strings that OCR read otherwise than the trusted text layer has them, those it was surest of first."""
    work, result = _read(drawing_id, work_root)
    if work is None or result is None:
        return []
    items = {item.item_id: item for item in result.items}
    wrong = sorted((each for each in layer_checks(result) if not each.exact), key=lambda each: -(each.confidence or 0))
    found = ((items[each.item_id], each) for each in wrong if each.item_id is not None)
    return _cut_out(work, result, found, most)


def _read(drawing_id: str, work_root: Path | None) -> tuple[Workdir | None, Result | None]:
    if work_root is None:
        return None, None
    try:
        work = Workdir.below(work_root, drawing_id)
        return work, work.result()
    except ContractError as error:
        log.debug("no crops of %s: %s", drawing_id, error)
        return None, None


def _cut_out(work: Workdir, result: Result, wanted: Iterable[tuple[Item, Check | None]], most: int) -> list[Crop]:
    pages = {page.page: page for page in result.pages}
    found: list[Crop] = []
    for item, checked in wanted:
        if len(found) == most:
            break
        page = pages.get(item.page)
        if page is None or (picture := page_picture(work, page.page)) is None:
            continue
        packed = cut(picture, item.quad_px, picture.shape[1] / page.width_px)
        if packed is not None:
            where = f"page {item.page}" + (f", zone {item.zone}" if item.zone else "")
            data = f"data:image/jpeg;base64,{base64.b64encode(packed).decode()}"
            text, read = (checked.truth, checked.reading) if checked is not None else (item.text, None)
            found.append(Crop(text, where, data, read))
    return found


def page_picture(work: Workdir, page: int) -> Gray | None:
    """Return the page itself, or where that is gone its preview, grey uint8 (height, width)."""
    try:
        return work.page_image(page)
    except ContractError:
        pass
    try:
        packed = work.preview(page).read_bytes()
    except OSError:
        return None
    picture = cv2.imdecode(np.frombuffer(packed, dtype=np.uint8), cv2.IMREAD_GRAYSCALE) if packed else None
    return None if picture is None else np.asarray(picture, dtype=np.uint8)


def cut(picture: Gray, quad_px: Quad, scale: float) -> bytes | None:
    """Return what a quad of page pixels surrounds, as JPEG; SCALE is picture pixels a page pixel. None: too small."""
    corners = np.asarray(quad_px) * scale
    margin = 12 + 0.4 * float(np.hypot(*(corners[3] - corners[0])))
    left, top = np.maximum(np.floor(corners.min(axis=0) - margin), 0).astype(int)
    right, bottom = np.minimum(np.ceil(corners.max(axis=0) + margin), (picture.shape[1], picture.shape[0])).astype(int)
    if right - left < 4 or bottom - top < 4:
        return None
    piece = cv2.cvtColor(np.ascontiguousarray(picture[top:bottom, left:right]), cv2.COLOR_GRAY2BGR)
    cv2.polylines(piece, [np.rint(corners - (left, top)).astype(np.int32)], isClosed=True, color=(40, 90, 220))
    shrink = min(1.0, CROP_SIDE_PX / max(piece.shape[:2]))
    if shrink < 1:
        size = (max(1, round(piece.shape[1] * shrink)), max(1, round(piece.shape[0] * shrink)))
        piece = cv2.resize(piece, size, interpolation=cv2.INTER_AREA)
    _, packed = cv2.imencode(".jpg", piece, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(packed.tobytes())


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
