"""How many pixels of lines a PP-OCR recogniser reads at once."""

from collections.abc import Callable

from ocr_tasks.contract import Device
from ocr_tasks.engines.memory import SHARE
from ocr_tasks.engines.ppocr import BATCH_PIXELS

BYTES_A_LINE_PIXEL = 1600
"""Memory of one pixel's feature maps and results: twice what torch took of the processor's in float32 (790)."""


def line_pixels(device: Device, free_bytes: Callable[[], int | None], most: int) -> int:
    """Return the pixels of one batch: what the free memory of a GPU holds, at most MOST.

    A processor gains nothing from large batches: its batches are BATCH_PIXELS, and so are those of a GPU whose free
    memory nobody knows.
    """
    free = None if device == "cpu" else free_bytes()
    if free is None:
        return BATCH_PIXELS
    return min(most, max(1, int(free * SHARE) // BYTES_A_LINE_PIXEL))
