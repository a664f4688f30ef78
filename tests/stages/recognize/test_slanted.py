"""A row of characters at a slant takes the place of a box that holds more than them."""

from ocr_tasks.contract import Reading
from ocr_tasks.quads import quad_of, rotated, upright_quad
from ocr_tasks.stages.recognize.settling import with_column


def reading(text: str, confidence: float, extent: tuple[float, float, float, float], slope_deg: float) -> Reading:
    quad = rotated(upright_quad(*extent), slope_deg, (200.0, 200.0))
    return Reading(region_id=0, page=1, text=text, confidence=confidence, quad_px=quad_of(quad), engine="x")


def settled(loose: tuple[str, float], *, high: float, confidence: float = 0.99) -> list[str]:
    """Return what stays of a reading in a box HIGH pixels high around arrows to the left and `298` at a slant."""
    around = reading(*loose, (100, 200 - high / 2, 230, 200 + high / 2), 10.0)
    row = reading("298", confidence, (175, 190, 225, 210), 21.0)
    return [line.text for line in with_column([around], row)]


def test_a_row_at_a_slant_takes_the_place_of_a_box_around_it_and_its_dimension_line() -> None:
    assert settled(("29°", 0.77), high=50) == ["298"]
    assert settled(("29", 0.97), high=50) == ["298"]


def test_a_box_hardly_higher_than_a_row_or_that_says_more_stays() -> None:
    assert settled(("29°", 0.77), high=25) == ["29°"]
    assert settled(("298 H7", 0.97), high=50) == ["298 H7"]
    assert settled(("29°", 0.77), high=50, confidence=0.75) == ["29°"]


def test_a_line_beside_a_slanted_row_is_not_around_it() -> None:
    row = reading("81", 0.99, (185, 190, 215, 210), 45.0)
    beside = reading("[3.189]", 0.99, (140, 215, 260, 235), 45.0)
    assert [line.text for line in with_column([beside], row)] == ["[3.189]", "81"]
