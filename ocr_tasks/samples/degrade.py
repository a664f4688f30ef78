"""What scanners, fax machines, copiers and phones do to a page. Each function returns the spoiled page with its truth
moved along; those that draw lots take a generator, so that the same seed gives the same bytes.

Frame: pixels, origin at the top left corner of the picture, y down; pixel (i, j) covers [i, i + 1) x [j, j + 1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_tasks.picture import Gray
from ocr_tasks.samples.emit.picture import picture
from ocr_tasks.samples.page_model import Sheet
from ocr_tasks.samples.truth import PageTruth, in_pixels

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Page:
    """A grey picture, uint8 [height, width], and what stands on it in its pixels."""

    picture: Gray
    truth: PageTruth

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in pixels."""
        return self.picture.shape[1], self.picture.shape[0]


Degradation = Callable[[Page, np.random.Generator], Page]


def drawn(sheet: Sheet, dpi: float) -> Page:
    """Return SHEET as a clean picture at DPI."""
    grey = picture(sheet, dpi)
    return Page(grey, in_pixels(sheet, dpi, grey.shape[1], grey.shape[0]))


def mapped(page: Page, matrix: Matrix, size: tuple[int, int], paper: int = 255) -> Page:
    """Return PAGE under a 3 x 3 projective MATRIX on a picture of SIZE (width, height), PAPER around it."""
    centre = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]], np.float64)
    pixels = np.linalg.inv(centre) @ matrix @ centre
    shrink = cv2.INTER_AREA if abs(np.linalg.det(matrix[:2, :2])) < 0.3 else cv2.INTER_CUBIC
    warped = cv2.warpPerspective(
        page.picture, pixels, size, flags=shrink, borderMode=cv2.BORDER_CONSTANT, borderValue=(paper,)
    )
    return Page(np.asarray(warped, np.uint8), page.truth.moved(lambda points: projected(points, matrix), *size))


def projected(points: NDArray[np.float64], matrix: Matrix) -> NDArray[np.float64]:
    """Return points [n, 2] under a 3 x 3 projective matrix."""
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:], np.float64)


def turned(page: Page, quarters: int) -> Page:
    """Return PAGE turned by QUARTERS times 90 degrees counter-clockwise, without loss."""
    width, height = page.size
    size = (width, height) if quarters % 2 == 0 else (height, width)
    moves: tuple[Callable[[NDArray[np.float64]], NDArray[np.float64]], ...] = (
        lambda p: p,
        lambda p: np.column_stack([p[:, 1], width - p[:, 0]]),
        lambda p: np.column_stack([width - p[:, 0], height - p[:, 1]]),
        lambda p: np.column_stack([height - p[:, 1], p[:, 0]]),
    )
    turned_picture = np.ascontiguousarray(np.rot90(page.picture, quarters % 4))
    return Page(turned_picture, page.truth.moved(moves[quarters % 4], *size))


def skewed(page: Page, degrees: float, paper: int = 255) -> Page:
    """Return PAGE turned by a small angle (counter-clockwise) about its middle, its size kept."""
    width, height = page.size
    a = np.radians(degrees)
    c, s, x, y = np.cos(a), np.sin(a), width / 2, height / 2
    matrix = np.array([[c, s, x - c * x - s * y], [-s, c, y + s * x - c * y], [0, 0, 1]], np.float64)
    return mapped(page, matrix, page.size, paper)


def resampled(page: Page, factor: float) -> Page:
    """Return PAGE with FACTOR times its resolution."""
    width, height = page.size
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    fx, fy = size[0] / width, size[1] / height
    small = cv2.resize(page.picture, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)
    return Page(np.asarray(small, np.uint8), page.truth.moved(lambda p: p * np.array([fx, fy]), *size))


def photographed(page: Page, corners: NDArray[np.float64], size: tuple[int, int], table: int = 96) -> Page:
    """Return PAGE lying on a table of grey TABLE, its corners (top left, top right, ...) at CORNERS [4, 2]."""
    width, height = page.size
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    return mapped(page, np.asarray(matrix, np.float64), size, table)


def noisy(page: Page, sigma: float, rng: np.random.Generator) -> Page:
    """Return PAGE with Gaussian noise of SIGMA grey levels."""
    noise = rng.standard_normal(page.picture.shape, np.float32) * sigma
    return _with(page, page.picture + noise)


def blurred(page: Page, sigma_px: float) -> Page:
    """Return PAGE out of focus."""
    return _with(page, cv2.GaussianBlur(page.picture, (0, 0), sigma_px))


def unevenly_lit(page: Page, depth: float, rng: np.random.Generator) -> Page:
    """Return PAGE under smooth light that falls off by up to DEPTH (0 to 1)."""
    coarse = rng.uniform(1.0 - depth, 1.0, (4, 5)).astype(np.float32)
    light = cv2.resize(coarse, page.size, interpolation=cv2.INTER_CUBIC)
    return _with(page, page.picture * np.clip(light, 1.0 - depth, 1.0))


def shadowed(page: Page, depth: float, rng: np.random.Generator) -> Page:
    """Return PAGE with the soft shadow of a hand or a lamp's arm across it."""
    width, height = page.size
    x0, x1 = rng.uniform(0.2, 0.8, 2) * width
    band = rng.uniform(0.15, 0.3) * width
    y, x = np.mgrid[0:height:8, 0:width:8].astype(np.float32)
    away = np.abs(x - (x0 + (x1 - x0) * y / height)) / band
    light = cv2.resize(1.0 - depth * np.exp(-(away**2)).astype(np.float32), page.size, interpolation=cv2.INTER_LINEAR)
    return _with(page, page.picture * light)


def faded(page: Page, ink: int = 150, paper: int = 235) -> Page:
    """Return PAGE as an old copy: black becomes INK, white becomes PAPER."""
    return _with(page, ink + page.picture.astype(np.float32) * ((paper - ink) / 255.0))


def speckled(page: Page, share: float, rng: np.random.Generator) -> Page:
    """Return PAGE with dust: SHARE of the pixels turned black or white."""
    spoiled = page.picture.copy()
    lots = rng.random(page.picture.shape, np.float32)
    spoiled[lots < share / 2] = 0
    spoiled[lots > 1.0 - share / 2] = 255
    return replace(page, picture=spoiled)


def two_level(page: Page, threshold: int = 160) -> Page:
    """Return PAGE as a fax has it: black or white."""
    return replace(page, picture=np.where(page.picture < threshold, 0, 255).astype(np.uint8))


def compressed(page: Page, quality: int) -> Page:
    """Return PAGE after a JPEG round trip."""
    done, data = cv2.imencode(".jpg", page.picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("OpenCV could not encode the picture as JPEG")
    return replace(page, picture=np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8))


def scanned(page: Page, rng: np.random.Generator, skew_deg: float | None = None) -> Page:
    """Return PAGE as an office scanner gives it: a little skew, blur, noise, uneven light."""
    skew = rng.uniform(-1.5, 1.5) if skew_deg is None else skew_deg
    page = blurred(skewed(page, skew, 250), 0.7)
    return noisy(unevenly_lit(faded(page, 40, 245), 0.12, rng), 4.0, rng)


def faxed(page: Page, rng: np.random.Generator) -> Page:
    """Return PAGE as a fax: two levels with specks and ragged edges."""
    return speckled(two_level(noisy(blurred(page, 0.6), 18.0, rng)), 0.0008, rng)


def snapped(page: Page, rng: np.random.Generator) -> Page:
    """Return PAGE as a phone sees it: perspective, shadow, uneven light, slight blur."""
    width, height = page.size
    pad = 0.04
    base = np.array([[pad, pad], [1 - pad, pad], [1 - pad, 1 - pad], [pad, 1 - pad]])
    corners = (base + rng.uniform(-0.03, 0.03, (4, 2))) * np.array([width, height])
    page = photographed(page, corners, (width, height))
    page = shadowed(unevenly_lit(faded(blurred(page, 0.6), 45, 240), 0.2, rng), 0.3, rng)
    return noisy(page, 3.0, rng)


TEAR = ((0.52, 1.0), (0.55, 0.88), (0.64, 0.85), (0.78, 0.84), (0.9, 0.79), (1.0, 0.76))
"""Where a torn sheet ends, in widths and heights of the page: the title block's lower rows are gone."""


def torn(page: Page, rng: np.random.Generator) -> Page:
    """Return PAGE without its lower right corner. Strings that the tear reaches are unreliable, what they fill null."""
    width, height = page.size
    at = np.linspace(0, len(TEAR) - 1, 120)
    edge = np.stack([np.interp(at, range(len(TEAR)), axis) for axis in zip(*TEAR, strict=True)], axis=1)
    edge[1:-1] += rng.normal(0, 0.0015, (118, 2))
    gone = np.round(np.vstack([edge, [1.0, 1.0]]) * (width, height)).astype(np.int32)
    left = page.picture.copy()
    cv2.fillPoly(left, [gone], (255,))
    cv2.polylines(left, [gone[:-1]], False, (150,), 2, cv2.LINE_AA)

    def is_gone(text: dict[str, Any]) -> bool:
        return any(cv2.pointPolygonTest(gone, (float(x), float(y)), False) >= 0 for x, y in text["quad"])

    lost = {text["field"] for text in page.truth.texts if "field" in text and is_gone(text)}
    block = {name: None if name in lost else value for name, value in page.truth.extra["fields"]["title_block"].items()}
    fields = page.truth.extra["fields"] | {"title_block": block}
    texts = tuple(text | {"unreliable": True} if is_gone(text) else text for text in page.truth.texts)
    return Page(left, replace(page.truth, texts=texts, extra=page.truth.extra | {"fields": fields}))


DEGRADATIONS: Mapping[str, Degradation] = {
    "clean": lambda page, rng: page,
    "skew": lambda page, rng: skewed(page, float(rng.uniform(-2.0, 2.0))),
    "noise": lambda page, rng: noisy(page, 14.0, rng),
    "light": lambda page, rng: unevenly_lit(page, 0.45, rng),
    "faded": lambda page, rng: noisy(faded(page), 5.0, rng),
    "jpeg": lambda page, rng: compressed(page, 30),
    "fax": faxed,
    "scan": scanned,
    "photo": snapped,
    "half": lambda page, rng: resampled(page, 0.5),
    "turned-90": lambda page, rng: turned(page, 1),
    "turned-180": lambda page, rng: turned(page, 2),
    "turned-270": lambda page, rng: turned(page, 3),
}
"""By name, for command lines and tests. `half` halves the resolution: 300 to 150 dpi."""


def _with(page: Page, grey: NDArray[Any]) -> Page:
    return replace(page, picture=np.clip(np.rint(grey), 0, 255).astype(np.uint8))
