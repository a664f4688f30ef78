"""The one command line of the reading side, and the only place that picks concrete engines.

python -m ocr_tasks STAGE --work ROOT NAME...   run a stage over workdirs (render, preprocess, detect, recognize,
                                                postprocess); exit code 0: every drawing has a report
python -m ocr_tasks evaluate TRUTH --out DIR    read every page of a truth folder and write what was read
python -m ocr_tasks fields TRUTH --work DIR     what was read of each field, from the workdirs that evaluate kept
python -m ocr_tasks title-blocks LABELS PAGES   what was read of title blocks that a table of labels tells
python -m ocr_tasks bench SHARED                seconds a page by stage, peak memory, the plain peer beside it
python -m ocr_tasks bench-gpu                   image repair, engines and whole pages on a GPU, the processor beside it
python -m ocr_tasks show DRAWING                write an overlay picture of what was read
python -m ocr_tasks parse                       one callout a line in, one JSON object a line out
python -m ocr_tasks read-again --work ROOT NAME...
                                                read numbers again with another recogniser, for the gate
python -m ocr_tasks export DRAWING... --to csv|xlsx|json|fai --out PATH
                                                tables, or an inspection sheet with a ballooned PDF
python -m ocr_tasks compare OLD NEW [--out PNG|HTML]
                                                what differs between two revisions of a drawing
python -m ocr_tasks samples DIR                 make the sample drawings with their truth
python -m ocr_tasks doctor                      what this machine can use, and what is wrong with the remedy
"""

import argparse
import importlib
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ocr_tasks.contract import READING_STAGES, Device, Progress, Stage
from ocr_tasks.engines.memory import begin_with
from ocr_tasks.errors import MachineError
from ocr_tasks.workdir import Workdir

COMMANDS = {
    "evaluate": "ocr_tasks.evaluation.command",
    "fields": "ocr_tasks.evaluation.fields",
    "title-blocks": "ocr_tasks.evaluation.title_blocks",
    "bench": "ocr_tasks.evaluation.bench",
    "bench-gpu": "ocr_tasks.evaluation.bench_gpu",
    "show": "ocr_tasks.evaluation.show",
    "parse": "ocr_tasks.drawing.command",
    "read-again": "ocr_tasks.second_reading",
    "export": "ocr_tasks.handover.export_command",
    "compare": "ocr_tasks.handover.compare_command",
    "samples": "ocr_tasks.samples.command",
    "doctor": "ocr_tasks.engines.doctor",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        if name in COMMANDS:
            command: Callable[[Sequence[str]], int] = importlib.import_module(COMMANDS[name]).main
            return command(rest)
        if name in READING_STAGES:
            return _stage_command(Stage(name), rest)
    except MachineError as trouble:
        print(f"{type(trouble).__name__}: {trouble}", file=sys.stderr)  # noqa: T201
        return trouble.exit_code
    print(__doc__, file=sys.stderr if name not in ("-h", "--help") else sys.stdout)
    return 0 if name in ("-h", "--help") else 2


def _stage_command(stage: Stage, argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m ocr_tasks {stage}")
    parser.add_argument("--work", type=Path, required=True, help="folder that holds the workdirs")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0: all")
    parser.add_argument("--batch-parts", type=int, default=1, help="cut the device's batches so from the start")
    parser.add_argument("--image", help="digest of the container image that this runs in, for the reports")
    parser.add_argument("names", nargs="+", help="workdirs, by drawing id")
    args = parser.parse_args(argv)
    works = [Workdir.below(args.work, name) for name in args.names]
    begin_with(args.batch_parts)
    run(stage, works, args.device, args.threads, tell=_print_progress, image=args.image)
    return 0


def run(
    stage: Stage,
    works: Sequence[Workdir],
    device: Device = "cpu",
    threads: int = 0,
    tell: Callable[[Progress], None] = lambda progress: None,
    image: str | None = None,
) -> None:
    """Run a stage over workdirs with the engines that their options name, each engine loaded once."""
    from ocr_tasks.engines.choose import stage_process
    from ocr_tasks.runner import run_stage

    by_engine: dict[str, list[Workdir]] = {}
    for work in works:
        by_engine.setdefault(getattr(work.manifest().options.of(stage), "engine", ""), []).append(work)
    for engine_name, batch in by_engine.items():
        process, info = stage_process(stage, engine_name, device, threads)
        run_stage(stage, batch, process, info, tell, image)


def _print_progress(progress: Progress) -> None:
    print(progress.line(), flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
