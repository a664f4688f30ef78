"""Render: every page of a drawing becomes a grey raster, with the strings that the file itself holds beside it."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ocr_tasks.contract import Options, PageRecord, RenderOptions, VectorText
from ocr_tasks.errors import BadDrawing, Rejection
from ocr_tasks.runner import BatchStage, Done, OnPage
from ocr_tasks.sources import open_source
from ocr_tasks.sources.isolation import Answer, Limits, run_isolated
from ocr_tasks.workdir import Workdir

PRELOAD = ("ocr_tasks.stages.render", "ocr_tasks.sources.pdf", "ocr_tasks.sources.raster")
DXF_READER = "ocr_tasks.sources.dxf"
"""Slow to import, so only where the batch has such drawings."""

LARGEST_PAGES = 50
"""A drawing may have the pixels of so many pages of the largest size, a byte each on the work volume."""


def stage(threads: int) -> BatchStage:
    """Return the stage: drawings side by side on `threads` processors (0: all), each in a process of its own."""
    side_by_side = threads or len(os.sched_getaffinity(0))

    def run(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        chosen = options.render
        jobs = [(str(work.path), chosen.model_dump_json()) for work in works]
        preload = [*PRELOAD, *({DXF_READER} if any(work.source.suffix == ".dxf" for work in works) else ())]
        limits = Limits(chosen.timeout_s)
        for ended in run_isolated(
            render_job, jobs, limits, side_by_side=side_by_side, preload=preload, on_page=on_page
        ):
            pages = int(ended.answer.pop("pages", 0))
            if ended.rejected is not None:
                works[ended.key].discard_rasters()  # of the pages before the one that could not be read
            yield Done(works[ended.key], pages, ended.answer, ended.rejected, ended.seconds)

    return run


def render_job(job: Sequence[str], on_page: OnPage) -> Answer:
    """Render the drawing that a job names: workdir path, RenderOptions as JSON. What a child process runs."""
    path, options = job
    work = Workdir(Path(path))
    return render(work, work.source, RenderOptions.model_validate_json(options), on_page)


def render(work: Workdir, source: Path, options: RenderOptions, on_page: OnPage = lambda: None) -> Answer:
    """Render SOURCE into WORK: page rasters, `pages.jsonl`, `vector_text.jsonl`. Return counts.

    Raises BadDrawing for a drawing that cannot be read, whole: no page of it is then recorded.
    """
    records: list[PageRecord] = []
    texts: list[VectorText] = []
    pixels = 0
    with open_source(source, options) as opened:
        for page in _wanted(opened.page_count, options):
            sheet = opened.sheet(page, options)
            height, width = sheet.image.shape
            sha256 = work.write_page_image(page, sheet.image)
            records.append(
                PageRecord(
                    page=page,
                    width_px=width,
                    height_px=height,
                    dpi=sheet.dpi,
                    rotation=sheet.rotation,
                    sha256=sha256,
                    text_layer=sheet.layer,
                )
            )
            texts.extend(sheet.texts)
            pixels += width * height
            if pixels > LARGEST_PAGES * options.max_page_pixels:
                raise too_large_together(page, options.max_page_pixels)
            on_page()
    work.write_vector_texts(texts)
    work.write_pages(records)
    return {"pages": len(records), "megapixels": round(pixels / 1e6, 1), "layer_strings": len(texts)}


def too_large_together(page: int, max_page_pixels: int) -> BadDrawing:
    """Return the rejection of a drawing whose pages would fill the work volume, though each is within its limit."""
    return BadDrawing(
        Rejection.PAGE_TOO_LARGE,
        f"pages 1 to {page} together are above {LARGEST_PAGES} times the limit of {max_page_pixels / 1e6:.0f} million "
        "pixels for one: split the file, or lower dpi",
    )


def _wanted(page_count: int, options: RenderOptions) -> list[int]:
    if page_count == 0:
        raise BadDrawing(Rejection.NO_PAGES, "the file has no pages: export the drawing again")
    if page_count > options.max_pages:
        raise BadDrawing(
            Rejection.TOO_MANY_PAGES, f"more than {options.max_pages} pages: split the file, or raise max_pages"
        )
    if options.pages is None:
        return list(range(1, page_count + 1))
    missing = [page for page in options.pages if not 1 <= page <= page_count]
    if missing:
        raise BadDrawing(
            Rejection.NO_PAGES, f"page {missing[0]} was asked for, but there are {page_count}: correct the option pages"
        )
    return sorted(set(options.pages))
