"""python -m ocr_tasks samples DIR: write the sample drawings, the truth of each page beside them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from ocr_tasks.samples.catalogue import CATALOGUE, SampleFile


def main(argv: Sequence[str]) -> int:
    """Write the samples that ARGV asks for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks samples", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write; made if it is not there")
    parser.add_argument("--only", default="", metavar="NAME", help="only files whose name contains NAME")
    parser.add_argument("--truth", type=Path, metavar="DIR", help="write the truth files here instead of beside")
    args = parser.parse_args(argv)
    made = 0
    for name, make in CATALOGUE.items():
        if args.only in name:
            write(args.folder, name, make(), args.truth)
            made += 1
    if not made:
        parser.error(f"no sample's name contains {args.only!r}; there are: {', '.join(CATALOGUE)}")
    print(f"samples: {made} drawings in {args.folder}")  # noqa: T201
    return 0


def write(folder: Path, name: str, sample: SampleFile, truth_folder: Path | None = None) -> None:
    """Write a sample into FOLDER under NAME, and `<stem>.pN.json` for each of its pages."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(sample.data)
    beside = truth_folder or folder
    beside.mkdir(parents=True, exist_ok=True)
    for page, truth in enumerate(sample.truths):
        text = json.dumps(truth.json(name, page), ensure_ascii=False, indent=1)
        (beside / f"{Path(name).stem}.p{page}.json").write_text(text + "\n", encoding="utf-8")
