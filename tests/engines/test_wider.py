"""Lines that may lack a character are read again, wider."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from ocr_tasks.contract import EngineInfo
from ocr_tasks.engines import NO_TEXT, Gray, Text
from ocr_tasks.engines.wider import Wider


class Tells:
    """Reads crops by their width, and notes the widths that it is given."""

    info = EngineInfo(name="tells")

    def __init__(self, texts: Mapping[int, Text]) -> None:
        self.texts = texts
        self.given: list[int] = []

    def read(self, crops: Sequence[Gray]) -> list[Text]:
        self.given += [crop.shape[1] for crop in crops]
        return [self.texts[crop.shape[1]] for crop in crops]


def said(text: str, confidence: float = 1.0, left_out: float = 0.0) -> Text:
    return Text(text, confidence, (confidence,) * len(text), left_out=left_out)


def crops(*widths: int) -> list[Gray]:
    return [np.zeros((10, width), np.uint8) for width in widths]


@pytest.mark.parametrize(
    ("first", "again", "read"),
    [
        (said("12±0.05", 0.9, 0.13), said("1.2±0.05", 0.99), "1.2±0.05"),
        (said("3'-0\"", 0.9, 0.41), said("30'-0\"", 0.94), "3'-0\""),  # not sure enough
        (said("3'-0\"", 0.9, 0.41), said("30'-0\"", 0.99, 0.1), "3'-0\""),  # in doubt itself
        (said("ML2x10", 0.9, 0.2), said("M1.2x10", 0.99), "ML2x10"),  # another character, not one more
        (said("105", 0.9, 0.2), said("10", 0.99), "105"),  # one less
        (said("4.7U", 0.9, 0.2), said("$4.7U", 0.99), "4.7U"),  # a mark before it
        (said("4.7U", 0.9, 0.2), said("4.7UI", 0.99), "4.7U"),
        (NO_TEXT._replace(left_out=0.4), said("7", 0.99), ""),
    ],
)
def test_what_the_wider_line_says_is_taken_if_it_says_one_more_surely(first: Text, again: Text, read: str) -> None:
    assert Wider(Tells({100: first, 160: again})).read(crops(100))[0].text == read


def test_only_lines_in_doubt_are_read_twice_and_all_stay_in_order() -> None:
    tells = Tells({10: said("1"), 20: said("2"), 30: said("ac", 0.8, 0.3), 48: said("abc"), 40: said("4")})
    assert [text.text for text in Wider(tells).read(crops(20, 30, 10, 40))] == ["2", "abc", "1", "4"]
    assert tells.given == [20, 30, 10, 40, 48]


def test_narrow_lettering_is_read_wider() -> None:
    tells = Tells({16: said("12 34567", 0.9), 26: said("12.3456", 0.99), 18: said("1234567")})
    assert [text.text for text in Wider(tells).read(crops(16, 18))] == ["12.3456", "1234567"]
    assert tells.given == [16, 18, 26]


def test_a_line_without_two_characters_is_not_read_twice_for_one_between_them() -> None:
    tells = Tells({10: NO_TEXT._replace(left_out=0.4), 20: said("7", 0.9, 0.4)})
    assert [text.text for text in Wider(tells).read(crops(10, 20))] == ["", "7"]
    assert tells.given == [10, 20]
