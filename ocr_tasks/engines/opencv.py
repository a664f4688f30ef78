"""Image repair with OpenCV on the processor. The order: deskew, grain, light, threshold, specks, edges."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from ocr_tasks.contract import EngineInfo, PreprocessOptions, Switch
from ocr_tasks.engines import Gray, Prepared
from ocr_tasks.engines.page_measures import PageMeasures, measure, paper_light

# What `auto` calls for. A render from vectors has no grain, white paper and edges of one pixel: none of it.
NOISY = 4.0
FAINT = 110.0
UNEVEN = 35.0
SOFT_PX = 3.3
SPECKLED = 0.4
SKEWED_DEG = 0.2
GRAINY = 0.5
"""What a camera or a scanner in greys leaves at the least. A render has none, and no fault that is worth mending."""
HALF_TONES = 0.02

BAND_ROWS = 1024
"""Rows labelled at once: labels take four bytes a pixel."""


class OpenCvPreprocessor:
    """Repairs pages on the processor; one instance may prepare any number of batches."""

    def __init__(self, threads: int = 0) -> None:
        if threads:
            cv2.setNumThreads(threads)

    @property
    def info(self) -> EngineInfo:
        return EngineInfo(name="opencv", provider=cv2.__version__, precision="uint8")

    def prepare(self, pages: Iterable[Gray], options: PreprocessOptions) -> Iterator[Prepared]:
        """Yield each page repaired, of its own size, or `image` None where it needs nothing."""
        return (prepare_page(page, options) for page in pages)


def prepare_page(page: Gray, options: PreprocessOptions) -> Prepared:
    """Return one page, uint8 (height, width), after the steps that are on or that `auto` finds needed."""
    measured = measure(page, options.max_skew_deg)
    steps = needed(measured, options)
    why = {name: round(value, 3) for name, value in measured._asdict().items()}
    return Prepared(apply(page, steps, measured, options) if steps else None, steps, why)


def needed(measured: PageMeasures, options: PreprocessOptions) -> dict[str, float]:
    """Return the steps to take, each with its strength.

    `auto` never thresholds: networks read greys better than what is left of them. On a made sheet, shaded, the share
    of strings read exactly was 0.72 untouched, 0.86 with blur and CLAHE, 0.61 with a threshold besides; the same
    sheet faint 0.41, 0.86, 0.48, and with heavy grain 0.76, 0.85 (blur), 0.41.
    """
    faint = measured.contrast < FAINT
    uneven = measured.unevenness > UNEVEN
    grainy = measured.noise > GRAINY
    soft = grainy and measured.softness_px > SOFT_PX and measured.noise < NOISY
    specked = measured.speckle > SPECKLED and (grainy or measured.greys < HALF_TONES)
    wanted = (
        ("deskew", options.deskew, abs(measured.skew_deg) >= SKEWED_DEG, measured.skew_deg),
        ("clahe", options.clahe, measured.contrast > 20 and (faint or uneven), options.clahe_clip),
        ("blur", options.blur, measured.noise > NOISY, options.blur_sigma),
        ("threshold", options.threshold, False, options.threshold_offset),
        ("opening", options.opening, specked, float(options.opening_px)),
        ("sharpen", options.sharpen, soft, options.sharpen_amount),
    )
    steps = {name: strength for name, switch, wants, strength in wanted if _on(switch, wants)}
    if steps.get("deskew") == 0.0:
        del steps["deskew"]
    return steps


def apply(page: Gray, steps: dict[str, float], measured: PageMeasures, options: PreprocessOptions) -> Gray:
    """Return the page after STEPS; the size and the place of its centre stay."""
    image = np.ascontiguousarray(page)
    if "deskew" in steps:
        image = turned(image, -steps["deskew"])
    if "blur" in steps:
        image = cv2.GaussianBlur(image, (0, 0), steps["blur"])  # type: ignore[assignment]
    if "clahe" in steps:
        tiles = (options.clahe_tiles, options.clahe_tiles)
        # CLAHE alone leaves a page as it is that is nearly all paper: its clipped histogram is flat. Light first.
        image = levelled(flattened(image), 255 * measured.ink / max(measured.paper, 1.0))
        image = cv2.createCLAHE(clipLimit=steps["clahe"], tileGridSize=tiles).apply(image)  # type: ignore[assignment]
    if "threshold" in steps:
        image = cv2.adaptiveThreshold(  # type: ignore[assignment]
            image,
            255,
            cv2.ADAPTIVE_THRESH_MEAN_C,
            cv2.THRESH_BINARY,
            options.threshold_block_px | 1,
            steps["threshold"],
        )
    if "opening" in steps:
        image = without_specks(image, round(steps["opening"]))
    if "sharpen" in steps:
        soft = cv2.GaussianBlur(image, (0, 0), 1.5)
        image = cv2.addWeighted(image, 1 + steps["sharpen"], soft, -steps["sharpen"], 0)  # type: ignore[assignment]
    return image


def flattened(image: Gray) -> Gray:
    """Return the picture divided by the light of its paper, block by block: paper becomes 255 everywhere."""
    out: Gray = cv2.divide(image, spread(paper_light(image), image.shape), scale=255)  # type: ignore[assignment]
    return out


def spread(light: Gray, shape: tuple[int, ...]) -> Gray:
    """Return the light of a page's blocks without outliers, spread over a picture of SHAPE."""
    if min(light.shape) >= 5:
        light = cv2.medianBlur(light, 5)  # type: ignore[assignment]
    out: Gray = cv2.resize(light, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)  # type: ignore[assignment]
    return out


def levelled(image: Gray, ink: float) -> Gray:
    """Return a picture on white paper with INK at a dark 32 and white left white, straight in between."""
    out: Gray = cv2.LUT(image, level_table(ink))  # type: ignore[assignment]
    return out


def level_table(ink: float) -> Gray:
    """Return what each of 256 levels becomes; all stay as they are where ink is hardly darker than paper."""
    if ink > 247:
        return np.arange(256, dtype=np.uint8)
    levels = 32 + (np.arange(256) - ink) * ((255 - 32) / (255 - ink))
    table: Gray = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    return table


def turned(image: Gray, degrees: float) -> Gray:
    """Return the picture turned counter-clockwise about its centre, of the same size, corners filled with paper."""
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    paper = int(np.percentile(image[:: max(1, height // 500), :: max(1, width // 500)], 90))
    out: Gray = cv2.warpAffine(  # type: ignore[assignment]
        image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(paper,)
    )
    return out


def without_specks(image: Gray, size_px: int) -> Gray:
    """Return the picture without dark spots that fit into a square of `size_px`.

    Larger ink keeps its shape: plain opening would also eat lines that are thinner than the square.
    """
    out = image.copy()
    margin = size_px + 1  # a spot that reaches beyond it is larger than the square
    for top in range(0, len(image), BAND_ROWS):
        begin, end = max(0, top - margin), min(len(image), top + BAND_ROWS + margin)
        ink = (image[begin:end] < 128).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
        small = (stats[:count, cv2.CC_STAT_WIDTH] <= size_px) & (stats[:count, cv2.CC_STAT_HEIGHT] <= size_px)
        small[0] = False
        specks = small[labels][top - begin : top - begin + BAND_ROWS]
        out[top : top + BAND_ROWS][specks] = 255
    return out


def _on(switch: Switch, wants: bool) -> bool:
    return switch == "on" or (switch == "auto" and wants)
