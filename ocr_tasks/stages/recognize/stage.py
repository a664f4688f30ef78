"""Recognize: what each region says. The lines of all drawings of a batch are read together."""

import time
from collections.abc import Iterator, Sequence

import numpy as np

from ocr_tasks.contract import Options, Quad, Reading, Region
from ocr_tasks.engines import Gray, Recognizer, Text
from ocr_tasks.engines.at_most import AtMost
from ocr_tasks.engines.wider import Wider
from ocr_tasks.quads import grown, height_of, middle_in, turned, width_of
from ocr_tasks.runner import BatchStage, Done, OnPage
from ocr_tasks.stages.crops import MARGIN, cut
from ocr_tasks.stages.detect.stage import FRAMES, TEXT, sheets_of
from ocr_tasks.stages.recognize.centre_lines import on_centre_line
from ocr_tasks.stages.recognize.crosses import without_cross
from ocr_tasks.stages.recognize.dashes_beside import without_dash_beside
from ocr_tasks.stages.recognize.deviations import with_deviations
from ocr_tasks.stages.recognize.directions import read
from ocr_tasks.stages.recognize.fractions import with_fractions
from ocr_tasks.stages.recognize.frame_reading import MARGIN as FRAME_MARGIN
from ocr_tasks.stages.recognize.frame_reading import FrameText, read_frames, with_room
from ocr_tasks.stages.recognize.hole_signs import may_follow_hole_sign, place_before, with_hole_sign, without_stray_sign
from ocr_tasks.stages.recognize.marks import Piece, around_digits, without_marks
from ocr_tasks.stages.recognize.pin_lines import apart_from_pin
from ocr_tasks.stages.recognize.running_on import edge_of
from ocr_tasks.stages.recognize.settling import settled
from ocr_tasks.stages.recognize.solids import with_values_cleared
from ocr_tasks.stages.recognize.strays import without_strays
from ocr_tasks.stages.recognize.underscores import with_underscores
from ocr_tasks.stages.recognize.whole import made_whole
from ocr_tasks.workdir import Workdir

LEAST_WIDTH = 0.4
"""A reading's box is at least so wide, in its heights: the ink of a 1 may be a single stroke."""


def stage(recognizer: Recognizer) -> BatchStage:
    """Return the stage, bound to its engine."""

    def run(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        reader = Wider(AtMost(recognizer, options.recognize.batch_size))
        began = time.perf_counter()
        every = [work.regions() for work in works]
        regions = [[region for region in found if region.kind not in FRAMES] for found in every]
        framed = [[roomy(region) for region in found if region.kind in FRAMES] for found in every]
        pages = [crops_of(work, found) for work, found in zip(works, regions, strict=True)]
        flat = [crop for crops in pages for crop in crops]
        sheets = [(k, region.page) for k, found in enumerate(regions) for region in found]
        every_region = [region for found in regions for region in found]
        texts = iter(with_values_cleared(read(flat, every_region, sheets, reader), flat, every_region, reader, MARGIN))
        results = [[next(texts) for _ in found] for found in regions]
        frames = iter(
            read_frames(
                [c for work, found in zip(works, framed, strict=True) for c in crops_of(work, found, FRAME_MARGIN)],
                [region.quad_px for found in framed for region in found],
                [FRAMES.index(region.kind) for found in framed for region in found],
                reader,
            )
        )
        frame_texts = [[next(frames) for _ in found] for found in framed]
        share = (time.perf_counter() - began) / max(1, len(flat))
        for k, (work, found, read_texts) in enumerate(zip(works, regions, results, strict=True)):
            began = time.perf_counter()
            images = images_of(work)
            readings = [
                Reading(
                    region_id=region.region_id,
                    page=region.page,
                    text=piece.text.text,
                    confidence=piece.text.confidence,
                    char_confidences=piece.text.char_confidences,
                    quad_px=wide_enough(piece.quad_px),
                    engine=reader.info.name,
                )
                for region, crop, (text, quarters) in zip(found, pages[k], read_texts, strict=True)
                for piece in pieces_of(text, region, images[region.page], crop, quarters)
            ]
            lines = with_hole_signs(work, whole_lines(work, settled(readings, found), reader))
            work.write_readings(with_frames(lines, framed[k], frame_texts[k], reader.info.name))
            page_count = len(work.pages())
            for _ in range(page_count):
                on_page()
            seconds = share * len(found) + time.perf_counter() - began
            yield Done(work, page_count, {"readings": len(readings)}, seconds=seconds)

    return run


def pieces_of(text: Text, region: Region, image: Gray, crop: Gray, quarters: int) -> list[Piece]:
    """Return what was read in a region whose box was turned QUARTERS clockwise for it, apart from marks beside it.

    CROP is what stands in the region of IMAGE, as its box says.
    """
    quad = turned(region.quad_px, quarters)
    text = with_underscores(image, quad, text)
    quad = around_digits(text, quad, MARGIN) if region.kind == TEXT else quad
    crop, edge = np.rot90(crop, quarters), edge_of(crop, MARGIN)
    text, quad = without_cross(text, quad, crop, edge)
    text, quad = without_strays(text, quad, crop, edge)
    text, quad = without_dash_beside(text, quad, image, MARGIN)
    if pieces := apart_from_pin(text, quad, image, MARGIN):
        return pieces
    value = on_centre_line(text, quad, image, MARGIN)
    return without_marks(text, quad, MARGIN) if value is None else [value]


def wide_enough(quad: Quad) -> Quad:
    """Return QUAD, wider on both sides where it holds a single stroke."""
    missing = LEAST_WIDTH * height_of(quad) - width_of(quad)
    return grown(quad, missing / 2, 0.0) if missing > 0 else quad


def roomy(region: Region) -> Region:
    """Return the region of a frame with its rulings and the paper around them."""
    return region.model_copy(update={"quad_px": with_room(region.quad_px)})


def with_frames(
    lines: Sequence[Reading], regions: Sequence[Region], texts: Sequence[FrameText | None], engine: str
) -> list[Reading]:
    """Return LINES and what was read as feature control frames, without the lines that stand in those."""
    frames = [(region, text) for region, text in zip(regions, texts, strict=True) if text is not None]
    return [
        *(
            line
            for line in lines
            if not any(r.page == line.page and middle_in(line.quad_px, r.quad_px) for r, _ in frames)
        ),
        *(
            Reading(
                region_id=region.region_id,
                page=region.page,
                text=text.text,
                confidence=text.confidence,
                char_confidences=text.char_confidences,
                quad_px=text.quad_px,
                engine=engine,
                parts=text.cells,
            )
            for region, text in frames
        ),
    ]


def whole_lines(work: Workdir, lines: Sequence[Reading], recognizer: Recognizer) -> list[Reading]:
    """Return LINES of a drawing, those of a page together that are one string."""
    left = []
    for page, image in images_of(work).items():
        found = made_whole(image, [line for line in lines if line.page == page], recognizer)
        left += with_deviations(image, with_fractions(image, found, recognizer), recognizer)
    return left


def with_hole_signs(work: Workdir, lines: Sequence[Reading]) -> list[Reading]:
    """Return LINES, each that begins with a diameter with the ⌴ or ⌵ before it, without what was seen in its place."""
    lines = [without_stray_sign(line) for line in lines]
    doubtful = [k for k, line in enumerate(lines) if may_follow_hole_sign(line)]
    before = [lines[k].model_copy(update={"quad_px": place_before(lines[k].quad_px)}) for k in doubtful]
    crops = crops_of(work, before, 0.0)
    whole = {k: with_hole_sign(lines[k], crop) for k, crop in zip(doubtful, crops, strict=True)}
    signed = [line for k, line in whole.items() if line is not lines[k]]
    return [
        whole.get(k, line)
        for k, line in enumerate(lines)
        if k in whole or not any(w.page == line.page and middle_in(line.quad_px, w.quad_px) for w in signed)
    ]


def crops_of(work: Workdir, regions: Sequence[Region | Reading], margin: float = MARGIN) -> list[Gray]:
    """Return what stands in REGIONS with paper around it, MARGIN in line heights."""
    pages = images_of(work)
    return [cut(pages[region.page], region.quad_px, margin) for region in regions]


def images_of(work: Workdir) -> dict[int, Gray]:
    """Return the prepared image of each page."""
    return {preparation.page: work.prepared_image(preparation) for _, preparation in sheets_of(work)}
