"""python -m ocr_tasks samples DIR: write the sample drawings, the truth of each page beside them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ocr_tasks.samples.catalogue import CATALOGUE, SampleFile
from ocr_tasks.samples.degrade import DEGRADATIONS, drawn
from ocr_tasks.samples.emit.pdf import pdf_bytes
from ocr_tasks.samples.emit.picture import png_bytes
from ocr_tasks.samples.random_sheets import make_sheet
from ocr_tasks.samples.truth import in_points


def main(argv: Sequence[str]) -> int:
    """Write the samples that ARGV asks for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks samples", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write; made if it is not there")
    parser.add_argument("--only", default="", metavar="NAME", help="only files whose name contains NAME")
    parser.add_argument("--truth", type=Path, metavar="DIR", help="write the truth files here instead of beside")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="instead: N different sheets as PDF")
    parser.add_argument("--seed", type=int, default=0, help="where the random sheets begin; sheet i has seed SEED + i")
    parser.add_argument("--degrade", choices=sorted(DEGRADATIONS), help="random sheets as pictures, spoiled like this")
    parser.add_argument("--dpi", type=int, default=200, help="resolution of those pictures")
    args = parser.parse_args(argv)
    if args.random:
        for seed in range(args.seed, args.seed + args.random):
            write(args.folder, *random_sample(seed, args.degrade, args.dpi), args.truth)
        print(f"samples: {args.random} random drawings in {args.folder}")  # noqa: T201
        return 0
    made = 0
    for name, make in CATALOGUE.items():
        if args.only in name:
            write(args.folder, name, make(), args.truth)
            made += 1
    if not made:
        parser.error(f"no sample's name contains {args.only!r}; there are: {', '.join(CATALOGUE)}")
    print(f"samples: {made} drawings in {args.folder}")  # noqa: T201
    return 0


def random_sample(seed: int, degradation: str | None = None, dpi: int = 200) -> tuple[str, SampleFile]:
    """Return file name and content of the sheet of SEED: a PDF, or a PNG picture under a degradation."""
    sheet = make_sheet(seed)
    if degradation is None:
        return f"sheet-{seed:05d}.pdf", SampleFile(pdf_bytes([sheet], f"Sheet {seed}"), (in_points(sheet),))
    page = DEGRADATIONS[degradation](drawn(sheet, dpi), np.random.default_rng(seed))
    shown = dpi // 2 if degradation == "half" else dpi
    return f"sheet-{seed:05d}-{degradation}.png", SampleFile(png_bytes(page.picture, shown), (page.truth,))


def write(folder: Path, name: str, sample: SampleFile, truth_folder: Path | None = None) -> None:
    """Write a sample into FOLDER under NAME, and `<stem>.pN.json` for each of its pages."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(sample.data)
    beside = truth_folder or folder
    beside.mkdir(parents=True, exist_ok=True)
    for page, truth in enumerate(sample.truths):
        text = json.dumps(truth.json(name, page), ensure_ascii=False, indent=1)
        (beside / f"{Path(name).stem}.p{page}.json").write_text(text + "\n", encoding="utf-8")
