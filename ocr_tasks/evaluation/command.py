"""`python -m ocr_tasks evaluate TRUTH --out DIR`: read every page of a truth folder with the pipeline's own stages.

Writes one JSON a page at the truth's relative path: {"width", "height", "texts": [{"text", "quad", "confidence"}]}, in
pixels of the rendered page. The drawings' own text layers are not looked at.
"""

import argparse
import hashlib
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ocr_tasks.contract import (
    DETECTORS,
    ENGINES,
    READING_STAGES,
    RECOGNIZERS,
    DetectOptions,
    Options,
    PostprocessOptions,
    PreprocessOptions,
    RecognizeOptions,
    RenderOptions,
    Result,
    Stage,
)
from ocr_tasks.engines.choose import stage_process
from ocr_tasks.errors import ContractError
from ocr_tasks.evaluation.confusions import summary
from ocr_tasks.evaluation.truth import TruthPage, truth_pages
from ocr_tasks.evaluation.usage import processor_seconds
from ocr_tasks.files import written
from ocr_tasks.runner import run_stage
from ocr_tasks.workdir import Workdir

BATCH_PAGES = 8
"""Pages that go through a stage together."""


def main(argv: Sequence[str]) -> int:
    """Run the command; return 0 when every page was read, 1 when some were rejected."""
    args = _arguments(argv)
    pages = truth_pages(args.truth, args.only)
    options = options_for(
        detector=args.detector or args.engine, recognizer=args.recognizer or args.engine, dpi=args.dpi
    )
    seconds: dict[str, dict[Stage, float]] = {}
    worked = dict.fromkeys(READING_STAGES, 0.0)
    broken: dict[str, str] = {}
    with _folder(args.work) as root:
        stages = [
            (stage, *stage_process(stage, getattr(options.of(stage), "engine", ""), args.device, args.threads))
            for stage in READING_STAGES
        ]
        for batch in _batches(pages, BATCH_PAGES):
            works = [prepare(root, page, options) for page in batch]
            for stage, process, info in stages:
                before = processor_seconds()
                run_stage(stage, works, process, info)
                worked[stage] += processor_seconds() - before
            for page, work in zip(batch, works, strict=True):
                seconds[page.name] = seconds_of(work)
                if (rejected := work.rejection()) is not None and rejected.rejection is not None:
                    broken[page.name] = rejected.rejection.message
                    _say(f"{page.name}  rejected at {rejected.stage}: {rejected.rejection.message}")
                    continue
                result = work.result()
                write_prediction(args.out / page.name, result)
                _say(f"{page.name}  {len(result.items)} strings  {sum(seconds[page.name].values()):.2f} s")
                if not args.work:
                    work.discard_rasters()
    _say("")
    _say(time_table(seconds, worked))
    _say("")
    _say(summary(pages, args.out))
    return 1 if broken else 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks evaluate", description=__doc__)
    parser.add_argument("truth", type=Path, help="folder of truth files, searched recursively")
    parser.add_argument("--out", type=Path, required=True, help="folder for what was read")
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="finds and reads text")
    parser.add_argument("--detector", choices=DETECTORS, help="finds text in place of ENGINE")
    parser.add_argument("--recognizer", choices=RECOGNIZERS, help="reads text in place of ENGINE")
    parser.add_argument("--dpi", type=int, default=None, help="render at this resolution (default: by the sheet)")
    parser.add_argument(
        "--only", default="", metavar="PARTS", help="only pages whose path contains one of PARTS (a,b,c)"
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0: all")
    parser.add_argument("--work", type=Path, default=None, help="keep the workdirs here; a rerun redoes what changed")
    return parser.parse_args(argv)


def options_for(*, detector: str, recognizer: str, dpi: int | None) -> Options:
    """Return the options of an evaluation: everything from the raster, nothing from the text layer."""
    return Options(
        render=RenderOptions(dpi=dpi, text_layer=False),
        preprocess=PreprocessOptions(),
        detect=DetectOptions(engine=detector),
        recognize=RecognizeOptions(engine=recognizer),
        postprocess=PostprocessOptions(text_source="ocr"),
    )


def prepare(root: Path, page: TruthPage, options: Options) -> Workdir:
    """Make the workdir of one page: the whole source file, but only the page that the truth names."""
    options = options.model_copy(update={"render": options.render.model_copy(update={"pages": (page.page,)})})
    return Workdir.of_file(root, page.drawing, options, sha256=_digest(page), original_name=page.name)


def drawing_id_of(page: TruthPage) -> str:
    """Return the name of a page's workdir."""
    return _digest(page)[:16]


def _digest(page: TruthPage) -> str:
    digest = hashlib.sha256(page.drawing.read_bytes())
    digest.update(f" page {page.page}".encode())  # several pages of one file are several drawings here
    return digest.hexdigest()


def seconds_of(work: Workdir) -> dict[Stage, float]:
    """Return the seconds that each stage took, as its report says."""
    reports = ((stage, work.report(stage)) for stage in READING_STAGES)
    return {stage: report.seconds for stage, report in reports if report is not None}


def write_prediction(target: Path, result: Result) -> None:
    """Write what was read on the only page of RESULT, whole or not at all."""
    if len(result.pages) != 1:
        raise ContractError(f"{len(result.pages)} pages were read where one was asked for: a fault of render")
    page = result.pages[0]
    texts = [
        {"text": item.text, "quad": item.quad_px, "confidence": item.confidence} for item in result.items if item.text
    ]
    said = json.dumps({"width": page.width_px, "height": page.height_px, "texts": texts}, ensure_ascii=False)
    with written(target) as draft:
        draft.write_text(said, encoding="utf-8")


def time_table(seconds: dict[str, dict[Stage, float]], worked: dict[Stage, float]) -> str:
    """Return the seconds by stage as lines of text: by the clock, and WORKED, which a busy machine hardly changes."""
    totals = [sum(stages.values()) for stages in seconds.values()]
    lines = [f"{'stage':<12}{'seconds':>9}{'a page':>9}{'of processor':>14}"]
    for stage in READING_STAGES:
        spent = sum(stages.get(stage, 0.0) for stages in seconds.values())
        lines.append(f"{stage:<12}{spent:>9.1f}{spent / len(seconds):>9.2f}{worked[stage] / len(seconds):>14.2f}")
    all_worked = sum(worked.values()) / len(totals)
    lines.append(f"{'all':<12}{sum(totals):>9.1f}{sum(totals) / len(totals):>9.2f}{all_worked:>14.2f}")
    lines.append(f"{len(totals)} pages, median {statistics.median(totals):.2f} s a page")
    return "\n".join(lines)


def _batches(pages: Sequence[TruthPage], size: int) -> Iterator[Sequence[TruthPage]]:
    for start in range(0, len(pages), size):
        yield pages[start : start + size]


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="evaluate-") as folder:
        yield Path(folder)


def _say(line: str) -> None:
    print(line, flush=True, file=sys.stdout)  # noqa: T201
