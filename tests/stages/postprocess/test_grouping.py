"""Which readings are text at all."""

import pytest

from ocr_tasks.contract import PageRecord, Quad, Reading
from ocr_tasks.stages.postprocess.grouping import group, is_text


def reading(text: str, confidence: float, *, parts: tuple[str, ...] = ()) -> Reading:
    quad: Quad = ((0.0, 0.0), (30.0, 0.0), (30.0, 20.0), (0.0, 20.0))
    return Reading(region_id=0, page=1, text=text, confidence=confidence, quad_px=quad, parts=parts, engine="x")


@pytest.mark.parametrize(
    ("text", "confidence", "kept"),
    [
        ("12.5", 0.65, True),
        ("12.5", 0.55, False),
        ("7", 0.8, True),
        ("7", 0.7, False),
        ("11", 0.65, False),
        ("to", 0.8, True),
        ("⌲", 0.95, False),
        ("⊥⌯", 0.95, False),
        ("±.5", 0.7, True),
        ("", 0.0, False),
    ],
)
def test_short_strings_must_be_surer_and_signs_by_themselves_are_none(text: str, confidence: float, kept: bool) -> None:
    assert is_text(reading(text, confidence)) is kept


def test_a_sign_of_a_frame_or_of_a_text_layer_stays() -> None:
    assert is_text(reading("⌖", 0.9, parts=("⌖",)))
    assert is_text(reading("⌖", 1.0))


def placed(text: str, left: float, top: float, width: float, confidence: float = 0.95) -> Reading:
    quad: Quad = ((left, top), (left + width, top), (left + width, top + 20), (left, top + 20))
    return reading(text, confidence).model_copy(update={"quad_px": quad})


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        (placed("REVISION", 0, -40, 90), True),
        (placed("REVISION", 0, -70, 90), False),
        (placed("12.50", 0, -130, 60), True),
        (placed("12.50", 100, 100, 60), True),
        (placed("12.50", 150, 0, 60), False),
        (placed("0", 30, 0, 13), False),
        (placed("12.50", 0, -130, 60, confidence=0.7), False),
    ],
)
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_a_ring_is_a_0_or_an_o_only_where_text_is_near(other: Reading, confidence: float, *, kept: bool) -> None:
    page = PageRecord(page=1, width_px=500, height_px=500, dpi=200, sha256="0")
    ring = placed("0", 0, 0, 13, confidence)
    assert ("0" in [string.text for string in group([ring], page)]) is False
    assert (ring.quad_px in [string.quad_px for string in group([ring, other], page)]) is kept


@pytest.mark.parametrize(("upward", "kept"), [(True, True), (False, False)])
def test_a_ring_on_its_side_is_a_0_only_where_turned_text_is_near(upward: bool, kept: bool) -> None:
    page = PageRecord(page=1, width_px=500, height_px=500, dpi=200, sha256="0")
    lying: Quad = ((100.0, 213.0), (100.0, 200.0), (120.0, 200.0), (120.0, 213.0))
    ring = reading("0", 0.95).model_copy(update={"quad_px": lying})
    value: Quad = ((130.0, 220.0), (130.0, 180.0), (150.0, 180.0), (150.0, 220.0))
    other = reading("0.37", 0.95).model_copy(update={"quad_px": value}) if upward else placed("0.37", 130, 200, 40)
    assert ("0" in [string.text for string in group([ring, other], page)]) is kept


@pytest.mark.parametrize(
    ("width", "confidence", "upright", "kept"),
    [(13, 0.99, True, True), (13, 0.9, True, False), (13, 0.99, False, False), (20, 0.99, True, False)],
    ids=["slender and sure", "unsure", "on its side", "round"],
)
def test_a_slender_upright_ring_read_surely_is_a_0_with_nothing_near(
    width: float, confidence: float, *, upright: bool, kept: bool
) -> None:
    page = PageRecord(page=1, width_px=500, height_px=500, dpi=200, sha256="0")
    ring = placed("0", 100, 200, width, confidence)
    if not upright:
        lying: Quad = ((100.0, 200.0 + width), (100.0, 200.0), (120.0, 200.0), (120.0, 200.0 + width))
        ring = ring.model_copy(update={"quad_px": lying})
    assert ([string.text for string in group([ring], page)] == ["0"]) is kept


def test_two_slotted_holes_are_no_zeros() -> None:
    page = PageRecord(page=1, width_px=500, height_px=500, dpi=200, sha256="0")
    assert group([placed("0", 100, 200, 13, 0.99), placed("0", 150, 200, 13, 0.99)], page) == []


@pytest.mark.parametrize(
    ("lefts", "width", "kept"),
    [
        ([100, 100], 13, True),
        ([66, 66], 13, True),
        ([83, 83], 13, True),
        ([100], 13, False),
        ([100, 140], 13, False),
        ([100, 100], 18, False),
    ],
    ids=["begin in line", "end in line", "middles in line", "one only", "not in line", "round"],
)
@pytest.mark.parametrize("upward", [False, True])
def test_a_ring_in_line_with_ordinates_is_their_0_however_far(
    lefts: list[float], width: float, *, upward: bool, kept: bool
) -> None:
    page = PageRecord(page=1, width_px=1000, height_px=1000, dpi=200, sha256="0")
    readings = [placed("0", 100, 800, width), *(placed("12.5", x, 100 + 300 * k, 47) for k, x in enumerate(lefts))]
    beside = placed("0", 185, 850, 13)
    if upward:
        readings = [r.model_copy(update={"quad_px": turned_up(r.quad_px)}) for r in readings]
        beside = beside.model_copy(update={"quad_px": turned_up(beside.quad_px)})
    found = [string.quad_px for string in group([*readings, beside], page)]
    assert (readings[0].quad_px in found) is kept
    assert beside.quad_px not in found


def turned_up(quad: Quad) -> Quad:
    """Return QUAD on a page that was turned a quarter counter-clockwise."""
    a, b, c, d = ((y, 1000 - x) for x, y in quad)
    return a, b, c, d


def test_a_ring_of_a_text_layer_is_no_hole() -> None:
    page = PageRecord(page=1, width_px=500, height_px=500, dpi=200, sha256="0")
    assert [string.text for string in group([placed("0", 0, 0, 13, 1.0)], page)] == ["0"]
