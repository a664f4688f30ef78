"""Pictures of every mode become the same grey page."""

from pathlib import Path

import drawn
import numpy as np
import pytest
from PIL import Image
from PIL.ExifTags import Base

from ocr_tasks.contract import RenderOptions
from ocr_tasks.sources import Sheet, open_source

OPTIONS = RenderOptions()
SHADES: drawn.Gray = np.full((60, 90), 255, np.uint8)
SHADES[10:30, 10:50] = 0
SHADES[40:50, 60:80] = 128


def read(path: Path, page: int = 1) -> Sheet:
    with open_source(path, OPTIONS) as source:
        return source.sheet(page, OPTIONS)


def saved(path: Path, picture: Image.Image, **how: object) -> Path:
    picture.save(path, **how)
    return path


def with_alpha() -> Image.Image:
    """Ink with full alpha on nothing: the paper is transparent black."""
    picture = np.zeros((*SHADES.shape, 4), np.uint8)
    picture[..., :3] = np.where(SHADES == 128, 128, 0)[..., None]
    picture[..., 3] = np.where(SHADES == 255, 0, 255)
    return Image.fromarray(picture, "RGBA")


def palette_with_transparency(path: Path) -> Path:
    picture = Image.fromarray(SHADES).convert("RGB").quantize(3)
    index = picture.getpixel((0, 0))
    return saved(path, picture, transparency=index)


MODES = {
    "l.png": lambda path: saved(path, Image.fromarray(SHADES)),
    "rgb.png": lambda path: saved(path, Image.fromarray(SHADES).convert("RGB")),
    "rgba.png": lambda path: saved(path, with_alpha()),
    "la.png": lambda path: saved(path, with_alpha().convert("LA")),
    "palette.png": lambda path: saved(path, Image.fromarray(SHADES).convert("RGB").quantize(8)),
    "see-through palette.png": palette_with_transparency,
    "16 bit.png": lambda path: saved(path, Image.fromarray(SHADES.astype(np.uint16) * 257)),
    "16 bit.tif": lambda path: saved(path, Image.fromarray(SHADES.astype(np.uint16) * 257)),
    "32 bit.tif": lambda path: saved(path, Image.fromarray(SHADES.astype(np.int32) * 257, "I")),
    "float.tif": lambda path: saved(path, Image.fromarray(SHADES.astype(np.float32) / 255.0)),
    "cmyk.tif": lambda path: saved(path, Image.fromarray(SHADES).convert("RGB").convert("CMYK")),
    "lzw.tif": lambda path: saved(path, Image.fromarray(SHADES), compression="tiff_lzw"),
    "deflate.tiff": lambda path: saved(path, Image.fromarray(SHADES), compression="tiff_adobe_deflate"),
}


@pytest.mark.parametrize("name", MODES)
def test_every_mode_gives_the_same_page(name: str, tmp_path: Path) -> None:
    image = read(MODES[name](tmp_path / name)).image
    assert image.dtype == np.uint8
    assert image.shape == SHADES.shape
    assert np.abs(image.astype(int) - SHADES).max() <= 2


@pytest.mark.parametrize("name", ["grey.jpg", "colour.jpg", "cmyk.jpg"])
def test_jpegs_give_nearly_the_same_page(name: str, tmp_path: Path) -> None:
    mode = {"grey.jpg": "L", "colour.jpg": "RGB", "cmyk.jpg": "CMYK"}[name]
    picture = Image.fromarray(SHADES).convert("RGB").convert(mode)
    image = read(saved(tmp_path / name, picture, quality=95)).image
    assert np.abs(image.astype(int) - SHADES).mean() < 3


def test_fax_tiff_is_black_on_white(tmp_path: Path) -> None:
    page = np.where(SHADES < 128, 0, 255).astype(np.uint8)
    picture = Image.fromarray(page).convert("1")
    assert (read(saved(tmp_path / "fax.tif", picture, compression="group4")).image == page).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["png", "tif"])
def test_exif_orientation_is_applied_once(orientation: int, kind: str, tmp_path: Path) -> None:
    upright = SHADES
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: np.rot90(upright, 2).T,
        8: np.rot90(upright, 3),
    }[orientation]
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    path = saved(tmp_path / f"turned.{kind}", Image.fromarray(np.ascontiguousarray(stored)), exif=exif)
    sheet = read(path)
    assert sheet.image.shape == upright.shape
    assert (sheet.image == upright).all()
    assert sheet.rotation == {3: 180, 4: 180, 5: 270, 6: 270, 7: 90, 8: 90}.get(orientation, 0)


def test_a_type_is_known_by_content_not_by_name(tmp_path: Path) -> None:
    saved(tmp_path / "a.png", Image.fromarray(SHADES))
    (tmp_path / "a.png").rename(tmp_path / "a.pdf")
    assert (read(tmp_path / "a.pdf").image == SHADES).all()


def test_pages_of_a_tiff_keep_their_order_size_and_resolution(tmp_path: Path) -> None:
    pages = [Image.new("L", (60 + 10 * k, 40), 255 - k) for k in range(3)]
    pages[0].save(tmp_path / "m.tif", save_all=True, append_images=pages[1:], dpi=(400, 400))
    with open_source(tmp_path / "m.tif", OPTIONS) as source:
        assert source.page_count == 3
        sheets = [source.sheet(page, OPTIONS) for page in (3, 1, 2)]
    assert [sheet.image.shape for sheet in sheets] == [(40, 80), (40, 60), (40, 70)]
    assert [int(sheet.image[0, 0]) for sheet in sheets] == [253, 255, 254]
    assert {sheet.dpi for sheet in sheets} == {400.0}


def test_a_resolution_is_guessed_from_the_sheet_it_would_make(tmp_path: Path) -> None:
    a4_at_150 = Image.new("L", (1240, 1754), 255)
    assert read(saved(tmp_path / "a4.png", a4_at_150)).dpi == 150.0
    assert read(saved(tmp_path / "odd.png", Image.new("L", (1240, 700), 255))).dpi == 200.0


def test_a_resolution_of_72_says_nothing(tmp_path: Path) -> None:
    assert read(saved(tmp_path / "a4.png", Image.new("L", (2480, 3508), 255), dpi=(72, 72))).dpi == 300.0
