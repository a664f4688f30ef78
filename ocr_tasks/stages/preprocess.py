"""Preprocess: image repair. A page that needs none is not written again."""

from collections.abc import Iterator, Sequence
from functools import partial

from ocr_tasks.ahead import fetched_ahead
from ocr_tasks.contract import Options, Preparation
from ocr_tasks.engines import Gray, Prepared, Preprocessor
from ocr_tasks.runner import BatchStage, Done, OnPage
from ocr_tasks.stages.grey_lettering import CLEAN, raised
from ocr_tasks.stages.no_connects import without_crosses
from ocr_tasks.workdir import Workdir

GREY_LETTERING, NO_CONNECTS = "grey_lettering", "no_connects"
"""Steps that make grey lettering dark, and take the crosses of unconnected pins off: so many pieces, crosses."""


def stage(preprocessor: Preprocessor) -> BatchStage:
    """Return the stage with its engine, which is given the pages of all drawings one after the other."""

    def run(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        results = preprocessor.prepare(pages_of(works), options.preprocess)
        for work in works:
            yield preprocess(work, results, on_page)

    return run


def preprocess(work: Workdir, results: Iterator[Prepared], on_page: OnPage = lambda: None) -> Done:
    """Write `prepared.jsonl`, and `prepared/NNNN.npy` where something was done. RESULTS yields the drawing's pages."""
    preparations: list[Preparation] = []
    for page in work.pages():
        prepared = next(results)
        image = work.page_image(page.page) if prepared.image is None else prepared.image
        dark, faint = raised(image, page.dpi) if prepared.why.get("noise", 0.0) <= CLEAN else (image, 0)
        clear, crosses = without_crosses(dark, page.dpi)
        here = {step: float(times) for step, times in ((GREY_LETTERING, faint), (NO_CONNECTS, crosses)) if times}
        name = work.write_prepared_image(page.page, clear) if prepared.image is not None or here else None
        steps = {**prepared.steps, **here}
        preparations.append(Preparation(page=page.page, file=name, steps=steps, why=prepared.why))
        on_page()
    work.write_preparations(preparations)
    changed_pages = sum(preparation.file is not None for preparation in preparations)
    return Done(work, len(preparations), {"changed_pages": changed_pages})


def pages_of(works: Sequence[Workdir]) -> Iterator[Gray]:
    """Yield the pages of drawings as they were rendered, each fetched while the one before is worked on."""
    return fetched_ahead(partial(work.page_image, page.page) for work in works for page in work.pages())
