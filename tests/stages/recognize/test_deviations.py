"""Deviations behind a value, found by their ink however the value was boxed. The engine is the real one.

The callouts are those of the sample sheets, spoiled as scanners and fax machines do.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import PageRecord, Quad, Reading
from ocr_tasks.engines import Gray, Text
from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer
from ocr_tasks.quads import around, quad_of, turned
from ocr_tasks.samples.degrade import Page, drawn, faxed, skewed
from ocr_tasks.samples.lettering import Box, Hand, lay_stacked
from ocr_tasks.samples.page_model import Part, Placement, Sheet, Written
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.postprocess.grouping import group
from ocr_tasks.stages.recognize.deviations import DOUBTED, is_ring, with_deviations

WIDTH_MM, HEIGHT_MM, DPI = 70.0, 24.0, 200
AT = (12.0, 10.0)
PAGE = PageRecord(page=1, width_px=1000, height_px=1000, dpi=DPI, sha256="0" * 64)
SPOILED: dict[str, Callable[[Page], Page]] = {
    "clean": lambda page: page,
    "skew 1": lambda page: skewed(page, 1.0),
    "skew -2": lambda page: skewed(page, -2.0),
    "skew 3": lambda page: skewed(page, 3.0),
    "fax": lambda page: faxed(page, np.random.default_rng(3)),
    "skewed fax": lambda page: faxed(skewed(page, -3.0), np.random.default_rng(3)),
}


@pytest.fixture(scope="module")
def recognizer() -> OnnxRecognizer:
    return OnnxRecognizer(threads=1)


def callout(
    value: str, upper: str, lower: str, spoiled: str = "clean", font: str = "liberation"
) -> tuple[Gray, list[Quad]]:
    """Return the picture of a value with two deviations behind it, and the quads of the three."""
    laid = lay_stacked(value, upper, lower, Hand(font, 3.5))
    move = Placement(AT)
    parts = tuple(Part(text, corners(box, move)) for text, box in laid.parts)
    written = Written(laid.text, corners(laid.ink, move), "dimension", parts)
    sheet = Sheet(WIDTH_MM, HEIGHT_MM, tuple(move.primitive(p) for p in laid.primitives), (written,))
    page = SPOILED[spoiled](drawn(sheet, DPI))
    return page.picture, [quad_of(np.array(part["quad"])) for part in page.truth.texts[0]["parts"]]


def corners(box: Box, move: Placement) -> Quad:
    places = move.points([(box.x0, box.y1), (box.x1, box.y1), (box.x1, box.y0), (box.x0, box.y0)])
    a, b, c, d = places
    return a, b, c, d


def read(text: str, quad: Quad) -> Reading:
    return Reading(region_id=0, page=1, text=text, confidence=0.99, quad_px=quad, engine="test")


def texts(readings: Sequence[Reading]) -> list[str]:
    return sorted(string.text.replace(" ", "") for string in group(readings, PAGE))


@pytest.mark.parametrize("spoiled", SPOILED)
@pytest.mark.parametrize(
    ("value", "upper", "lower", "font"),
    [("46", "0", "-0.2", "liberation"), ("⌀25 n6", "+0.028", "+0.015", "routed"), ("24", "+0.1", "0", "routed-narrow")],
)
def test_both_deviations_behind_a_value_that_was_read_alone(
    recognizer: OnnxRecognizer, spoiled: str, value: str, upper: str, lower: str, font: str
) -> None:
    image, quads = callout(value, upper, lower, spoiled, font)
    found = with_deviations(image, [read(value, quads[0])], recognizer)
    assert texts(found) == [f"{value} {upper}/{lower}".replace(" ", "")]


def test_one_line_out_of_both_rows_is_taken_apart(recognizer: OnnxRecognizer) -> None:
    image, quads = callout("⌀25 f7", "-0.020", "-0.041")
    found = with_deviations(image, [read("⌀25 f7 0.040", around(quads))], recognizer)
    assert texts(found) == ["⌀25f7-0.020/-0.041"]


def test_a_sloping_box_around_the_value_and_one_row(recognizer: OnnxRecognizer) -> None:
    image, (value, upper, lower) = callout("24", "+0.1", "0")
    ink = np.argwhere(image < 128)[:, ::-1].astype(np.float32)
    middle = (value[3][1] + upper[3][1]) / 2
    inside = ink[(ink[:, 0] < value[1][0] + 1) | (ink[:, 1] < middle)]
    slope = np.degrees(
        np.arctan2(upper[0][1] - value[0][1] + upper[3][1] - value[3][1], 2 * (upper[1][0] - value[0][0]))
    )
    turn = cv2.getRotationMatrix2D((0, 0), float(slope), 1.0)
    left, top, wide, high = cv2.boundingRect(cv2.transform(inside[None], turn)[0])
    box = np.array([(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)], np.float64)
    sloping = quad_of(box @ turn[:, :2])
    found = with_deviations(image, [read("24 +0.1", sloping), read("0", lower)], recognizer)
    assert texts(found) == ["24+0.1/0"]


def test_a_value_and_a_row_that_were_read_from_their_other_end(recognizer: OnnxRecognizer) -> None:
    image, (value, upper, lower) = callout("16", "0", "-0.1")
    upside_down = [read("91", turned(value, 2)), read("1'0-", turned(lower, 2)), read("0", upper)]
    assert texts(with_deviations(image, upside_down, recognizer)) == ["160/-0.1"]


def test_a_value_with_deviations_begins_with_digits(recognizer: OnnxRecognizer) -> None:
    image, (value, _, _) = callout("10 N9", "0", "-0.036")
    assert texts(with_deviations(image, [read("IO N9", value)], recognizer)) == ["10N90/-0.036"]


class Wavering(OnnxRecognizer):
    """Reads a lone 0 as recognisers do that waver between 0, O and D."""

    def read(self, crops: Sequence[Gray]) -> list[Text]:
        return [Text("O", 0.5, (0.5,)) if text.text in ("0", "O") else text for text in super().read(crops)]


def test_a_ring_beside_a_deviation_with_a_sign_is_a_zero() -> None:
    image, (value, _, _) = callout("46", "0", "-0.2", "skew 1")
    assert texts(with_deviations(image, [read("46", value)], Wavering(threads=1))) == ["460/-0.2"]


@pytest.mark.parametrize(("text", "ring"), [("0", True), ("6", False), ("8", False), ("1", False), ("00", False)])
def test_only_a_hollow_ring_is_a_ring(text: str, ring: bool) -> None:
    image, (_, upper, _) = callout("46", text, "-0.2")
    assert is_ring(cut(image, upper, 0.2)) is ring


def test_two_deviations_above_the_nominal_may_have_no_sign(recognizer: OnnxRecognizer) -> None:
    image, quads = callout("⌀32", "0.018", "0.002")
    found = with_deviations(image, [read("⌀32 0.002", around([quads[0], quads[2]]))], recognizer)
    assert texts(found) == ["⌀320.018/0.002"]


@pytest.mark.parametrize(
    ("upper", "lower"), [("-0.2", "+0.1"), ("0", "0"), ("12", "34"), ("3", "4"), ("0.1", "0.2"), ("1.2", "0.2")]
)
def test_what_is_no_tolerance_stays_as_it_was(recognizer: OnnxRecognizer, upper: str, lower: str) -> None:
    image, quads = callout("46", upper, lower)
    lines = [read(text, quad) for text, quad in zip(("46", upper, lower), quads, strict=True)]
    found = with_deviations(image, lines, recognizer)
    assert [line.text for line in found] == ["46", upper, lower]


def test_a_value_behind_which_a_row_cannot_be_read_is_doubted(recognizer: OnnxRecognizer) -> None:
    image, (value, _, lower) = callout("46", "+0.3", "-0.2")
    (left, top), (right, bottom) = (tuple(round(v) for v in lower[k]) for k in (0, 2))
    image[top:bottom, left:right] = np.random.default_rng(1).choice([0, 255], (bottom - top, right - left))
    (line,) = with_deviations(image, [read("46", value)], recognizer)
    assert line.text == "46"
    assert line.confidence <= DOUBTED


def test_a_value_that_may_have_lost_a_digit_to_geometry_is_doubted(recognizer: OnnxRecognizer) -> None:
    picture, (value, _, _) = callout("47", "+1.5", "0")
    (left, top), (right, bottom) = np.min(value, axis=0), np.max(value, axis=0)
    middle = (left + right) / 2
    seven = quad_of(np.array([(middle, top), (right, top), (right, bottom), (middle, bottom)]))
    found = {line.text: line for line in with_deviations(picture, [read("7", seven)], recognizer)}
    assert found["7"].confidence == DOUBTED
    found = {line.text: line for line in with_deviations(picture, [read("47", value)], recognizer)}
    assert found["47"].confidence > DOUBTED


def test_hatching_that_begins_in_one_column_is_no_stack(recognizer: OnnxRecognizer) -> None:
    image = np.full((120, 300), 255, np.uint8)
    for (x0, y0), (x1, y1) in (((60, 80), (100, 40)), ((60, 88), (110, 48))):
        cv2.line(image, (x0, y0), (x1, y1), 0, 2)
    lines = [read("11", ((58, 40), (112, 40), (112, 90), (58, 90)))]
    assert with_deviations(image, lines, recognizer) == lines
