"""Detect: where text stands on each page, at any angle, in page pixels."""

import math
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.ahead import fetched_ahead
from ocr_tasks.contract import DetectOptions, Options, PageRecord, Preparation, Region
from ocr_tasks.engines import Box, Detector, Gray
from ocr_tasks.quads import (
    angle_of,
    corners_of,
    height_of,
    middle_in,
    places_along,
    quad_of,
    straightened,
    turned,
    upright,
    width_of,
)
from ocr_tasks.runner import BatchStage, Done, OnPage
from ocr_tasks.stages.detect.balloons import in_rings
from ocr_tasks.stages.detect.chains import without_chains
from ocr_tasks.stages.detect.dashes import without_dashes
from ocr_tasks.stages.detect.fit import fit_to_ink
from ocr_tasks.stages.detect.frames import candidates
from ocr_tasks.stages.detect.gutters import without_gutters
from ocr_tasks.stages.detect.join import joined
from ocr_tasks.stages.detect.large import large_rows
from ocr_tasks.stages.detect.lone import bare_ones, lone_characters, rows_of_lying
from ocr_tasks.stages.detect.oblique import oblique_rows
from ocr_tasks.stages.detect.own_height import apart_from_usual, height_upwards, reads_upwards
from ocr_tasks.stages.detect.second_look import LONGEST_STROKE, Upward, overlaps, upward_lines, usual_height
from ocr_tasks.stages.detect.singles import SINGLE, singles_level
from ocr_tasks.stages.detect.two_rows import rows_behind_values
from ocr_tasks.stages.ink import Strokes, strokes_of
from ocr_tasks.stages.lying import laid, lies, raised, turns_to_stand
from ocr_tasks.workdir import Workdir

TEXT, RIVAL, COLUMN, STACKED, LONE, ONE = "text", "rival", "column", "stacked", "lone", "one"
"""Kinds of region. A rival is another way to see what a text region covers, a column one to see what several do; of
stacked ones three are one: a value, its upper and its lower deviation; a lone one is a character or two that nothing
else covers, a one a bare stroke. Only what reads well of these is text."""
FRAMES = ("frame", "frame-2", "frame-3")
"""What may be a feature control frame: the first, second and third row of the cells within the region."""
NARROW, HIGH = 0.5, 1.2
"""A character is narrow if its box is less wide than this, in its heights; it is no higher than this, in lines."""
SMALL_LETTERING_PX, GOOD_LETTERING_PX = 18.0, 25.0
"""Usual height of the detector's boxes, half as high again as the ink: where it is small, and what it should be."""
WORTH_A_LOOK = 1.25
"""A second look must be so much finer than the first."""
TALL = 1.7
"""A line so much higher than the usual one may be two, one above the other."""
TALL_AROUND_ONE, FRAMED = 1.4, 1.3
"""One so much higher and no longer than so many of its own heights may be the frame of a datum's letter."""
LEAST_COLUMN = 0.5
"""A column of characters is at least so wide, in heights of the usual line."""
APART_IN_COLUMN = 0.8
"""Lines further apart along a column, in its heights, are two strings."""
HIGHEST, SQUARE = 12.0, 2.5
"""A box higher than so many usual lines and no longer than so many of its own heights is an area of the page."""


def stage(detector: Detector) -> BatchStage:
    """Return the stage, bound to its engine."""

    def run(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        sheets = (sheet for work in works for sheet in sheets_of(work))
        pages = fetched_ahead(partial(work.prepared_image, preparation) for work, preparation in sheets)
        for work in works:
            yield detect(work, detector, options.detect, on_page, pages)

    return run


def detect(
    work: Workdir,
    detector: Detector,
    options: DetectOptions,
    on_page: OnPage = lambda: None,
    images: Iterator[Gray] | None = None,
) -> Done:
    """Write `regions.jsonl` for one drawing. IMAGES yields its pages; by default each is read when its turn comes."""
    regions: list[Region] = []
    pages = work.pages()
    images = (work.prepared_image(preparation) for work, preparation in sheets_of(work)) if images is None else images
    for page in pages:
        image = next(images)
        for kind, boxes in find(image, page, detector, options):
            for box in boxes:
                regions.append(
                    Region(
                        region_id=len(regions),
                        page=page.page,
                        quad_px=box.quad_px,
                        angle_deg=angle_of(box.quad_px),
                        score=box.score,
                        kind=kind,
                    )
                )
        on_page()
    work.write_regions(regions)
    return Done(work, len(pages), {"regions": len(regions)})


def sheets_of(work: Workdir) -> list[tuple[Workdir, Preparation]]:
    """Return how each page of a drawing was prepared."""
    prepared = {record.page: record for record in work.preparations()}
    return [(work, prepared.get(page.page, Preparation(page=page.page))) for page in work.pages()]


class SizedStrokes(NamedTuple):
    """What of a page may be lettering of one size, and its height in those of the page's usual line."""

    strokes: Strokes
    height: float


class Found(NamedTuple):
    """The regions of one kind."""

    kind: str
    boxes: list[Box]


def find(image: Gray, page: PageRecord, detector: Detector, options: DetectOptions) -> list[Found]:
    """Return the lines of text on one page, tight to their ink, in its pixels, each quad as it is probably read.

    Rivals are what else may stand where some of the lines are: upright characters below each other instead of a line
    that reads upwards. Frames are rows of cells that may be feature control frames. Reading decides about both. The
    detector looks at the page reduced as the options say; the ink is looked at in full. A page that lies on its side
    is looked at once more, raised.
    """
    small, found = looked_at(image, page, detector, options)
    if not lies(upright(box.quad_px) for box in found):
        return _find(image, small, found, detector)
    quarters = turns_to_stand([box.quad_px for box in found], small.shape[1], small.shape[0])
    standing = raised(image, quarters)
    kinds = _find(standing, *looked_at(standing, page, detector, options), detector)
    height, width = image.shape
    return [Found(kind, [laid(box, width, height, quarters) for box in boxes]) for kind, boxes in kinds]


def _find(image: Gray, small: Gray, found: Sequence[Box], detector: Detector) -> list[Found]:
    back = np.array([image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]])
    first = [Box(straightened(upright(box.quad_px)), box.score) for box in found]
    first = with_narrow_upright(singles_level(without_areas(first), small))
    letterings, upward = [], Upward([], [])
    if (line_height := usual_height(first)) is not None:
        own_height = height_upwards(first, line_height)
        letterings = [
            SizedStrokes(strokes_of(small, round(LONGEST_STROKE * height)), height / line_height)
            for height in dict.fromkeys((line_height, own_height))
        ]
        strokes = letterings[-1].strokes
        upward = upward_lines(small, strokes, first, detector, own_height)
        upward = upward._replace(columns=without_dashes(upward.columns, strokes, own_height))
    second = [Box(straightened(box.quad_px), box.score) for box in upward.lines]
    kept, rivals = told_apart(first, second)
    parted = without_chains(image, [_scaled(box, back) for box in kept])
    lines = [*without_gutters(image, joined(image, fit_to_ink(image, parted.boxes))), *parted.values]
    lines = lines_of_text(letterings[0].strokes, lines, back) if letterings else lines
    others = fit_to_ink(image, [_scaled(box, back) for box in rivals])
    columns = fit_to_ink(image, [_scaled(box, back) for box in upward.columns])
    height = (usual_height(lines) or 0.0) * (letterings[-1].height if letterings else 1.0)
    columns = [column for column in columns if is_column(column, lines, height)]
    ones: list[Box] = []
    characters: list[Box] = []
    for lettering in apart_from_prose(letterings, lines, back):
        columns += fit_to_ink(image, slanted_in(lettering, lines, back))
        more_ones, more = lone_in(lettering, [*lines, *others], back)
        ones += elsewhere(more_ones, ones)
        characters += elsewhere(more, characters)
    return [
        Found(TEXT, lines),
        Found(RIVAL, others),
        Found(COLUMN, columns),
        Found(STACKED, rows_behind_values(image, lines)),
        Found(LONE, characters),
        Found(ONE, ones),
        *frames_of(small, lines, back),
    ]


def looked_at(image: Gray, page: PageRecord, detector: Detector, options: DetectOptions) -> tuple[Gray, list[Box]]:
    """Return the page reduced for the detector, and what it sees there, in the reduced page's pixels.

    Lettering that turns out to be small is looked at once more, less reduced: the detector loses short strings of it.
    """
    most = math.sqrt(options.max_pixels / image.size)
    scale = min(options.dpi / page.dpi, most, 1.0)
    small = at_most(image, scale)
    found = detector.detect(small)
    line_height = usual_height([Box(upright(box.quad_px), box.score) for box in found])
    if line_height is None or line_height >= SMALL_LETTERING_PX:
        return small, found
    finer = min(scale * GOOD_LETTERING_PX / line_height, most, 1.0)
    if finer < WORTH_A_LOOK * scale:
        return small, found
    small = at_most(image, finer)
    return small, detector.detect(small)


def lines_of_text(strokes: Strokes, lines: Sequence[Box], back: npt.NDArray[np.float64]) -> list[Box]:
    """Return LINES, in pixels of the page, without those that are dashes of a line."""
    if (line_height := usual_height(lines)) is None:
        return list(lines)
    reduced = [_scaled(line, 1 / back) for line in lines]
    left = without_dashes(reduced, strokes, line_height / float(back.mean()))
    return [line for line, small in zip(lines, reduced, strict=True) if small in left]


def is_column(box: Box, lines: Sequence[Box], line_height: float) -> bool:
    """Say whether a box, tight to its ink, may hold several characters and one string, beside LINES.

    LINE_HEIGHT is that of the lettering that reads upwards. Two lines apart that both read along the box are two.
    """
    across = height_of(box.quad_px)
    if across <= LEAST_COLUMN * line_height or width_of(box.quad_px) <= across:
        return False
    inside = [line for line in lines if reads_upwards(line) and middle_in(line.quad_px, box.quad_px)]
    extents = sorted(
        (float(places[:, 0].min()), float(places[:, 0].max()))
        for line in inside
        if width_of(line.quad_px) > height_of(line.quad_px)
        for places in (places_along(box.quad_px, corners_of(line.quad_px)),)
    )
    return all(after[0] - before[1] <= APART_IN_COLUMN * across for before, after in pairwise(extents))


def slanted_in(lettering: SizedStrokes, lines: Sequence[Box], back: npt.NDArray[np.float64]) -> list[Box]:
    """Return what may be short strings at a slant that LINES do not hold as they run, in pixels of the page."""
    reduced, height = _reduced(lines, back)
    if height is None:
        return []
    return [_scaled(box, back) for box in oblique_rows(lettering.strokes, reduced, lettering.height * height)]


def lone_in(
    lettering: SizedStrokes, lines: Sequence[Box], back: npt.NDArray[np.float64]
) -> tuple[list[Box], list[Box]]:
    """Return the bare strokes and the characters that may stand by themselves beside LINES, in pixels of the page."""
    reduced, usual = _reduced(lines, back)
    if usual is None:
        return [], []
    strokes, height = lettering.strokes, lettering.height * usual
    rows = rows_of_lying(strokes, reduced)
    doubtful = [box for box in reduced if box in rows or reads_upwards(box) or _holds_more(box, height)]
    explained = [box for box in reduced if box not in doubtful]
    ones = bare_ones(strokes, reduced, height)
    characters = lone_characters(strokes, explained, height, doubtful=doubtful)
    characters = without_dashes(characters, strokes, height)
    characters += large_rows(strokes, reduced, height)
    ringed = in_rings(strokes, reduced, height)
    characters = [c for c in characters if not any(middle_in(c.quad_px, ring.quad_px) for ring in ringed)] + ringed
    return [_scaled(box, back) for box in ones], [_scaled(box, back) for box in characters]


def apart_from_prose(
    letterings: Sequence[SizedStrokes], lines: Sequence[Box], back: npt.NDArray[np.float64]
) -> list[SizedStrokes]:
    """Return LETTERINGS, those after the first without the pieces that stand in LINES of the first one's height.

    The first is that of the usual line. LINES are in pixels of the page, which is the reduced one times BACK.
    """
    reduced, height = _reduced(lines, back)
    if height is None:
        return []
    others = [o._replace(strokes=apart_from_usual(o.strokes, reduced, height)) for o in letterings[1:]]
    return [*letterings[:1], *others]


def _reduced(lines: Sequence[Box], back: npt.NDArray[np.float64]) -> tuple[list[Box], float | None]:
    """Return LINES as they lie on the reduced page, and how high the usual one is there."""
    height = usual_height(lines)
    return [_scaled(line, 1 / back) for line in lines], None if height is None else height / float(back.mean())


def elsewhere(boxes: Sequence[Box], others: Sequence[Box]) -> list[Box]:
    """Return those of BOXES that do not stand where one of OTHERS does."""
    return [box for box, covered in zip(boxes, overlaps(boxes, others), strict=True) if not covered]


def _holds_more(box: Box, line_height: float) -> bool:
    """Say whether a box is two lines high, or holds a single character and what is drawn around it."""
    single = width_of(box.quad_px) <= FRAMED * height_of(box.quad_px)
    return height_of(box.quad_px) > (TALL_AROUND_ONE if single else TALL) * line_height


def frames_of(small: Gray, lines: Sequence[Box], back: npt.NDArray[np.float64]) -> list[Found]:
    """Return what may be feature control frames on the reduced page: one region a row.

    LINES, tight to their ink, and the regions are in pixels of the page, which is the reduced one times BACK.
    """
    if (line_height := usual_height(lines)) is None:
        return []
    frames = candidates(small, line_height / float(back.mean()))
    return [
        Found(kind, [_scaled(Box(frame.outline, 1.0), back) for frame in frames if frame.rows > row])
        for row, kind in enumerate(FRAMES)
    ]


def without_areas(boxes: Sequence[Box]) -> list[Box]:
    """Return BOXES without those that are no text: as large as a view. To look for a line in one takes seconds."""
    most = HIGHEST * (usual_height(boxes) or math.inf)
    return [b for b in boxes if height_of(b.quad_px) <= most or width_of(b.quad_px) > SQUARE * height_of(b.quad_px)]


def with_narrow_upright(boxes: Sequence[Box]) -> list[Box]:
    """Return BOXES with those upright that are as high as a line and much narrower: 1, I and their like."""
    line_height = usual_height(boxes)
    if line_height is None:
        return list(boxes)
    turned_up = []
    for box in boxes:
        length, across = width_of(box.quad_px), height_of(box.quad_px)
        upward = abs(angle_of(box.quad_px) - 90) < 30
        narrow = upward and across < NARROW * length and length < HIGH * line_height
        turned_up.append(Box(turned(box.quad_px, 1), box.score) if narrow else box)
    return turned_up


def told_apart(first: Sequence[Box], second: Sequence[Box]) -> tuple[list[Box], list[Box]]:
    """Return the boxes of both looks that go together, and those of the first that a line of the second puts in doubt.

    Of a line that reads upwards the second look knows more; a single character that it covers may stand by itself.
    """
    kept, rivals = list(second), []
    for box, covered in zip(first, overlaps(first, second), strict=True):
        single = width_of(box.quad_px) < SINGLE * height_of(box.quad_px)
        if not (reads_upwards(box) or single) or not covered:
            kept.append(box)
        elif single:
            rivals.append(box)
    return kept, rivals


def at_most(image: Gray, scale: float) -> Gray:
    """Return IMAGE reduced by SCALE; as it is if that would change little."""
    if scale > 0.9:
        return image
    height, width = image.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _scaled(box: Box, factors: npt.NDArray[np.float64]) -> Box:
    return Box(quad_of(corners_of(box.quad_px) * factors), box.score)
