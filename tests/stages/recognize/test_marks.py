"""Page references and labels of a schematic stand by themselves."""

import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Text
from ocr_tasks.quads import bounds
from ocr_tasks.stages.recognize.marks import without_marks

QUAD: Quad = ((0.0, 100.0), (200.0, 100.0), (200.0, 120.0), (0.0, 120.0))


def text(string: str) -> Text:
    """Return a reading whose characters are spread evenly over the line itself, margins aside."""
    places = tuple((10 + 200 * (k + 0.5) / len(string)) / 220 for k in range(len(string)))
    return Text(string, 0.9, (0.9,) * len(string), places)


@pytest.mark.parametrize(
    ("string", "pieces"),
    [
        ("<6> NET_NAME", ["<6>", "NET_NAME"]),
        ("NET_NAME <12,13>", ["NET_NAME", "<12,13>"]),
        ("<6>", ["<6>"]),
        ("A<B", ["A<B"]),
        ("5 <6> 7", ["5 <6> 7"]),
        ("2'-8\"2'-8\"", ["2'-8\"", "2'-8\""]),
        ("3'-0\" 12'-8\"", ["3'-0\"", "12'-8\""]),
        ("10'-6\"", ["10'-6\""]),
        ("2'-8\" x 2'-8\"", ["2'-8\" x 2'-8\""]),
        ("(11.4 mm) (13.4 mm)(25.4 mm)", ["(11.4 mm)", "(13.4 mm)", "(25.4 mm)"]),
        ("(11.4 mm)", ["(11.4 mm)"]),
        ("NOTES (1) (2)", ["NOTES (1) (2)"]),
        ("(1) (2)", ["(1) (2)"]),
    ],
)
def test_a_reference_at_either_end_is_a_string_of_its_own(string: str, pieces: list[str]) -> None:
    assert [piece.text.text for piece in without_marks(text(string), QUAD, 0.5)] == pieces


def test_each_piece_has_the_box_of_its_own_characters() -> None:
    mark, name = (bounds(piece.quad_px) for piece in without_marks(text("<6> NET_NAME"), QUAD, 0.5))
    assert mark == pytest.approx((0, 100, 50, 120), abs=1)
    assert name == pytest.approx((200 * 4 / 12, 100, 200, 120), abs=1)


def apart(left: str, right: str, advances: float) -> Text:
    """Return a reading of two words whose nearest characters are so many advances apart."""
    ends = len(left) - 1 + advances
    middles = [*range(len(left)), len(left) - 1 + advances / 2, *(ends + k for k in range(len(right)))]
    places = tuple((middle + 1) / (middles[-1] + 2) for middle in middles)
    string = f"{left} {right}"
    return Text(string, 0.9, (0.9,) * len(string), places)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("10uF", "C14"),
        ("C45", "4.7n"),
        ("R12", "10k"),
        ("CV20", "EMI@"),
        ("1K_0201_5%", "2"),
        ("2", "0_0201_5%"),
        ("21.45", "□12.45"),
    ],
)
def test_a_part_its_value_and_its_pins_are_strings_of_their_own(left: str, right: str) -> None:
    assert [piece.text.text for piece in without_marks(apart(left, right, 2.5), QUAD, 0.5)] == [left, right]
    assert [piece.text.text for piece in without_marks(apart(left, right, 1.7), QUAD, 0.5)] == [f"{left} {right}"]


@pytest.mark.parametrize(
    ("left", "right"), [("M10", "6H"), ("R5", "TYP"), ("4x", "M3"), ("HOOK_R", "2"), ("A3", "1:10")]
)
def test_other_words_stay_together_however_far_apart(left: str, right: str) -> None:
    assert len(without_marks(apart(left, right, 3.0), QUAD, 0.5)) == 1
