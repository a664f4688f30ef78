"""Preprocess: image repair, a batch of pages at a time. A page that needs none is not written again."""

from collections.abc import Iterator, Sequence

from ocr_tasks.contract import Options, PageRecord, Preparation, PreprocessOptions
from ocr_tasks.engines import Gray, Preprocessor
from ocr_tasks.runner import BatchStage, Done, OnPage
from ocr_tasks.stages.ahead import ahead, fetched
from ocr_tasks.workdir import Workdir

BATCH_PIXELS = 40_000_000
"""Pages at once: enough for a processor or a small GPU, little against the largest sheet."""


def stage(preprocessor: Preprocessor) -> BatchStage:
    """Return the stage with its engine."""

    def run(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        for work in works:
            yield preprocess(work, preprocessor, options.preprocess, on_page)

    return run


def preprocess(
    work: Workdir, preprocessor: Preprocessor, options: PreprocessOptions, on_page: OnPage = lambda: None
) -> Done:
    """Prepare a drawing's pages: writes `prepared.jsonl`, and `prepared/NNNN.npy` where something was done."""
    preparations: list[Preparation] = []

    def load(batch: list[PageRecord]) -> tuple[list[PageRecord], list[Gray]]:
        return batch, [fetched(work.page_image(page.page)) for page in batch]

    for batch, images in ahead(load, batches(work.pages(), BATCH_PIXELS)):
        for page, prepared in zip(batch, preprocessor.prepare(images, options), strict=True):
            name = None if prepared.image is None else work.write_prepared_image(page.page, prepared.image)
            preparations.append(Preparation(page=page.page, file=name, steps=prepared.steps, why=prepared.why))
            on_page()
    work.write_preparations(preparations)
    changed = sum(preparation.file is not None for preparation in preparations)
    return Done(work, len(preparations), {"changed_pages": changed})


def batches(pages: Sequence[PageRecord], pixels: int) -> Iterator[list[PageRecord]]:
    """Yield runs of pages of at most `pixels` together; a page above it is a run of its own."""
    batch: list[PageRecord] = []
    total = 0
    for page in pages:
        size = page.width_px * page.height_px
        if batch and total + size > pixels:
            yield batch
            batch, total = [], 0
        batch.append(page)
        total += size
    if batch:
        yield batch
