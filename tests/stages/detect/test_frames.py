"""Feature control frames: found by their cells, known by their sign, read cell by cell."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import EngineInfo
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import angle_of, bounds
from ocr_tasks.samples.page_model import Arc, Line, arc_points
from ocr_tasks.samples.symbols import SYMBOLS
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.detect.frames import Candidate, candidates
from ocr_tasks.stages.ink import Mask
from ocr_tasks.stages.recognize import frame_reading
from ocr_tasks.stages.recognize.frame_reading import MARGIN, FrameText, read_frames, with_room
from ocr_tasks.stages.recognize.sign_classifier import Guess

CAP, PEN = 26, 3
HEIGHT = 2 * CAP
LINE = 1.2 * CAP


class Reader:
    """Reads the texts it is given, in their order."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.info = EngineInfo(name="reader")

    def read(self, crops: Sequence[Gray]) -> list[Text]:
        read = [self.texts.pop(0) for _ in crops]
        return [Text(text, 0.98, (0.98,) * len(text)) for text in read]


class Unsure:
    """Takes every small picture for a runout, and is not sure of it."""

    def guess(self, mask: Mask) -> Guess:
        return Guess("↗" if mask.any() else "", 0.5)


def page(height: int = 500, width: int = 700) -> Gray:
    return np.full((height, width), 255, np.uint8)


def put_sign(image: Gray, sign: str, left: int, base: int) -> None:
    for primitive in SYMBOLS[sign].primitives:
        assert isinstance(primitive, Arc | Line)
        points = arc_points(primitive, 0.05) if isinstance(primitive, Arc) else primitive.points
        corners = np.round([(left + x * CAP, base - y * CAP) for x, y in points]).astype(np.int32)
        closed = isinstance(primitive, Line) and primitive.closed
        cv2.polylines(image, [corners], closed, 0, PEN, cv2.LINE_AA)


def put_text(image: Gray, text: str, left: int, base: int) -> None:
    cv2.putText(image, text, (left, base), cv2.FONT_HERSHEY_SIMPLEX, CAP / 22, 0, PEN, cv2.LINE_AA)


def put_frame(image: Gray, cells: Sequence[str], left: int = 100, top: int = 200, widths: Sequence[int] = ()) -> None:
    """Draw a frame; a cell is a text, a sign, or a text that ends with a circled letter."""
    for k, cell in enumerate(cells):
        wide = widths[k] if widths else (HEIGHT if len(cell) == 1 else 40 + 22 * len(cell))
        cv2.rectangle(image, (left, top), (left + wide, top + HEIGHT), 0, 2)
        base = top + (HEIGHT + CAP) // 2
        if cell and cell in SYMBOLS:
            put_sign(image, cell, left + 9, base)
        elif cell and cell[-1] in SYMBOLS:
            put_text(image, cell[:-1], left + 10, base)
            put_sign(image, cell[-1], left + wide - 46, base)
        else:
            put_text(image, cell, left + 14, base)
        left += wide


def read(image: Gray, *texts: str, line: float = LINE) -> list[FrameText]:
    found = candidates(image, line)
    outlines = [with_room(frame.outline) for frame in found for _ in range(frame.rows)]
    crops = [cut(image, outline, MARGIN) for outline in outlines]
    rows = [row for frame in found for row in range(frame.rows)]
    return [frame for frame in read_frames(crops, outlines, rows, Reader(*texts)) if frame is not None]


@pytest.mark.parametrize("sign", "⏤⏥○⌭⌒⌓⊥∠∥⌖◎⌯↗⌰")
def test_every_characteristic_is_known(sign: str) -> None:
    image = page()
    put_frame(image, (sign, "0.05", "A"))
    (frame,) = read(image, "0.05", "A")
    assert frame.text == f"{sign}|0.05|A"
    assert len(frame.char_confidences) == len(frame.text)


@pytest.mark.parametrize("reduced", [0.34, 0.4])
@pytest.mark.parametrize("sign", "⏥⌭⌓↗")
def test_a_frame_on_a_coarse_picture(sign: str, reduced: float) -> None:
    image = page()
    put_frame(image, (sign, "0.05", "A"))
    coarse = cv2.resize(image, None, fx=reduced, fy=reduced, interpolation=cv2.INTER_AREA)
    (frame,) = read(np.asarray(coarse, np.uint8), "0.05", "A", line=reduced * LINE)
    assert frame.text == f"{sign}|0.05|A"
    assert np.divide(bounds(frame.quad_px), reduced) == pytest.approx((112, 215, 312, 240), abs=15)


@pytest.mark.parametrize("modifier", "ⓂⓁⓅⒺ")
def test_a_circled_letter_is_told_from_the_number_before_it(modifier: str) -> None:
    image = page()
    put_frame(image, ("⌖", f"0.3{modifier}", "A", "B"))
    assert [frame.text for frame in read(image, "0.3", "A", "B")] == [f"⌖|0.3{modifier}|A|B"]


def test_the_quad_lies_around_the_ink_of_the_cells() -> None:
    image = page()
    put_frame(image, ("∥", "0.05", "A"), left=100, top=200)
    left, top, right, bottom = bounds(read(image, "0.05", "A")[0].quad_px)
    assert 100 < left < 120
    assert 200 < top < 215
    assert 270 < right < 330
    assert 235 < bottom < 252


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_frame_on_a_turned_page(quarters: int) -> None:
    image = page()
    put_frame(image, ("⊥", "0.05", "A"))
    (frame,) = read(np.ascontiguousarray(np.rot90(image, quarters)), "0.05", "A")
    assert frame.text == "⊥|0.05|A"
    assert angle_of(frame.quad_px) % 360 == pytest.approx(90 * quarters, abs=1)


def test_a_composite_frame_is_two_strings() -> None:
    image = page()
    cv2.rectangle(image, (100, 200), (160, 200 + 2 * HEIGHT), 0, 2)
    put_sign(image, "⌖", 112, 200 + HEIGHT + CAP // 2)
    put_frame(image, ("0.8", "A", "B"), left=160, top=200)
    put_frame(image, ("0.2", "A"), left=160, top=200 + HEIGHT)
    first, second = read(image, "0.8", "A", "B", "0.2", "A")
    assert (first.text, second.text) == ("⌖|0.8|A|B", "⌖|0.2|A")
    assert bounds(second.quad_px)[0] > 160
    assert bounds(second.quad_px)[1] > 200 + HEIGHT


def test_frames_below_each_other_are_frames() -> None:
    image = page()
    put_frame(image, ("∥", "0.05", "A"), top=200)
    put_frame(image, ("⌓", "0.1", "B"), top=202 + HEIGHT)
    assert len(read(image, "0.05", "A", "0.1", "B")) == 2


def test_a_diameter_of_a_tolerance_is_no_zero() -> None:
    image = page()
    put_frame(image, ("⌖", "", "A"), widths=(HEIGHT, 140, HEIGHT))
    put_sign(image, "⌀", 100 + HEIGHT + 8, 200 + (HEIGHT + CAP) // 2)
    put_text(image, ".01", 100 + HEIGHT + 44, 200 + (HEIGHT + CAP) // 2)
    reader = Reader("0.01", "A")
    places = ((0.15, 0.45, 0.6, 0.8), (0.5,))
    frame = candidates(image, LINE)[0]
    reader.read = lambda crops: [  # type: ignore[method-assign]
        Text(text, 0.98, (0.98,) * len(text), at) for text, at in zip(reader.texts, places, strict=True)
    ]
    (found,) = read_frames([cut(image, frame.outline, MARGIN)], [frame.outline], [0], reader)
    assert found is not None
    assert found.text == "⌖|⌀.01|A"


def test_two_zeros_before_the_point_are_a_diameter() -> None:
    image = page()
    put_frame(image, ("⌖", "0.15", "A"))
    assert [frame.text for frame in read(image, "00.15", "A")] == ["⌖|⌀0.15|A"]


@pytest.mark.parametrize("sign", "⏤○")
def test_a_dash_and_a_zero_beside_a_whole_number_are_cells_of_a_table(sign: str) -> None:
    image = page()
    put_frame(image, (sign, "12"))
    assert read(image, "12") == []


@pytest.mark.parametrize(("paper", "ink"), [(235, 150), (150, 60)])
def test_a_frame_in_faded_ink_or_poor_light(paper: int, ink: int) -> None:
    image = page()
    put_frame(image, ("∥", "0.05", "A"))
    faded = (ink + (paper - ink) * (image / 255.0)).astype(np.uint8)
    assert [frame.text for frame in read(faded, "0.05", "A")] == ["∥|0.05|A"]


def test_the_look_alike_of_a_datum_becomes_its_letter_and_a_bare_modifier_its_sign() -> None:
    image = page()
    put_frame(image, ("⌖", "0.3M", "8"))
    assert [frame.text for frame in read(image, "0.3M", "8")] == ["⌖|0.3Ⓜ|B"]


@pytest.mark.parametrize(
    "cells", [("A", "0.05", "B"), ("2", "12.5", "3"), ("REV", "1.0"), ("1", "M6", "4"), ("102", "7")], ids="|".join
)
def test_cells_of_a_table_are_no_frame(cells: tuple[str, ...]) -> None:
    image = page()
    put_frame(image, cells)
    assert read(image, *cells[1:]) == []


@pytest.mark.parametrize(
    ("texts", "frames"), [(("0.05", "A-B"), ["↗|0.05|A-B"]), (("5", "A"), []), (("0.05",), []), (("0.05", "12"), [])]
)
def test_a_sign_that_is_hardly_known_needs_a_tolerance_and_datums(
    texts: tuple[str, ...], frames: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_reading, "sign_classifier", Unsure)
    image = page()
    put_frame(image, ("↗", *texts))
    assert [frame.text for frame in read(image, *texts)] == frames


def test_a_sign_without_a_tolerance_is_no_frame() -> None:
    image = page()
    put_frame(image, ("⌖", "STEEL", "A"))
    assert read(image, "STEEL", "A") == []


@pytest.mark.parametrize("texts", [("12", "A"), ("0.5", "STEEL")])
def test_what_no_tolerance_or_datum_can_be_is_no_frame(texts: tuple[str, str]) -> None:
    image = page()
    put_frame(image, ("⌓", *texts))
    assert read(image, *texts) == []


def test_a_table_is_no_candidate_for_frames() -> None:
    image = page(height=700)
    for row in range(8):
        put_frame(image, ("1", "0.05", "A"), top=100 + row * HEIGHT, widths=(HEIGHT, 150, HEIGHT))
    assert candidates(image, LINE) == []


def test_a_boxed_value_and_a_boxed_letter_are_no_candidates() -> None:
    image = page()
    put_frame(image, ("102",), left=60, top=100)
    put_frame(image, ("A",), left=400, top=100)
    assert candidates(image, LINE) == []


def test_an_open_box_is_no_cell() -> None:
    image = page()
    put_frame(image, ("∥", "0.05", "A"))
    image[180:270, 96:104] = 255
    image[197:204, 90:130] = 255
    assert all(isinstance(frame, Candidate) and bounds(frame.outline)[0] > 140 for frame in candidates(image, LINE))
