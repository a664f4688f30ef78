"""Which readings are text at all."""

import pytest

from ocr_tasks.contract import PageRecord, Quad, Reading
from ocr_tasks.stages.grouping import group, is_text


def reading(text: str, confidence: float, *, width: float = 30.0, parts: tuple[str, ...] = ()) -> Reading:
    quad: Quad = ((0.0, 0.0), (width, 0.0), (width, 20.0), (0.0, 20.0))
    return Reading(region_id=0, page=1, text=text, confidence=confidence, quad_px=quad, parts=parts, engine="x")


@pytest.mark.parametrize(
    ("text", "confidence", "kept"),
    [
        ("12.5", 0.65, True),
        ("12.5", 0.55, False),
        ("7", 0.8, True),
        ("7", 0.7, False),
        ("11", 0.65, True),
        ("I1", 0.65, False),
        ("⌲", 0.95, False),
        ("⊥⌯", 0.95, False),
        ("±.5", 0.7, True),
        ("", 0.0, False),
    ],
)
def test_short_strings_must_be_surer_and_signs_by_themselves_are_none(text: str, confidence: float, kept: bool) -> None:
    assert is_text(reading(text, confidence)) is kept


def test_a_narrow_ring_is_a_0_or_an_o_and_a_round_one_is_a_hole() -> None:
    assert is_text(reading("0", 0.5, width=13))
    assert not is_text(reading("0", 0.5, width=20))


def test_a_sign_of_a_frame_or_of_a_text_layer_stays() -> None:
    assert is_text(reading("⌖", 0.9, parts=("⌖",)))
    assert is_text(reading("⌖", 1.0))


def test_an_unsure_ring_counts_only_where_words_are_near() -> None:
    page = PageRecord(page=1, width_px=500, height_px=500, dpi=200, sha256="0")
    ring = reading("0", 0.5, width=13)
    word = reading("REVISION", 0.95).model_copy(
        update={"quad_px": ((0.0, -40.0), (90.0, -40.0), (90.0, -22.0), (0.0, -22.0)), "region_id": 1}
    )
    assert [string.text for string in group([ring], page)] == []
    assert [string.text for string in group([ring, word], page)] == ["0", "REVISION"]
