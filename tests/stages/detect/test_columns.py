"""Which columns of characters may be one string."""

from ocr_tasks.engines import Box
from ocr_tasks.stages.detect.second_look import usual_height
from ocr_tasks.stages.detect.stage import is_column


def upward(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(((left, bottom), (left, top), (right, top), (right, bottom)), 1.0)


COLUMN = upward(100, 100, 120, 240)


def may_be_one(lines: list[Box]) -> bool:
    return is_column(COLUMN, lines, usual_height(lines) or 0.0)


def test_a_column_in_the_lettering_of_the_lines_may_be_one_string() -> None:
    assert may_be_one([upward(300, 100, 322, 240)])
    assert not may_be_one([upward(300, 100, 350, 440)])


def test_lines_apart_along_a_column_are_strings_of_their_own() -> None:
    assert not may_be_one([upward(101, 100, 119, 140), upward(101, 200, 119, 240)])
    assert may_be_one([upward(101, 100, 119, 160), upward(101, 166, 119, 240)])
