"""Fractions with a level bar and with a slanted one, drawn with a plotter's letters. The engine is the real one."""

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad, Reading
from ocr_tasks.engines import Gray
from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer
from ocr_tasks.quads import turned, upright_quad
from ocr_tasks.stages.ink import blobs_of, ink_of
from ocr_tasks.stages.recognize.fractions import is_fraction, with_fractions

write = partial(cv2.putText, fontFace=cv2.FONT_HERSHEY_SIMPLEX, color=0, lineType=cv2.LINE_AA)


@pytest.fixture(scope="module")
def recognizer() -> OnnxRecognizer:
    return OnnxRecognizer(threads=1)


def size_of(text: str, scale: float, thickness: int) -> tuple[int, int]:
    wide, high = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)[0]
    return wide, high


def page_with(value: str) -> tuple[Gray, int, int]:
    """Return a page on which VALUE stands at x 100 and y 160, where it ends, and how high it is."""
    image = np.full((300, 500), 255, np.uint8)
    write(image, value, (100, 160), fontScale=0.9, thickness=2)
    return image, 100 + size_of(value, 0.9, 2)[0], size_of("0", 0.9, 2)[1]


def page(value: str, upper: str, lower: str, behind: str = "", *, bar: tuple[int, int] = (0, 0)) -> tuple[Gray, Quad]:
    """Return a page with VALUE, a fraction whose bar is longer than its digits by BAR, and what stands behind it.

    And the box around the value.
    """
    image, start, high = page_with(value)
    start, middle = start + 6, 160 - high // 2
    width = size_of(max(upper, lower, key=len), 0.6, 1)[0]
    write(image, upper, (start, middle - 5), fontScale=0.6, thickness=1)
    cv2.line(image, (start - bar[0], middle), (start + width + bar[1], middle), 0, 1)
    write(image, lower, (start, middle + 16), fontScale=0.6, thickness=1)
    write(image, behind, (start + width + 8, 160), fontScale=0.9, thickness=2)
    return image, upright_quad(100, 160 - high, start - 6, 160)


def slanted_page(value: str, upper: str, lower: str, behind: str = "") -> tuple[Gray, Quad]:
    """Return a page with VALUE, UPPER raised before a slanted bar, LOWER behind its foot, and what stands BEHIND it.

    And the box around the value.
    """
    image, start, high = page_with(value)
    foot = start + 5 + size_of(upper, 0.6, 1)[0]
    write(image, upper, (start + 4, 152), fontScale=0.6, thickness=1)
    cv2.line(image, (foot, 165), (foot + 12, 138), 0, 1, cv2.LINE_AA)
    write(image, lower, (foot + 12, 165), fontScale=0.6, thickness=1)
    write(image, behind, (foot + 15 + size_of(lower, 0.6, 1)[0], 160), fontScale=0.9, thickness=2)
    return image, upright_quad(100, 160 - high, start, 160)


def reading(text: str, quad: Quad) -> Reading:
    return Reading(
        region_id=1, page=1, text=text, confidence=0.99, char_confidences=(), quad_px=quad, engine="ppocr-onnx"
    )


@pytest.mark.parametrize("drawn", [page, slanted_page])
@pytest.mark.parametrize(
    ("value", "upper", "lower", "behind", "said"),
    [
        ("6'-10", "1", "2", '"', "6'-10 1⁄2\""),
        ("12", "15", "16", "", "12 15⁄16"),
        ("28'-3", "7", "8", '"', "28'-3 7⁄8\""),
    ],
)
def test_a_fraction_is_read_with_its_value(
    recognizer: OnnxRecognizer,
    drawn: Callable[..., tuple[Gray, Quad]],
    value: str,
    upper: str,
    lower: str,
    behind: str,
    said: str,
) -> None:
    image, quad = drawn(value, upper, lower, behind)
    (line,) = with_fractions(image, [reading(value, quad)], recognizer)
    assert line.text == said
    assert line.confidence > 0.8


@pytest.mark.parametrize("read", ['/"', '½"'])
def test_a_slanted_bar_is_read_again_whatever_was_read_of_its_digits(recognizer: OnnxRecognizer, read: str) -> None:
    image, _ = slanted_page("", "1", "2", '"')
    lines = with_fractions(image, [reading(read, upright_quad(100, 135, 155, 168))], recognizer)
    assert [line.text for line in lines] == ['1⁄2"']


@pytest.mark.parametrize(("beside", "found"), [("12", ["12 5⁄8", '1⁄2"']), ("12.5", ["12.5", ""])])
def test_where_nothing_was_read_a_fraction_is_sought_on_a_page_with_another(
    recognizer: OnnxRecognizer, beside: str, found: list[str]
) -> None:
    image, quad = page("12", "5", "8") if beside == "12" else page(beside, "", "", bar=(-3, 0))
    bare, _ = slanted_page("", "1", "2", '"')
    image[200:] = bare[100:200]
    lines = with_fractions(image, [reading(beside, quad), reading("", upright_quad(100, 235, 155, 268))], recognizer)
    assert [line.text for line in lines] == found


def test_a_mark_of_inches_over_the_end_of_a_bar_is_no_digit(recognizer: OnnxRecognizer) -> None:
    image, quad = page("6'-10", "15", "32", '"', bar=(0, 8))
    lines = with_fractions(image, [reading("6'-10", quad)], recognizer)
    assert lines[0].text.replace(' "', '"') == "6'-10 15⁄32\""


def test_digits_on_one_row_around_a_stroke_stay_as_they_are(recognizer: OnnxRecognizer) -> None:
    image = np.full((300, 500), 255, np.uint8)
    write(image, "11/32", (100, 160), fontScale=0.9, thickness=2)
    lines = [reading("11/32", upright_quad(100, 138, 190, 163))]
    assert with_fractions(image, lines, recognizer) == lines


def test_a_fraction_is_read_up_the_page_from_the_digit_of_a_row(recognizer: OnnxRecognizer) -> None:
    image, _ = page("", "3", "4", '"')
    raised = np.ascontiguousarray(np.rot90(image))
    first = min((b for b in blobs_of(ink_of(raised)) if b.width > 10), key=lambda blob: blob.left)
    whole = with_fractions(raised, [reading("3", upright_quad(*first[:4]))], recognizer)
    assert [line.text for line in whole] == ['3⁄4"']


def test_what_was_read_of_the_rows_is_part_of_the_whole(recognizer: OnnxRecognizer) -> None:
    image, quad = page("12", "5", "8")
    row = upright_quad(quad[1][0] + 6, 150, quad[1][0] + 18, 170)
    lines = with_fractions(image, [reading("12", quad), reading("8", row)], recognizer)
    assert [line.text for line in lines] == ["12 5⁄8"]


@pytest.mark.parametrize(
    ("upper", "lower", "bar"),
    [
        ("3", "50", (0, 0)),  # no ruler has it
        ("2", "1", (0, 0)),
        ("1", "2", (0, 60)),  # the ruling between two rows of a table
    ],
)
def test_other_numbers_above_each_other_stay_as_they_are(
    recognizer: OnnxRecognizer, upper: str, lower: str, bar: tuple[int, int]
) -> None:
    image, quad = page("12", upper, lower, bar=bar)
    lines = [reading("12", quad)]
    assert with_fractions(image, lines, recognizer) == lines


def test_a_page_without_fractions_is_not_read_again() -> None:
    image, quad = page("12.5", "", "", bar=(-3, 0))

    class Never:
        def read(self, crops: list[Gray]) -> list[None]:
            assert not crops
            return []

    lines = [reading("12.5", turned(quad, 0))]
    assert with_fractions(image, lines, Never()) == lines  # type: ignore[arg-type]


def test_only_what_rulers_have_is_a_fraction() -> None:
    assert is_fraction("1", "2")
    assert is_fraction("31", "64")
    assert not is_fraction("2", "4")
    assert not is_fraction("5", "4")
    assert not is_fraction("1", "3")
    assert not is_fraction("", "2")
