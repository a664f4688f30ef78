"""TIFF, PNG and JPEG through Pillow: every mode to grey, every page, turned as its EXIF tag says."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, UnidentifiedImageError
from PIL.ExifTags import Base

from ocr_tasks.contract import RenderOptions
from ocr_tasks.errors import BadDrawing, Rejection
from ocr_tasks.picture import Gray
from ocr_tasks.sources import Sheet
from ocr_tasks.sources.colours import BAND_ROWS, Colour, in_colour, legible, positive
from ocr_tasks.sources.resolution import check_pixels, guess_dpi

FORMATS = ("TIFF", "PNG", "JPEG", "MPO")
GREY = ("1", "L", "LA", "La", "LAB", "I", "F")
"""Pillow's modes without colours, or of which one channel is their light."""

# Pillow's own guard is a fixed number of pixels; ours is an option, checked on each page before it is decoded.
Image.MAX_IMAGE_PIXELS = None
ImageFile.LOAD_TRUNCATED_IMAGES = False

TURNS = {3: 2, 4: 2, 5: 3, 6: 3, 7: 1, 8: 1}
"""EXIF orientation: quarter turns counter-clockwise that make it upright (EXIF 2.32, tag 0x0112)."""
MIRRORED = (2, 4, 5, 7)


class RasterSource:
    """An open picture file, maybe of several pages."""

    def __init__(self, picture: Image.Image, page_count: int) -> None:
        self._picture = picture
        self._page_count = page_count

    @property
    def page_count(self) -> int:
        return self._page_count

    def sheet(self, page: int, options: RenderOptions) -> Sheet:
        """Return a page with the pixels that the file holds: `dpi` does not resample a picture."""
        picture = self._picture
        with _decoding():
            if self._page_count > 1:
                picture.seek(page - 1)
            check_pixels(*picture.size, options.max_page_pixels)
            dpi = _dpi(picture)
            orientation = _orientation(picture)
            picture.load()
            image = to_gray(picture)
        # Pillow turns a TIFF by itself while it loads it.
        if picture.format != "TIFF":
            image = turn_upright(image, orientation)
        rotation = 90 * TURNS.get(orientation, 0)
        height, width = image.shape
        return Sheet(np.ascontiguousarray(image), dpi or guess_dpi(width, height), rotation)


@contextmanager
def open_raster(path: Path, max_pages: int) -> Iterator[RasterSource]:
    """Open a picture file. Raises BadDrawing if it is no picture; a page beyond `max_pages` is not looked for."""
    # From an open file, not a path: Pillow then maps nothing into memory, which for a turned TIFF it does wrongly
    # (its rows come out scrambled), and which for a file that shrinks would end in a bus error.
    with path.open("rb") as file:
        with _decoding():
            picture = Image.open(file, formats=FORMATS)
        with _decoding():
            page_count = _page_count(picture, max_pages + 1)
        yield RasterSource(picture, page_count)


def to_gray(picture: Image.Image) -> Gray:
    """Return any picture as grey uint8 (height, width), dark on light: see-through over white, 16 bits to 8."""
    width, height = picture.size
    if picture.mode not in GREY and not picture.mode.startswith("I;16"):
        return legible(height, width, lambda top, bottom: in_colour(_colours(picture.crop((0, top, width, bottom)))))
    gray = np.empty((height, width), np.uint8)
    scale = _sample_scale(picture)
    for top in range(0, height, BAND_ROWS):
        bottom = min(top + BAND_ROWS, height)
        band = picture.crop((0, top, width, bottom))
        gray[top:bottom] = _deep_band(band, *scale) if scale else _band(band)
    return positive(gray)


def turn_upright(image: Gray, orientation: int) -> Gray:
    """Return a picture turned and mirrored as its EXIF orientation (1..8) says; an unknown one leaves it."""
    image = np.rot90(image, TURNS.get(orientation, 0))
    return image[:, ::-1] if orientation in MIRRORED else image


def _colours(band: Image.Image) -> Colour:
    if band.mode in ("RGBA", "RGBa", "PA") or "transparency" in band.info:
        band = _over_white(band)
    return np.asarray(band.convert("RGB"), np.uint8)


def _band(band: Image.Image) -> Gray:
    if band.mode in ("LA", "La") or "transparency" in band.info:
        band = _over_white(band)
    if band.mode == "LAB":
        band = band.getchannel(0)
    return np.asarray(band.convert("L"), np.uint8)


def _over_white(band: Image.Image) -> Image.Image:
    paper = Image.new("RGBA", band.size, "white")
    paper.alpha_composite(band.convert("RGBA"))
    return paper


def _sample_scale(picture: Image.Image) -> tuple[float, float] | None:
    """Return (black, white) of a picture with more than 8 bits a sample; None for all others.

    Integers are of 16 bits unless their values say otherwise (Pillow opens some 16-bit files as 32-bit ones);
    for floats the picture's own extremes are taken.
    """
    if picture.mode.startswith("I;16"):
        return 0.0, 65535.0
    if picture.mode in ("I", "F"):
        low, high = (float(value) for value in picture.getextrema())  # type: ignore[arg-type]
        if picture.mode == "F":
            return low, high if high > low else low + 1.0
        return min(low, 0.0), 65535.0 if high <= 65535 else high
    return None


def _deep_band(band: Image.Image, black: float, white: float) -> Gray:
    values = (np.asarray(band, np.float32) - black) * (255.0 / (white - black))
    gray: Gray = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return gray


def _dpi(picture: Image.Image) -> float | None:
    try:
        across, down = (float(value) for value in picture.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    # 72 and 96 are what programs write when they know nothing.
    known = 36 <= across <= 2400 and 36 <= down <= 2400 and round(across) not in (72, 96)
    return (across + down) / 2 if known else None


def _orientation(picture: Image.Image) -> int:
    value = picture.getexif().get(Base.Orientation, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _page_count(picture: Image.Image, at_most: int) -> int:
    """Count a TIFF's pages one by one: its own count would walk a directory of any length."""
    if picture.format != "TIFF":
        return 1
    count = 1
    try:
        while count < at_most:
            picture.seek(count)
            count += 1
    except EOFError:
        pass
    picture.seek(0)
    return count


@contextmanager
def _decoding() -> Iterator[None]:
    """Turn what Pillow raises on bad files into reasons."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except BadDrawing:
        raise
    except UnidentifiedImageError as error:
        raise BadDrawing(Rejection.CORRUPT, "the picture's header is damaged: scan or export it again") from error
    except MemoryError as error:
        raise BadDrawing(
            Rejection.PAGE_TOO_LARGE, "decoding the picture needs more memory than one drawing may use: scan it smaller"
        ) from error
    except (OSError, EOFError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        said = str(error)
        if "truncated" in said or "unexpected end" in said.lower() or isinstance(error, EOFError):
            raise BadDrawing(Rejection.TRUNCATED, "the picture ends too early: send it again, whole") from error
        raise BadDrawing(
            Rejection.CORRUPT, f"the picture cannot be decoded ({said[:120]}): scan or export it again"
        ) from error
