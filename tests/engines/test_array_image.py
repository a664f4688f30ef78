"""Image repair over an array module gives what OpenCV gives."""

from pathlib import Path

import cv2
import drawn
import numpy as np
import numpy.typing as npt
import pypdfium2
import pytest

from ocr_tasks.contract import PreprocessOptions
from ocr_tasks.engines import array_image, opencv
from ocr_tasks.engines.page_measures import BLOCK, paper_light

Image = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

SHAPES = ((97, 131), (64, 128), (64, 130), (1, 1), (1, 40), (40, 1), (7, 9))
DEPTHS = (np.uint8, np.uint16)


def pictures(shape: tuple[int, int], dtype: type) -> dict[str, Image]:
    """Random, narrow, plain and extreme pictures of one shape."""
    rng = np.random.default_rng(shape[0] * 1000 + shape[1])
    white = int(np.iinfo(dtype).max)
    middle = rng.normal(white * 0.6, white * 0.02, shape)
    return {
        "random": rng.integers(0, white, shape, dtype, endpoint=True),
        "narrow": np.clip(middle, 0, white).astype(dtype),
        "one value": np.full(shape, white // 3, dtype),
        "black and white": np.where(rng.random(shape) < 0.5, 0, white).astype(dtype),
    }


def furthest(ours: npt.NDArray[np.generic], theirs: npt.NDArray[np.generic]) -> int:
    """Return the largest difference in grey levels; shapes and types are the same."""
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    return int(np.abs(ours.astype(np.int64) - theirs.astype(np.int64)).max())


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("shape", SHAPES)
def test_blur_is_that_of_opencv(shape: tuple[int, int], dtype: type) -> None:
    batch = np.stack(list(pictures(shape, dtype).values()))
    for sigma in (0.5, 0.8, 1.5, 5.0):
        ours = array_image.blur(np, batch, sigma)
        for mine, image in zip(ours, batch, strict=True):
            assert furthest(mine, cv2.GaussianBlur(image, (0, 0), sigma)) == 0


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("shape", SHAPES)
def test_clahe_is_that_of_opencv(shape: tuple[int, int], dtype: type) -> None:
    batch = np.stack(list(pictures(shape, dtype).values()))
    for clip, tiles in ((2.0, 8), (0.5, 3), (40.0, 1)):
        if dtype == np.uint16 and tiles == 8 and shape != SHAPES[0]:
            continue  # 65,536 levels a tile: one shape is enough
        ours = array_image.clahe(np, batch, clip, tiles)
        for mine, image in zip(ours, batch, strict=True):
            assert furthest(mine, cv2.createCLAHE(clip, (tiles, tiles)).apply(image)) <= 1


@pytest.mark.parametrize("shape", SHAPES)
def test_the_threshold_is_that_of_opencv(shape: tuple[int, int]) -> None:
    batch = np.stack(list(pictures(shape, np.uint8).values()))
    for block, offset in ((31, 15.0), (3, -2.5), (75, 0.4)):
        ours = array_image.threshold(np, batch, block, offset)
        for mine, image in zip(ours, batch, strict=True):
            theirs = cv2.adaptiveThreshold(
                image, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, offset
            ).reshape(shape)
            assert furthest(mine, theirs) == 0


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_morphology_is_that_of_opencv(shape: tuple[int, int], dtype: type, size: int) -> None:
    square = np.ones((size, size), np.uint8)
    batch = np.stack(list(pictures(shape, dtype).values()))
    for ours, how in (
        (array_image.erode(np, batch, size), cv2.MORPH_ERODE),
        (array_image.dilate(np, batch, size), cv2.MORPH_DILATE),
        (array_image.opening(np, batch, size), cv2.MORPH_OPEN),
        (array_image.closing(np, batch, size), cv2.MORPH_CLOSE),
    ):
        for mine, image in zip(ours, batch, strict=True):
            assert furthest(mine, cv2.morphologyEx(image, how, square)) == 0


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("amount", [0.6, 2.0])
def test_sharpening_is_that_of_opencv(shape: tuple[int, int], dtype: type, amount: float) -> None:
    for image in pictures(shape, dtype).values():
        soft = cv2.GaussianBlur(image, (0, 0), 1.5)
        theirs = cv2.addWeighted(image, 1 + amount, soft, -amount, 0)
        assert furthest(array_image.sharpen(np, image[None], amount)[0], theirs) <= 1


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 2, 4])
def test_specks_go_as_with_labelled_components(shape: tuple[int, int], size: int) -> None:
    rng = np.random.default_rng(size)
    for share in (0.02, 0.2, 0.6):
        image = np.where(rng.random(shape) < share, 20, 230).astype(np.uint8)
        assert furthest(array_image.without_specks(np, image[None], size)[0], opencv.without_specks(image, size)) == 0


def test_a_spot_that_winds_within_its_square_is_a_speck() -> None:
    spiral = np.array([[0, 0, 0, 0, 0], [1, 1, 1, 1, 0], [0, 0, 0, 1, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 0]], np.uint8)
    page = np.full((1, 9, 9), 255, np.uint8)
    page[0, 2:7, 2:7] = spiral * 255
    assert (array_image.without_specks(np, page, 5) == 255).all()
    page[0, 2, 7] = 0  # now it reaches beyond
    assert (array_image.without_specks(np, page, 5) == page).all()


def test_a_decimal_point_of_a_fax_is_larger_than_a_speck() -> None:
    page = np.full((1, 12, 20), 255, np.uint8)
    page[0, 4:6, 4] = page[0, 8, 10:13] = 0
    page[0, 8, 16] = page[0, 0, 0] = 0
    clean = array_image.without_specks(np, page, PreprocessOptions().opening_px)
    assert (clean[0, 4:6, 4] == 0).all()
    assert (clean == 0).sum() == 5


@pytest.mark.parametrize("dtype", DEPTHS)
def test_grey_is_that_of_opencv(dtype: type) -> None:
    white = int(np.iinfo(dtype).max)
    colours = np.random.default_rng(4).integers(0, white, (2, 30, 40, 3), dtype, endpoint=True)
    ours = array_image.grey(np, colours)
    for mine, image in zip(ours, colours, strict=True):
        assert furthest(mine, cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)) <= 1


def test_what_is_transparent_is_paper() -> None:
    picture = np.zeros((1, 1, 3, 4), np.uint8)
    picture[0, 0, :, 3] = (0, 255, 128)
    assert array_image.grey(np, picture).tolist() == [[[255, 0, 127]]]


@pytest.mark.parametrize("wrong", [np.full((1, 2, 2), np.nan), np.zeros((1, 2, 2), np.float32)])
def test_real_numbers_are_refused(wrong: npt.NDArray[np.float64]) -> None:
    with pytest.raises(TypeError, match="uint8"):
        array_image.grey(np, wrong)


def test_paper_light_is_that_of_the_measures() -> None:
    page = np.random.default_rng(2).integers(0, 256, (3 * BLOCK + 5, 2 * BLOCK + 60), np.uint8)
    assert (array_image.light_of_blocks(np, page[None], BLOCK)[0] == paper_light(page)).all()


def test_division_by_the_paper_is_that_of_opencv() -> None:
    rng = np.random.default_rng(6)
    image, light = rng.integers(0, 256, (2, 200, 200), np.uint8)
    assert furthest(array_image.divided(np, image[None], light[None])[0], cv2.divide(image, light, scale=255)) == 0


def test_a_drawn_sheet_comes_out_as_from_opencv() -> None:
    page = drawn.sheet_with_lines()
    assert furthest(array_image.blur(np, page[None], 0.8)[0], cv2.GaussianBlur(page, (0, 0), 0.8)) == 0
    assert furthest(array_image.clahe(np, page[None], 2.0, 8)[0], cv2.createCLAHE(2.0, (8, 8)).apply(page)) <= 1


def test_a_real_page_comes_out_as_from_opencv(shared_drawings: Path) -> None:
    drawing = min(shared_drawings.rglob("*.pdf"), key=lambda path: (path.stat().st_size, path))
    with pypdfium2.PdfDocument(drawing) as document:
        page = document[0].render(scale=1.5, grayscale=True).to_numpy().squeeze()[:900, :1100].copy()
    assert furthest(array_image.blur(np, page[None], 0.8)[0], cv2.GaussianBlur(page, (0, 0), 0.8)) == 0
    assert furthest(array_image.clahe(np, page[None], 2.0, 8)[0], cv2.createCLAHE(2.0, (8, 8)).apply(page)) <= 1
    theirs = cv2.adaptiveThreshold(page, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 31, 15.0)
    assert furthest(array_image.threshold(np, page[None], 31, 15.0)[0], theirs) == 0
