"""Names whose underscore was read as a gap."""

import pytest

from ocr_tasks.contract import Reading
from ocr_tasks.stages.postprocess.names import with_underscores

QUAD = ((0.0, 0.0), (90.0, 0.0), (90.0, 20.0), (0.0, 20.0))
PAGE = ["GND_1", "GND_12", "I2C_2_SCL", "0.1U_0201_10V6K", "110_0402_1%", "2024_05"]


def named(text: str, others: list[str]) -> str:
    readings = [
        Reading(region_id=k, page=1, text=string, confidence=0.9, quad_px=QUAD, engine="x")
        for k, string in enumerate([text, *others])
    ]
    return with_underscores(readings)[0].text


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("GND 7", "GND_7"),
        ("I2C 2 SCL", "I2C_2_SCL"),
        ("4.7U 0402_6V3K", "4.7U_0402_6V3K"),
        ("RC167 I2C_2_SCL", "RC167 I2C_2_SCL"),
        ("180 0402_1%", "180_0402_1%"),
        ("1998 12", "1998 12"),
        ("USB TYPE C", "USB TYPE C"),
        ("Gnd 7", "Gnd 7"),
    ],
)
def test_a_gap_is_an_underscore_where_the_page_has_such_names(read: str, meant: str) -> None:
    assert named(read, PAGE) == meant


def test_without_such_names_a_gap_stays() -> None:
    assert named("GND 7", ["GND 8", "SECTION A", "PART_LIST"]) == "GND 7"


def test_what_a_text_layer_says_stays() -> None:
    layer = [
        Reading(region_id=k, page=1, text=string, confidence=1.0, quad_px=QUAD, engine="text-layer")
        for k, string in enumerate(["GND 7", *PAGE])
    ]
    assert with_underscores(layer) == layer
