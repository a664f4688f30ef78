"""Names of sections."""

from collections import Counter

import pytest

from ocr_tasks.contract import Reading
from ocr_tasks.stages.postprocess.sections import named, with_letters_twice


@pytest.mark.parametrize(
    ("text", "letters", "name"),
    [
        ("G-C", "CC", "C-C"),
        ("SECTION G-C", "CC", "SECTION C-C"),
        ("C - G", "GGA", "G - G"),
        ("G-C", "CCG", "G-C"),
        ("G-C", "C", "G-C"),
        ("A-B", "AA", "A-B"),
        ("EN AG-C", "CC", "EN AG-C"),
    ],
)
def test_the_letter_at_both_ends_of_the_cutting_line_is_that_of_the_section(text: str, letters: str, name: str) -> None:
    assert named(text, Counter(letters)) == name


def test_the_letters_by_themselves_stay() -> None:
    quad = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
    texts = ("C", "G-C", "12", "C")
    page = [
        Reading(region_id=k, page=1, text=text, confidence=0.9, quad_px=quad, engine="x")
        for k, text in enumerate(texts)
    ]
    assert [reading.text for reading in with_letters_twice(page)] == ["C", "C-C", "12", "C"]
