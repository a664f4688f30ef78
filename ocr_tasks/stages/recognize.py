"""Recognize: what each region says. The lines of all drawings of a batch are read together."""

import time
from collections.abc import Iterator, Sequence

from ocr_tasks.contract import Options, Preparation, Reading, Region
from ocr_tasks.engines import Gray, Recognizer, Text
from ocr_tasks.quads import turned
from ocr_tasks.runner import BatchStage, Done, OnPage
from ocr_tasks.stages.crops import cut
from ocr_tasks.workdir import Workdir

SURE = 0.8
MARGIN = 0.0


def stage(recognizer: Recognizer) -> BatchStage:
    """Return the stage, bound to its engine."""

    def run(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        began = time.perf_counter()
        regions = [work.regions() for work in works]
        pages = [crops_of(work, found) for work, found in zip(works, regions, strict=True)]
        flat = [crop for crops in pages for crop in crops]
        texts = iter(read(flat, [r for found in regions for r in found], recognizer))
        results = [[next(texts) for _ in found] for found in regions]
        share = (time.perf_counter() - began) / max(1, len(flat))
        for work, found, read_texts in zip(works, regions, results, strict=True):
            readings = [
                Reading(
                    region_id=region.region_id,
                    page=region.page,
                    text=text.text,
                    confidence=text.confidence,
                    char_confidences=text.char_confidences,
                    quad_px=turned(region.quad_px, quarters),
                    engine=recognizer.info.name,
                )
                for region, (text, quarters) in zip(found, read_texts, strict=True)
            ]
            work.write_readings(readings)
            page_count = len(work.pages())
            for _ in range(page_count):
                on_page()
            yield Done(work, page_count, {"readings": len(readings)}, seconds=share * len(found))

    return run


def crops_of(work: Workdir, regions: Sequence[Region]) -> list[Gray]:
    prepared = {record.page: record for record in work.preparations()}
    pages = {
        page.page: work.prepared_image(prepared.get(page.page, Preparation(page=page.page))) for page in work.pages()
    }
    return [cut(pages[region.page], region.quad_px, MARGIN) for region in regions]


def read(crops: Sequence[Gray], regions: Sequence[Region], recognizer: Recognizer) -> list[tuple[Text, int]]:
    """Return for each crop its best reading and by how many quarters clockwise the box had to be turned for it."""
    return [(text, 0) for text in recognizer.read(crops)]
