"""`python -m ocr_tasks compare OLD NEW`: what differs between two revisions of a drawing."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ocr_tasks.errors import BadDrawing
from ocr_tasks.handover.comparison import Comparison, compare
from ocr_tasks.handover.subject import subjects
from ocr_tasks.handover.tables import shown

ENDINGS = (".png", ".html", ".json")


def main(argv: Sequence[str]) -> int:
    """Run the command; return 0, or 1 for a drawing that cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m ocr_tasks compare",
        description="List the dimensions, notes, title-block fields and table rows that were added, removed or changed "
        "between two revisions of a drawing.",
    )
    parser.add_argument("old", type=Path, help="a workdir, a result.json, or a drawing to be read first")
    parser.add_argument("new", type=Path, help="the same, of the newer revision")
    parser.add_argument("--out", type=Path, help="also write a picture (.png), a page (.html) or all fields (.json)")
    parser.add_argument("--threads", type=int, default=0, help="processor threads for reading; 0: all")
    args = parser.parse_args(argv)
    if args.out is not None and args.out.suffix.lower() not in ENDINGS:
        parser.error(f"--out {args.out}: end it with one of {', '.join(ENDINGS)}")
    try:
        with subjects([args.old, args.new], threads=args.threads) as (old, new):
            comparison = compare(old.result, new.result)
            for line in lines(comparison):
                print(line)  # noqa: T201
            if args.out is not None:
                from ocr_tasks.handover.comparison_page import write_comparison

                for path in write_comparison(old, new, comparison, args.out):
                    print(path)  # noqa: T201
    except BadDrawing as bad:
        print(bad.message, file=sys.stderr)  # noqa: T201
        return 1
    return 0


def lines(comparison: Comparison) -> list[str]:
    """Return a comparison as lines of text: a head line, then one a difference, numbered as in the picture."""
    counts = ", ".join(f"{comparison.count(kind)} {kind}" for kind in ("added", "removed", "changed"))
    revisions = f"{shown(comparison.old_revision or '?')} -> {shown(comparison.new_revision or '?')}"
    found = [f"revision {revisions}: {counts}; {comparison.same} callouts are the same"]
    for number, change in enumerate(comparison.changes, 1):
        where = f" {change.zone}" if change.zone else ""
        name = change.what.replace("_", " ")
        if change.what in ("title_block", "sheet") and change.fields:
            name = f"{name} {change.fields[0].field}"
        doubt = " (one reading is unsure)" if change.doubtful else ""
        found.append(f"{number:4d} {change.change:8}{name}{where}: {shown(change.sentence)}{doubt}")
    return found
