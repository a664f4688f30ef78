"""Tune, export and judge the recogniser.

python -m ocr_tasks.training strings [N]              invented strings, one a line
python -m ocr_tasks.training preview OUT.png          a sheet of synthetic crops with what they say
python -m ocr_tasks.training train RUN                train in the folder RUN, or go on where it stopped
python -m ocr_tasks.training export RUN... OUT.onnx   the average of one or more runs as an ONNX file; the base without
python -m ocr_tasks.training evaluate [WEIGHTS...]    exact rates on held-out synthetic crops and on real pages
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

from ocr_tasks.engines.weights import PPOCR_RECOGNIZER, find
from ocr_tasks.errors import MachineError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    args = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    commands = {"strings": _strings, "preview": _preview, "train": _train, "export": _export, "evaluate": _evaluate}
    try:
        commands[args.command](args)
    except MachineError as trouble:
        print(f"{type(trouble).__name__}: {trouble}", file=sys.stderr)  # noqa: T201
        return trouble.exit_code
    except ModuleNotFoundError as missing:
        if missing.name not in ("torch", "onnx"):
            raise
        print(f"{missing.name} is missing: pip install torch==2.13.0 onnx", file=sys.stderr)  # noqa: T201
        return MachineError.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ocr_tasks.training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    strings = commands.add_parser("strings")
    strings.add_argument("number", type=int, nargs="?", default=40)
    strings.add_argument("--seed", type=int, default=1)
    preview = commands.add_parser("preview")
    preview.add_argument("out", type=Path)
    preview.add_argument("--seed", type=int, default=1)
    train = commands.add_parser("train")
    train.add_argument("run", type=Path, help="folder of the run")
    train.add_argument("--base", type=Path, help="ONNX file to start from; default: the stock recogniser")
    train.add_argument("--crops", type=int, default=60_000, help="crops to see in all")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--threads", type=int, default=1)
    train.add_argument("--rate", type=float, default=2e-4, help="peak learning rate of the body")
    train.add_argument("--head-rate", type=float, default=6e-4)
    train.add_argument("--average", type=float, default=0.997, help="decay of the running average of the weights")
    export = commands.add_parser("export")
    export.add_argument("runs", type=Path, nargs="*", help="folders of runs; their averages are averaged")
    export.add_argument("out", type=Path)
    export.add_argument("--base", type=Path)
    export.add_argument("--share", type=float, default=1.0, help="of the tuned weights; the rest are those of the base")
    judge = commands.add_parser("evaluate")
    judge.add_argument("weights", type=Path, nargs="*", help="ONNX files to set beside the stock recogniser")
    judge.add_argument("--real", type=Path, help="folder of real pages with truth")
    judge.add_argument("--held-out", nargs="*", default=(), help="parts of source names that no choice was made by")
    judge.add_argument("--crops", type=int, default=1500, help="synthetic crops")
    judge.add_argument("--dpi", type=float, default=200.0)
    judge.add_argument("--margin", type=float, default=0.15, help="around real strings, as a share of their height")
    judge.add_argument("--threads", type=int, default=0)
    return parser


def _strings(args: argparse.Namespace) -> None:
    from ocr_tasks.training.strings import invent

    r = Random(args.seed)
    for _ in range(args.number):
        print("\t".join(invent(r)))  # noqa: T201


def _preview(args: argparse.Namespace) -> None:
    from ocr_tasks.training.lettering import TRAINED, Lettering
    from ocr_tasks.training.preview import sheet

    sheet(Lettering.installed(TRAINED), args.seed).save(args.out)


def _train(args: argparse.Namespace) -> None:
    from ocr_tasks.training.lettering import TRAINED, Lettering
    from ocr_tasks.training.train import Plan, Run

    plan = Plan(
        crops=args.crops,
        seed=args.seed,
        threads=args.threads,
        rate=args.rate,
        head_rate=args.head_rate,
        average=args.average,
    )
    Run(args.run, args.base or find(PPOCR_RECOGNIZER), plan).go(Lettering.installed(TRAINED))


def _export(args: argparse.Namespace) -> None:
    from ocr_tasks.training.export import export
    from ocr_tasks.training.lettering import TRAINED, Lettering

    base = args.base or find(PPOCR_RECOGNIZER)
    print(export(args.runs, base, args.out, Lettering.installed(TRAINED), args.share))  # noqa: T201


def _evaluate(args: argparse.Namespace) -> None:
    from ocr_tasks.training.evaluate import real_exam, recogniser, sit, synthetic_exam, table

    exams = [synthetic_exam(args.crops)] if args.crops else []
    if args.real:
        exams.append(real_exam(args.real, args.dpi, args.margin))
    readers = {path.name: recogniser(path, args.threads) for path in (find(PPOCR_RECOGNIZER), *args.weights)}
    for exam in exams:
        columns = {name: sit(exam, reader) for name, reader in readers.items()}
        print(table(exam, columns, args.held_out), end="\n\n")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
