"""`python -m ocr_tasks parse`: one callout a line from standard input, one JSON object a line to standard output."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from ocr_tasks.drawing.parse import parse


def main(argv: Sequence[str]) -> int:
    """Run the command with ARGV (without the command's name); return the exit code.

    Lines end with a newline and nothing else, so that a line of input is a line of output whatever it holds.
    Bytes that are no UTF-8 count as unreadable characters.
    """
    parser = argparse.ArgumentParser(
        prog="python -m ocr_tasks parse",
        description="Say what callouts mean: one a line on standard input, one JSON object a line on standard output.",
    )
    parser.add_argument("--unit", choices=("mm", "in"), help="unit of sizes that do not say theirs")
    parser.add_argument("--spans", action="store_true", help="say which characters each field came from")
    options = parser.parse_args(argv)
    try:
        for raw in sys.stdin.buffer:
            line = raw.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", errors="replace")
            meaning = parse(line, unit=options.unit)
            record = meaning.public()
            if options.spans and meaning.spans:
                record["spans"] = {name: list(span) for name, span in meaning.spans.items()}
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the lines has seen enough
    return 0
