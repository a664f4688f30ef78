"""The weights that ship: whole, small, with all classes, and better than the stock ones at what drawings need."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from training_faces import VERA

from ocr_tasks.engines import Gray
from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer
from ocr_tasks.engines.weights import DRAWING_RECOGNIZER, PPOCR_RECOGNIZER, find
from ocr_tasks.training.characters import ADDED
from ocr_tasks.training.judge import same
from ocr_tasks.training.nothing import shape

CARD = Path(str(find(DRAWING_RECOGNIZER))).parent / "README.md"


@pytest.fixture(scope="module")
def tuned() -> OnnxRecognizer:
    return OnnxRecognizer(threads=1, weights=DRAWING_RECOGNIZER)


@pytest.fixture(scope="module")
def stock() -> OnnxRecognizer:
    return OnnxRecognizer(threads=1, weights=PPOCR_RECOGNIZER)


def written(text: str, size: int = 22) -> Gray:
    font = ImageFont.truetype(VERA, size)
    picture = Image.new("L", (round(font.getlength(text)) + 12, size + 14), 255)
    ImageDraw.Draw(picture).text((6, 4), text, 0, font)
    return np.array(picture)


NOTES = (
    "UNLESS OTHERWISE SPECIFIED", "DO NOT SCALE DRAWING", "Remove all burrs and sharp edges", "Allgemeintoleranzen",
    "Oberfläche geschliffen", "Matière : acier inoxydable", "Tolérances générales", "SHEET 1 OF 2", "Drawn by J. Smith",
    "2024-08-27", "AISI 304", "Gehäuse Deckel", "PART NO. 1121-06-A", "15. DIMENSIONS NOT SHOWN",
    "Muster GmbH & Co. KG",
)  # fmt: skip
DIMENSIONS = (
    "Ø12.5", "4x Ø5.5", "Ø97.66 h11", "35,36 ±0,05", "M8x1.25", "R2.125", "45°", "1/4-20 UNC", "Ø0.142 THRU ALL",
    "Ra 3.2", "2x45°", "(18)", "12.38", "111", "0.075", "Ø34", "Ø50 H7", "8X R1",
)  # fmt: skip


def test_the_card_names_the_file() -> None:
    card = CARD.read_text(encoding="utf-8")
    assert DRAWING_RECOGNIZER.name in card
    assert DRAWING_RECOGNIZER.sha256 in card


def test_the_file_is_small() -> None:
    assert find(DRAWING_RECOGNIZER).stat().st_size < 25_000_000


def test_classes_are_those_of_the_stock_file_and_the_added_ones(tuned: OnnxRecognizer, stock: OnnxRecognizer) -> None:
    assert tuned._classes == [*stock._classes[:-1], *ADDED, " "]


def test_notes_and_names_are_not_lost(tuned: OnnxRecognizer, stock: OnnxRecognizer) -> None:
    crops = [written(text) for text in NOTES]
    right = [same(text, got.text) for text, got in zip(NOTES, tuned.read(crops), strict=True)]
    before = [same(text, got.text) for text, got in zip(NOTES, stock.read(crops), strict=True)]
    assert sum(right) >= sum(before)
    assert sum(right) >= len(NOTES) - 1


def test_dimensions_are_read_better(tuned: OnnxRecognizer, stock: OnnxRecognizer) -> None:
    crops = [written(text, size) for text in DIMENSIONS for size in (14, 22)]
    wanted = [text for text in DIMENSIONS for _ in (14, 22)]
    right = sum(same(text, got.text) for text, got in zip(wanted, tuned.read(crops), strict=True))
    before = sum(same(text, got.text) for text, got in zip(wanted, stock.read(crops), strict=True))
    assert right > before
    assert right / len(wanted) >= 0.9


def test_lines_and_upside_down_text_leave_no_reading(tuned: OnnxRecognizer) -> None:
    line = np.full((30, 120), 255, np.uint8)
    line[14:16] = 0
    turned = [np.ascontiguousarray(written(text)[::-1, ::-1]) for text in NOTES]
    assert tuned.read([line])[0].text in ("", "-", "⏤")
    empty = [reading.confidence < 0.5 or reading.text == "" for reading in tuned.read(turned)]
    assert sum(empty) >= 0.7 * len(turned)


def test_names_keep_their_underscores(tuned: OnnxRecognizer) -> None:
    names = ("C1_Plate", "I2C_2_SDA", "EN_PWR#", "GND_24", "USB20_N7_R", "0.1U_0201_10V6K", "FW_13_5INCH_DISPLAY")
    readings = tuned.read([written(name, size) for name in names for size in (12, 22)])
    right = [same(name, got.text) for name, got in zip([n for n in names for _ in (12, 22)], readings, strict=True)]
    assert sum(right) >= len(right) - 1


def test_signs_of_notes_that_no_invented_string_holds_are_read(tuned: OnnxRecognizer) -> None:
    notes = ("7800 kg/m^3", "Is this right?", "DANGER! HIGH VOLTAGE", "$12.50 each", "current: 7uA (3uA?)")
    readings = tuned.read([written(note, size) for note in notes for size in (14, 22)])
    right = [same(note, got.text) for note, got in zip([n for n in notes for _ in (14, 22)], readings, strict=True)]
    assert sum(right) >= len(right) - 1


def test_shapes_that_are_no_text_leave_no_reading(tuned: OnnxRecognizer, stock: OnnxRecognizer) -> None:
    r = Random("no text")
    crops = [shape(r) for _ in range(100)]
    assert sum(reading.text != "" for reading in tuned.read(crops)) <= 5
    assert sum(reading.text != "" for reading in stock.read(crops)) > 50
