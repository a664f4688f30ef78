"""`python -m ocr_tasks show DRAWING`: an overlay picture of what is read on a drawing, with errors against a truth."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2

from ocr_tasks.contract import (
    READING_STAGES,
    Item,
    Options,
    PageRecord,
    PostprocessOptions,
    RenderOptions,
    Result,
)
from ocr_tasks.engines.choose import stage_process
from ocr_tasks.evaluation.confusions import best_pairs, fold
from ocr_tasks.evaluation.truth import TruthPage, page_of
from ocr_tasks.files import written
from ocr_tasks.overlay import Judged, draw, reduced
from ocr_tasks.quads import scaled
from ocr_tasks.runner import run_stage
from ocr_tasks.workdir import Workdir

LONGEST_PX = 5000


def main(argv: Sequence[str]) -> int:
    """Run the command; return 0, or 1 for a drawing that cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks show", description=__doc__)
    parser.add_argument("drawing", type=Path, help="PDF, TIFF, PNG, JPEG or DXF")
    parser.add_argument("--out", type=Path, default=None, help="picture to write (default: DRAWING.pN.png here)")
    parser.add_argument("--page", type=int, default=None, help="from 1 (default: the truth's page, or all)")
    parser.add_argument("--truth", type=Path, default=None, help="truth file of one page: errors are drawn in red")
    parser.add_argument("--text-layer", action="store_true", help="use the drawing's own text layer where it is good")
    parser.add_argument("--threads", type=int, default=0)
    args = parser.parse_args(argv)
    truth = page_of(args.truth) if args.truth else None
    number = args.page or (truth.page if truth else None)
    with tempfile.TemporaryDirectory(prefix="show-") as folder:
        work = read_drawing(Path(folder), args.drawing, number, text_layer=args.text_layer, threads=args.threads)
        if (rejected := work.rejection()) is not None and rejected.rejection is not None:
            print(f"{args.drawing}: {rejected.rejection.message}", file=sys.stderr)  # noqa: T201
            return 1
        result = work.result()
        for page in result.pages:
            target = args.out or Path(f"{args.drawing.stem}.p{page.page}.png")
            if args.out and len(result.pages) > 1:
                target = args.out.with_stem(f"{args.out.stem}.p{page.page}")
            _draw_page(work, result, page, truth, target)
            print(target)  # noqa: T201
    return 0


def read_drawing(root: Path, drawing: Path, page: int | None, *, text_layer: bool, threads: int) -> Workdir:
    """Read a drawing, or one page of it (from 1), with every stage in this process; return its workdir below ROOT.

    TEXT_LAYER: take the drawing's own text where it is good. A drawing that cannot be read has a rejection.
    """
    options = Options(
        render=RenderOptions(pages=None if page is None else (page,), text_layer=text_layer),
        postprocess=PostprocessOptions(text_source="auto" if text_layer else "ocr"),
    )
    work = Workdir.of_file(root, drawing, options)
    for stage in READING_STAGES:
        process, info = stage_process(stage, getattr(options.of(stage), "engine", ""), "cpu", threads)
        run_stage(stage, [work], process, info)
    return work


def _draw_page(work: Workdir, result: Result, page: PageRecord, truth: TruthPage | None, target: Path) -> None:
    items = [item for item in result.items if item.page == page.page]
    judged = judge(items, page, truth) if truth is not None and truth.page == page.page else None
    image, scale = reduced(work.page_image(page.page), LONGEST_PX)
    good, data = cv2.imencode(".png", draw(image, items, scale=scale, truth=judged))
    if not good:
        raise AssertionError("OpenCV could not encode the picture")
    with written(target) as draft:
        draft.write_bytes(data.tobytes())


def judge(items: Sequence[Item], page: PageRecord, truth: TruthPage) -> list[Judged]:
    """Return every readable string of TRUTH in PAGE's pixels with what ITEMS say there."""
    across, down = page.width_px / truth.width, page.height_px / truth.height
    wanted = [text for text in truth.texts if text.counts]
    quads = [scaled(text.quad, across, down) for text in wanted]
    taken = best_pairs(quads, [item.quad_px for item in items])
    judged = []
    for k, (text, quad) in enumerate(zip(wanted, quads, strict=True)):
        reading = items[taken[k]].text if k in taken else None
        judged.append(Judged(text.text, quad, reading, reading is not None and fold(reading) == fold(text.text)))
    return judged
