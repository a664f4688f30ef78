"""`python -m ocr_tasks export DRAWING... --to FORM --out PATH`: drawings as tables, or as an inspection sheet."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ocr_tasks.errors import BadDrawing
from ocr_tasks.handover.export import FORMS, export
from ocr_tasks.handover.subject import subjects


def main(argv: Sequence[str]) -> int:
    """Run the command; return 0, or 1 for a drawing that cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m ocr_tasks export",
        description="Write what stands on drawings: as tables (csv, xlsx, json), or as a first-article inspection "
        "sheet in the layout of AS9102 form 3 with a ballooned PDF (fai).",
    )
    parser.add_argument("drawing", type=Path, nargs="+", help="a workdir, a result.json, or a drawing to be read first")
    parser.add_argument("--to", choices=FORMS, required=True)
    parser.add_argument("--out", type=Path, required=True, help="file; fai of several drawings: folder")
    parser.add_argument("--threads", type=int, default=0, help="processor threads for reading; 0: all")
    args = parser.parse_args(argv)
    try:
        with subjects(args.drawing, threads=args.threads) as drawings:
            for path in export(drawings, args.to, args.out):
                print(path)  # noqa: T201
    except BadDrawing as bad:
        print(bad.message, file=sys.stderr)  # noqa: T201
        return 1
    return 0
