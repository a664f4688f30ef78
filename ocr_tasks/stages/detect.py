"""Detect: where text stands on each page, at any angle, in page pixels."""

import cv2

from ocr_tasks.contract import DetectOptions, Options, PageRecord, Preparation, Region
from ocr_tasks.engines import Box, Detector, Gray
from ocr_tasks.quads import angle_of, upright
from ocr_tasks.runner import BatchStage, Done, OnPage, each
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
            quad = upright(box.quad_px)
            regions.append(
                Region(region_id=len(regions), page=page.page, quad_px=quad, angle_deg=angle_of(quad), score=box.score)
            )
        on_page()
    work.write_regions(regions)
    return Done(work, len(pages), {"regions": len(regions)})


def find(image: Gray, page: PageRecord, detector: Detector, options: DetectOptions) -> list[Box]:
    """Return the boxes on one page, in its pixels. The detector looks at it at `options.dpi` at most."""
    scale = min(1.0, options.dpi / page.dpi)
    if scale > 0.9:
        return detector.detect(image)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = image.shape[0] / small.shape[0], image.shape[1] / small.shape[1]
    return [Box(tuple((x * width, y * height) for x, y in box.quad_px), box.score) for box in detector.detect(small)]  # type: ignore[arg-type]
