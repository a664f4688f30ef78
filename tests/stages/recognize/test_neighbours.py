"""A short string that reads from either end follows the strings around it."""

import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Text
from ocr_tasks.quads import turned, upright_quad
from ocr_tasks.stages.recognize.neighbours import against_neighbours


def pin(text: str, confidence: float, y: float, quarters: int) -> tuple[Text, Quad]:
    quad = upright_quad(100, y, 116, y + 20)
    return Text(text, confidence, (confidence,) * len(text)), turned(quad, quarters)


@pytest.mark.parametrize(
    ("text", "others", "against"),
    [
        ("9", [("4", 0.99, 2), ("5", 0.99, 2)], True),
        ("MS", [("EN", 0.99, 2), ("VCC", 0.99, 2)], True),
        ("9", [("4", 0.99, 0), ("5", 0.99, 2)], False),
        ("9", [("4", 0.99, 2)], False),
        ("9", [("4", 0.99, 2), ("5", 0.7, 2)], False),
        ("9", [("4", 0.99, 1), ("5", 0.99, 1)], False),
        ("L", [("4", 0.99, 2), ("5", 0.99, 2)], True),
        ("VCC3", [("4", 0.99, 2), ("5", 0.99, 2)], False),
        ("9", [("0", 0.99, 2), ("8", 0.99, 2)], False),
    ],
)
def test_all_neighbours_that_read_one_way_only_must_stand_on_their_heads(
    text: str, others: list[tuple[str, float, int]], against: bool
) -> None:
    pins = [pin(text, 0.99, 100, 0), *(pin(t, c, 100 + 40 * k, q) for k, (t, c, q) in enumerate(others, start=1))]
    texts, quads = zip(*pins, strict=True)
    assert against_neighbours(texts, quads, [1] * len(pins)) == ([0] if against else [])


def test_neighbours_far_away_or_on_another_sheet_say_nothing() -> None:
    near, far = [100.0, 140.0, 180.0], [100.0, 600.0, 640.0]
    for places, sheets in ((far, [1, 1, 1]), (near, [1, 2, 2])):
        pins = [pin(t, 0.99, y, q) for t, y, q in zip("945", places, (0, 2, 2), strict=True)]
        texts, quads = zip(*pins, strict=True)
        assert against_neighbours(texts, quads, sheets) == []
