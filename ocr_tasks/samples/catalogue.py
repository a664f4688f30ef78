"""The fixed sample set: what a manufacturer's inbox looks like, good and bad files together."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ocr_tasks.samples import degrade
from ocr_tasks.samples.degrade import Page
from ocr_tasks.samples.drawings import (
    assembly_sheet,
    bed_drawing,
    cover_plate_sheet,
    details_sheet,
    flange_sheet,
    german_block_sheet,
    german_shaft_sheet,
    inch_plate_sheet,
    metric_plate_sheet,
    pin_sheet,
    small_flange_sheet,
)
from ocr_tasks.samples.emit.dxf import dxf_bytes
from ocr_tasks.samples.emit.pdf import pdf_bytes, truncated
from ocr_tasks.samples.emit.picture import png_bytes
from ocr_tasks.samples.page_model import Sheet
from ocr_tasks.samples.truth import PageTruth, in_points


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file's bytes and the truth of its pages; `rejected` is the reason for which the file must be refused."""

    data: bytes
    truths: tuple[PageTruth, ...] = ()
    rejected: str | None = None


def _pdf(*sheets: Sheet, title: str) -> SampleFile:
    return SampleFile(pdf_bytes(sheets, title), tuple(in_points(s) for s in sheets))


def _bed() -> SampleFile:
    return _pdf(bed_drawing(), title="Machine bed plate")


def _unit() -> SampleFile:
    return _pdf(flange_sheet(), assembly_sheet(), details_sheet(), title="Bearing unit")


def _inch() -> SampleFile:
    return _pdf(inch_plate_sheet(), title="Mounting plate")


def _scan() -> SampleFile:
    rng = np.random.default_rng(4411)
    sheets = (german_block_sheet(), german_shaft_sheet())
    skews = (0.8, -0.5)
    pages = [degrade.scanned(degrade.drawn(s, 200), rng, a) for s, a in zip(sheets, skews, strict=True)]
    first, *rest = [Image.fromarray(p.picture) for p in pages]
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=rest, compression="jpeg", quality=80, dpi=(200, 200))
    return SampleFile(buffer.getvalue(), tuple(p.truth for p in pages))


def _fax() -> SampleFile:
    page = degrade.faxed(degrade.drawn(pin_sheet(), 200), np.random.default_rng(204))
    buffer = io.BytesIO()
    Image.fromarray(page.picture).convert("1", dither=Image.Dither.NONE).save(
        buffer, "TIFF", compression="group4", dpi=(200, 200)
    )
    return SampleFile(buffer.getvalue(), (page.truth,))


def _photo() -> SampleFile:
    page = degrade.snapped(degrade.drawn(metric_plate_sheet(), 220), np.random.default_rng(1902))
    stored = Image.fromarray(np.ascontiguousarray(np.rot90(page.picture, 1)))
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by 90 degrees clockwise
    buffer = io.BytesIO()
    stored.save(buffer, "JPEG", quality=82, exif=exif.tobytes(), dpi=(220, 220))
    return SampleFile(buffer.getvalue(), (page.truth,))


def _turned() -> SampleFile:
    page = degrade.turned(degrade.drawn(metric_plate_sheet(), 200), 1)
    return SampleFile(png_bytes(page.picture, 200), (page.truth,))


def _sixteen_bit() -> SampleFile:
    page = degrade.drawn(small_flange_sheet(), 200)
    deep = page.picture.astype(np.uint16) * 180 + 9000  # an industrial scanner's range: neither end is reached
    return SampleFile(png_bytes(deep, 200), (page.truth,))


def _palette() -> SampleFile:
    page: Page = degrade.drawn(pin_sheet(), 200)
    indexed = Image.fromarray((page.picture // 16).astype(np.uint8))
    indexed = indexed.convert("P")
    colours = [(20 + i * 15, 40 + i * 14, 110 + i * 8) for i in range(16)]
    indexed.putpalette([channel for colour in colours for channel in colour])
    buffer = io.BytesIO()
    indexed.save(buffer, "PNG", dpi=(200, 200))
    return SampleFile(buffer.getvalue(), (page.truth,))


def _torn() -> SampleFile:
    rng = np.random.default_rng(1553)
    page = degrade.scanned(degrade.torn(degrade.drawn(small_flange_sheet(), 200), rng), rng, 0.4)
    buffer = io.BytesIO()
    Image.fromarray(page.picture).save(buffer, "JPEG", quality=85, dpi=(200, 200))
    return SampleFile(buffer.getvalue(), (page.truth,))


def _cad() -> SampleFile:
    sheet = cover_plate_sheet()
    return SampleFile(dxf_bytes(sheet), (in_points(sheet),))


def _encrypted() -> SampleFile:
    return SampleFile(pdf_bytes([small_flange_sheet()], "Coupling flange", "not-for-you"), rejected="encrypted")


def _truncated() -> SampleFile:
    return SampleFile(truncated(pdf_bytes([flange_sheet()], "Hub flange")), rejected="truncated")


CATALOGUE: dict[str, Callable[[], SampleFile]] = {
    "bearing-unit.pdf": _unit,
    "machine-bed-A0.pdf": _bed,
    "mounting-plate-inch.pdf": _inch,
    "lagerbock-scan.tif": _scan,
    "bearing-pin-fax.tif": _fax,
    "adapter-plate-photo.jpg": _photo,
    "adapter-plate-turned.png": _turned,
    "coupling-flange-16bit.png": _sixteen_bit,
    "bearing-pin-palette.png": _palette,
    "coupling-flange-torn.jpg": _torn,
    "cover-plate.dxf": _cad,
    "coupling-flange-encrypted.pdf": _encrypted,
    "hub-flange-truncated.pdf": _truncated,
}
"""File name to what makes it."""
