"""What a page needs, measured: noise, contrast, uneven light, softness, skew. On samples, so that A0 costs little."""

import math
from functools import reduce
from typing import NamedTuple

import cv2
import numpy as np

from ocr_tasks.engines import Gray

SAMPLE_SIDE = 512
SAMPLES = 12
BLOCK = 64
SKEW_SIDE = 1600
"""Skew is measured on the page reduced to this long side: a slope of 1 pixel over it is 0.04 degrees."""


class PageMeasures(NamedTuple):
    """Grey levels (0..255) unless named otherwise."""

    noise: float
    """Standard deviation of the grain on empty paper."""
    paper: float
    ink: float
    """Of the darker strokes; that of the paper where there are none."""
    unevenness: float
    """How much darker the darkest twentieth of the paper is than the lightest."""
    softness_px: float
    """Over how many pixels an edge between ink and paper spreads."""
    greys: float
    """Share of half tones among all that is not paper: none in a fax, many where edges are antialiased."""
    speckle: float
    """Share of dark spots of one or two pixels among all dark spots."""
    skew_deg: float
    """Counter-clockwise turn of the page's long straight lines off the axes, within the range searched."""

    @property
    def contrast(self) -> float:
        """Paper minus ink."""
        return max(self.paper - self.ink, 0.0)


def measure(page: Gray, max_skew_deg: float) -> PageMeasures:
    """Return what was measured on a page, uint8 (height, width)."""
    samples = _samples(page)
    light = paper_light(page)
    paper = float(np.median(light))
    low, high = (float(value) for value in np.percentile(light, (5, 95)))
    noise = _noise(samples, paper)
    if noise > 1.0:  # what follows is to be told of the drawing, not of its grain
        samples = [np.asarray(cv2.GaussianBlur(sample, (0, 0), 1.2), np.uint8) for sample in samples]
    ink = _ink_level(samples, paper, noise)
    contrast = max(paper - ink, 0.0)
    return PageMeasures(
        noise=noise,
        paper=paper,
        ink=ink,
        unevenness=high - low,
        softness_px=_softness(samples, contrast),
        greys=_greys(samples, paper, ink),
        speckle=_speckle(samples, (paper + ink) / 2),
        skew_deg=skew_deg(page, max_skew_deg),
    )


def skew_deg(page: Gray, max_deg: float) -> float:
    """Return how far the page's straight lines are turned off the axes, counter-clockwise, in -max_deg..max_deg.

    The angle at which the profile of the ink, sheared and summed along rows and along columns, is sharpest (Postl's
    projection criterion: sum of squared differences of neighbouring sums); 0 without a clear peak.
    """
    height, width = page.shape
    step = max(1, min(math.ceil(max(height, width) / SKEW_SIDE), height, width))
    # The darkest pixel of each cell: a line of one pixel survives the reduction.
    small = np.ascontiguousarray(darkest_of_cells(page, step))
    background = cv2.blur(small, (41, 41))
    mask = (small.astype(np.int16) < background.astype(np.int16) - 24).astype(np.uint8)
    rows, columns = np.nonzero(mask)
    if max_deg <= 0 or len(rows) < 200:
        return 0.0
    if len(rows) > 200_000:
        keep = np.random.default_rng(0).choice(len(rows), 200_000, replace=False)
        rows, columns = rows[keep], columns[keep]
    x, y = columns.astype(np.float32), rows.astype(np.float32)

    def sharpness(angle: float) -> float:
        slope = math.tan(math.radians(angle))
        # y down: a line that climbs to the right (counter-clockwise) has y + x*slope constant.
        return _profile_sharpness(y + x * slope) + _profile_sharpness(x - y * slope)

    best = 0.0
    for reach, stride in ((max_deg, 0.25), (0.25, 0.05), (0.05, 0.01)):
        angles = best + np.arange(-reach, reach + stride / 2, stride)
        best = float(max((sharpness(float(angle)), -abs(float(angle)), float(angle)) for angle in angles)[2])
    flat = np.median([sharpness(float(angle)) for angle in np.linspace(-max_deg, max_deg, 21)])
    clear = sharpness(best) > 1.5 * flat and sharpness(best) > 1.1 * sharpness(0.0)
    return best if clear and abs(best) <= max_deg else 0.0


def darkest_of_cells(page: Gray, step: int) -> Gray:
    """Return the darkest level of each whole cell of STEP by STEP pixels."""
    height, width = (side // step for side in page.shape)
    rows = page[: height * step, : width * step].reshape(height, step, width * step).min(axis=1)
    return reduce(np.minimum, (rows[:, start::step] for start in range(step)))


def _profile_sharpness(places: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    start = float(places.min())
    profile = np.bincount((places - start).astype(np.int64))
    return float(np.square(np.diff(profile.astype(np.float64))).sum())


def _samples(page: Gray) -> list[Gray]:
    """Return windows spread over the page, those with most to see first."""
    height, width = page.shape
    side = SAMPLE_SIDE
    if height <= side * 2 and width <= side * 2:
        return [np.ascontiguousarray(page)]
    tops = range(0, max(height - side, 0) + 1, max(side, (height - side) // 5 or side))
    lefts = range(0, max(width - side, 0) + 1, max(side, (width - side) // 5 or side))
    windows = [np.ascontiguousarray(page[top : top + side, left : left + side]) for top in tops for left in lefts]
    windows.sort(key=lambda window: -float(window[::4, ::4].std()))
    return windows[:SAMPLES]


def paper_light(page: Gray) -> Gray:
    """Return one grey level a block of BLOCK by BLOCK pixels: the paper's, where less than half of it is ink."""
    height, width = page.shape
    if height < BLOCK or width < BLOCK:
        return np.full((1, 1), np.percentile(page, 60), np.uint8)
    cells = page[: height // BLOCK * BLOCK, : width // BLOCK * BLOCK]
    cells = cells.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK)[:, ::4, :, ::4]
    return np.percentile(cells, 60, axis=(1, 3), method="nearest").astype(np.uint8)


def _ink_level(samples: list[Gray], paper: float, noise: float) -> float:
    """Return the level of the darkest fifth of what is clearly darker than paper and its grain."""
    dark = np.concatenate([sample[sample < paper - max(25.0, 2.5 * noise)] for sample in samples])
    return float(np.percentile(dark, 20)) if len(dark) >= 50 else paper


def _noise(samples: list[Gray], paper: float) -> float:
    """Return the deviation of neighbouring pixels on the lighter half of the page, away from ink.

    The median of differences: thin light lines and their soft edges are no grain.
    """
    spreads = []
    for sample in samples:
        smooth = cv2.blur(sample, (9, 9))
        empty = smooth >= min(float(np.percentile(smooth, 50)), paper)
        grain = sample[:, 1:].astype(np.float32) - sample[:, :-1]
        chosen = grain[empty[:, 1:] & empty[:, :-1]]
        if len(chosen) >= 500:
            spreads.append(1.4826 * float(np.median(np.abs(chosen))) / math.sqrt(2))
    return float(np.median(spreads)) if spreads else 0.0


def _softness(samples: list[Gray], contrast: float) -> float:
    """Contrast over the steepest slopes: a step that is spread over n pixels has a slope of contrast/n."""
    if contrast < 10:
        return 0.0
    slopes = []
    for sample in samples:
        smooth = cv2.GaussianBlur(sample, (3, 3), 0)
        slope = np.abs(smooth[:, 1:].astype(np.int16) - smooth[:, :-1]).max(axis=1)
        steep = slope[slope > 0.15 * contrast]
        if len(steep) >= 20:
            slopes.append(float(np.percentile(steep, 75)))
    return contrast / max(float(np.median(slopes)), 1.0) if slopes else 0.0


def _greys(samples: list[Gray], paper: float, ink: float) -> float:
    low, high = ink + 0.2 * (paper - ink), paper - 0.2 * (paper - ink)
    marks = sum(int(np.count_nonzero(sample < high)) for sample in samples)
    half_tones = sum(int(np.count_nonzero((sample < high) & (sample > low))) for sample in samples)
    return half_tones / marks if marks else 0.0


def _speckle(samples: list[Gray], middle: float) -> float:
    spots = specks = 0
    for sample in samples:
        mask = (sample < middle).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        areas = stats[1:count, cv2.CC_STAT_AREA]
        spots += len(areas)
        specks += int(np.count_nonzero(areas <= 2))
    return specks / spots if spots >= 50 else 0.0
