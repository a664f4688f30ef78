"""Draws a sheet of synthetic crops with what they say, for a person to look at."""

import cv2
from PIL import Image, ImageDraw

from ocr_tasks.training.crops import make
from ocr_tasks.training.lettering import Lettering, OutlineFace

COLUMNS, ROWS, WIDE, HIGH = 5, 24, 300, 60


def sheet(lettering: Lettering, seed: int) -> Image.Image:
    """Return the first 120 samples of a seed, each above its kind and its text."""
    page = Image.new("L", (COLUMNS * WIDE, ROWS * HIGH), 200)
    pen = ImageDraw.Draw(page)
    label = next(face for face in lettering.spare if isinstance(face, OutlineFace)).sized(11)
    for i in range(COLUMNS * ROWS):
        sample = make(lettering, seed, i)
        x, y = (i % COLUMNS) * WIDE, (i // COLUMNS) * HIGH
        wide = min(WIDE - 5, max(1, round(sample.crop.shape[1] * 40 / sample.crop.shape[0])))
        page.paste(Image.fromarray(cv2.resize(sample.crop, (wide, 40))), (x, y))
        pen.text((x, y + 42), f"{sample.kind}: {sample.text}", 0, label)
    return page
