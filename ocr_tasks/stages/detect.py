"""Detect: where text stands on each page, at any angle, in page pixels."""

import cv2
import numpy as np

from ocr_tasks.contract import DetectOptions, Options, PageRecord, Preparation, Region
from ocr_tasks.engines import Box, Detector, Gray
from ocr_tasks.quads import angle_of, corners_of, quad_of, straightened, upright
from ocr_tasks.runner import BatchStage, Done, OnPage, each
from ocr_tasks.stages.ink import fit_to_ink
from ocr_tasks.stages.join import joined
from ocr_tasks.workdir import Workdir


def stage(detector: Detector) -> BatchStage:
    """Return the stage, bound to its engine."""

    def process(work: Workdir, options: Options, on_page: OnPage) -> Done:
        return detect(work, detector, options.detect, on_page)

    return each(process)


def detect(work: Workdir, detector: Detector, options: DetectOptions, on_page: OnPage = lambda: None) -> Done:
    """Write `regions.jsonl` for one drawing."""
    regions: list[Region] = []
    pages = work.pages()
    prepared = {record.page: record for record in work.preparations()}
    for page in pages:
        image = work.prepared_image(prepared.get(page.page, Preparation(page=page.page)))
        for box in find(image, page, detector, options):
            quad = box.quad_px
            regions.append(
                Region(region_id=len(regions), page=page.page, quad_px=quad, angle_deg=angle_of(quad), score=box.score)
            )
        on_page()
    work.write_regions(regions)
    return Done(work, len(pages), {"regions": len(regions)})


def find(image: Gray, page: PageRecord, detector: Detector, options: DetectOptions) -> list[Box]:
    """Return the lines of text on one page, tight to their ink, in its pixels, each quad as it is probably read.

    The detector looks at the page at `options.dpi` at most; the ink is looked at in full.
    """
    boxes = [Box(straightened(upright(box.quad_px)), box.score) for box in boxes_on(image, page, detector, options)]
    return joined(fit_to_ink(image, boxes))


def boxes_on(image: Gray, page: PageRecord, detector: Detector, options: DetectOptions) -> list[Box]:
    """Return the detector's own boxes on one page, in its pixels."""
    scale = min(1.0, options.dpi / page.dpi)
    if scale > 0.9:
        return detector.detect(image)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    back = np.array([image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]])
    return [Box(quad_of(corners_of(box.quad_px) * back), box.score) for box in detector.detect(small)]
