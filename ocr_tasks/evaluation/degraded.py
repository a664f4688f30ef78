"""Degraded copies of the pages of a truth folder, to score how much of the clean reading is kept: TRUTH OUT.

OUT/COPY holds each page as a picture under its own path, and its truth in the picture's pixels. Turned or skewed copies
have theirs turned along. The same page gives the same copy every time.
"""

import argparse
import json
import sys
import zlib
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from ocr_tasks.contract import RenderOptions
from ocr_tasks.evaluation.truth import TruthPage, truth_pages
from ocr_tasks.quads import bounds
from ocr_tasks.samples.degrade import DEGRADATIONS, Degradation, Page, resampled, skewed
from ocr_tasks.samples.truth import PageTruth
from ocr_tasks.sources import open_source

Ink = tuple[int, int, int]

DPI = 200
SCREEN_COLOURS = ((255, 255, 0), (0, 255, 255), (0, 255, 0), (255, 165, 0), (255, 0, 255), (255, 0, 0))
"""Red, green and blue of what CAD draws with on a black screen; each string of a page has one of them."""
INKED = {
    "colours": ((255, 255, 255), (0, 0, 0), SCREEN_COLOURS),
    "screen": ((0, 0, 0), (255, 255, 255), SCREEN_COLOURS),
    "blueprint": ((20, 60, 140), (235, 240, 250), ((235, 240, 250),)),
}
"""Copies in colour: the paper, the lines, and the strings in turn."""
COPIES: Mapping[str, Degradation] = {
    **{name: DEGRADATIONS[name] for name in ("clean", "faded", "fax", "jpeg", "light", "noise")},
    "skew": lambda page, rng: skewed(page, float(rng.choice([-3.0, 3.0]))),
    "150-dpi": lambda page, rng: resampled(page, 150 / DPI),
    **{name: DEGRADATIONS[name] for name in ("turned-90", "turned-180", "turned-270")},
    **dict.fromkeys(INKED, DEGRADATIONS["clean"]),
}


def main(argv: Sequence[str]) -> int:
    """Write the copies below OUT."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks.evaluation.degraded", description=__doc__)
    parser.add_argument("truth", type=Path, help="folder of truth files, the drawings beside them")
    parser.add_argument("out", type=Path, help="folder for the copies")
    parser.add_argument("--only", default="", metavar="PARTS", help="only pages whose path contains one of PARTS (a,b)")
    parser.add_argument("--copies", default=",".join(COPIES), metavar="A,B", help=f"of {', '.join(COPIES)}")
    args = parser.parse_args(argv)
    names = args.copies.split(",")
    if unknown := set(names) - set(COPIES):
        parser.error(f"no copy is called {', '.join(sorted(unknown))}; there are: {', '.join(COPIES)}")
    pages = truth_pages(args.truth, args.only)
    for done, page in enumerate(pages, 1):
        clean = drawn(page, args.truth / page.name)
        for name in names:
            write(args.out / name / page.name, copy_of(clean, name, page.name), name)
        print(f"{done} of {len(pages)}: {page.name}", flush=True)  # noqa: T201
    return 0


def drawn(page: TruthPage, truth: Path) -> Page:
    """Return a page of a truth folder as a picture of 200 dots an inch, with what its truth file says in its pixels."""
    options = RenderOptions(dpi=DPI, text_layer=False)
    with open_source(page.drawing, options) as source:
        image = source.sheet(page.page, options).image
    height, width = image.shape
    scale = np.array([width / page.width, height / page.height])
    said: dict[str, Any] = json.loads(truth.read_text(encoding="utf-8"))
    kept: dict[str, Any] = {key: said[key] for key in ("source", "drawing", "only") if key in said}
    texts = tuple(_placed(text) for text in said["texts"])
    in_pixels = PageTruth(page.width, page.height, "px", texts, kept).moved(
        lambda points: points * scale, width, height
    )
    return Page(image, in_pixels)


def _placed(text: dict[str, Any]) -> dict[str, Any]:
    """Return a string of a truth file with its corners alone to say where it is: what follows from them is left out.

    A part is where the whole is if the file has no corners of it.
    """
    placed = {key: value for key, value in text.items() if key not in ("bbox", "rotation", "parts")}
    parts = [_placed({"quad": text["quad"], **part}) for part in text.get("parts", [])]
    return {**placed, "parts": parts} if parts else placed


def copy_of(page: Page, name: str, path: str) -> Page:
    """Return a copy of PAGE; its chance is drawn from the truth file's PATH."""
    return COPIES[name](page, np.random.default_rng(zlib.crc32(f"{name} {path}".encode())))


def inked(page: Page, paper: Ink, lines: Ink, strings: Sequence[Ink]) -> npt.NDArray[np.uint8]:
    """Return a page as red, green and blue (height, width, 3), its strings in the colours of STRINGS in turn."""
    inks = np.full((*page.picture.shape, 3), lines, np.float32)
    for text, ink in zip(page.truth.texts, cycle(strings), strict=False):
        left, top, right, bottom = (max(0, round(edge)) for edge in bounds(text["quad"]))
        inks[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = ink
    share = page.picture[:, :, None].astype(np.float32) / 255
    return np.rint(inks + (np.array(paper, np.float32) - inks) * share).astype(np.uint8)


def write(truth: Path, page: Page, name: str) -> None:
    """Write the copy NAME of a page, a fax with one bit a pixel, one of INKED in colours, beside its TRUTH file."""
    truth.parent.mkdir(parents=True, exist_ok=True)
    dpi = 150 if name == "150-dpi" else DPI
    file = truth.with_suffix(".tif" if name == "fax" else ".png")
    if name == "fax":
        Image.fromarray(page.picture >= 128).save(file, compression="group4", dpi=(dpi, dpi))
    else:
        picture = inked(page, *INKED[name]) if name in INKED else page.picture
        Image.fromarray(picture).save(file, compress_level=1, dpi=(dpi, dpi))
    truth.write_text(json.dumps(page.truth.json(file.name, 0), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
