"""A picture of what was read wrong: TRUTH PREDICTIONS OUT.png [--only PARTS] [--most N].

Each string that is not read as the truth has it is cut from its page and turned upright; below it, what stands there
and what was read. Of the same difference (`1 -> I`, nothing read) no more than a few are shown.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from ocr_tasks.contract import Stage
from ocr_tasks.engines import Gray
from ocr_tasks.engines.choose import stage_process
from ocr_tasks.evaluation.command import options_for, prepare
from ocr_tasks.evaluation.confusions import Pair, differences, pairs_of
from ocr_tasks.evaluation.truth import TruthPage, truth_pages
from ocr_tasks.overlay import WRONG, Picture, lettering
from ocr_tasks.quads import scaled
from ocr_tasks.runner import run_stage
from ocr_tasks.stages.crops import cut

ALIKE = 3
"""So many of one difference are shown."""
AROUND = 0.9
"""Paper around a string, in its heights."""
STRING_PX, CAPTION_PX = 26, 17
"""Height of a string and of the lettering below it on the picture."""
COLUMNS, COLUMN_PX, GAP_PX = 4, 330, 12
INK = (60, 60, 60)


def main(argv: Sequence[str]) -> int:
    """Write OUT; return 1 if nothing was read wrong."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks.evaluation.failures", description=__doc__)
    parser.add_argument("truth", type=Path, help="folder of truth files, the drawings beside them")
    parser.add_argument("predictions", type=Path, help="what `evaluate` wrote")
    parser.add_argument("out", type=Path, help="picture to write")
    parser.add_argument("--only", default="", metavar="PARTS", help="only pages whose path contains one of PARTS (a,b)")
    parser.add_argument("--most", type=int, default=24, help="strings to show")
    args = parser.parse_args(argv)
    pages = truth_pages(args.truth, args.only)
    chosen = choose(
        [(page, pair) for page in pages for pair in pairs_of(page, args.predictions / page.name)], args.most
    )
    if not chosen:
        print("nothing was read wrong")  # noqa: T201
        return 1
    good, data = cv2.imencode(".png", sheet(list(_cards(chosen))))
    if not good:
        raise AssertionError("OpenCV could not encode the picture")
    args.out.write_bytes(data.tobytes())
    return 0


def choose(pairs: Sequence[tuple[TruthPage, Pair]], most: int) -> list[tuple[TruthPage, Pair]]:
    """Return MOST of PAIRS that are read wrong, of each difference a few, by page."""
    seen: Counter[tuple[tuple[str, str], ...]] = Counter()
    chosen = []
    for page, pair in pairs:
        if pair.right:
            continue
        kind = tuple(differences(pair.truth.text, pair.reading)) if pair.reading is not None else ()
        seen[kind] += 1
        if seen[kind] <= ALIKE:
            chosen.append((page, pair))
    every = max(1.0, len(chosen) / most)
    return [chosen[int(k * every)] for k in range(min(most, len(chosen)))]


def _cards(chosen: Sequence[tuple[TruthPage, Pair]]) -> Iterator[Picture]:
    process, info = stage_process(Stage.RENDER, "", "cpu", 0)
    for page in dict.fromkeys(page for page, _ in chosen):
        with tempfile.TemporaryDirectory(prefix="failures-") as folder:
            work = prepare(Path(folder), page, options_for(detector="ppocr-onnx", recognizer="ppocr-onnx", dpi=None))
            run_stage(Stage.RENDER, [work], process, info)
            record, *_ = work.pages()
            image = work.page_image(record.page)
            for pair in (pair for other, pair in chosen if other is page):
                quad = scaled(pair.truth.quad, record.width_px / page.width, record.height_px / page.height)
                yield card(cut(image, quad, AROUND), pair)


def card(crop: Gray, pair: Pair) -> Picture:
    """Return a string's cutting, uint8 (height, width) with paper around it, over what it says and what was read."""
    scale = min(STRING_PX * (1 + 2 * AROUND) / max(1, crop.shape[0]), (COLUMN_PX - GAP_PX) / max(1, crop.shape[1]))
    size = (max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale)))
    shown = cv2.resize(crop, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    read = "nothing read" if pair.reading is None else pair.reading
    lines = [np.dstack([np.asarray(shown, np.uint8)] * 3), _line(pair.truth.text, INK), _line(read, WRONG)]
    picture = np.full((sum(line.shape[0] + 4 for line in lines), COLUMN_PX, 3), 255, np.uint8)
    top = 0
    for line in lines:
        width = min(line.shape[1], COLUMN_PX)
        picture[top : top + line.shape[0], :width] = line[:, :width]
        top += line.shape[0] + 4
    return picture


def _line(text: str, colour: tuple[int, int, int]) -> Picture:
    ink = lettering(text[:80] or " ", CAPTION_PX).astype(np.float32)[:, :, None] / 255
    return np.asarray(255 * (1 - ink) + np.array(colour, np.float32) * ink, np.uint8)


def sheet(cards: Sequence[Picture]) -> Picture:
    """Return CARDS side by side in columns, each under the shortest column so far."""
    columns: list[list[Picture]] = [[] for _ in range(min(COLUMNS, len(cards)))]
    for one in cards:
        min(columns, key=lambda column: sum(c.shape[0] + GAP_PX for c in column)).append(one)
    height = max(sum(one.shape[0] + GAP_PX for one in column) for column in columns) + GAP_PX
    picture = np.full((height, len(columns) * (COLUMN_PX + GAP_PX) + GAP_PX, 3), 255, np.uint8)
    for k, column in enumerate(columns):
        left, top = GAP_PX + k * (COLUMN_PX + GAP_PX), GAP_PX
        for one in column:
            picture[top : top + one.shape[0], left : left + COLUMN_PX] = one
            top += one.shape[0] + GAP_PX
    return picture


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
