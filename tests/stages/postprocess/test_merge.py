"""What OCR read and what the text layer says become one list, by policy."""

from dataclasses import replace

import pytest

from ocr_tasks.contract import Quad, Reading, VectorText
from ocr_tasks.quads import bounds
from ocr_tasks.stages.postprocess.grouping import Grouped
from ocr_tasks.stages.postprocess.merge import merge, seen


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def string(text: str, quad: Quad, engine: str = "ocr", confidence: float = 0.9) -> Grouped:
    return Grouped(
        text=text,
        raw_text=text,
        quad_px=quad,
        confidence=confidence,
        char_confidences=(confidence,) * len(text),
        parts=(),
        region_ids=(1,),
        engine=engine,
    )


HERE = box(100, 100, 200, 120)
NEAR = box(98, 99, 203, 121)
THERE = box(500, 300, 600, 320)


def test_a_trusted_layer_wins_and_keeps_what_ocr_read() -> None:
    page = merge([string("I2.5", NEAR)], [string("12.5", HERE, "layer", 1.0)], trusted=True, policy="auto")
    (one,) = page.strings
    assert (one.text, one.source, one.other_text, one.other_confidence) == ("12.5", "vector", "I2.5", 0.9)
    assert (page.layer, page.agreed) == (1, 0)


def test_an_untrusted_layer_only_stands_beside() -> None:
    page = merge([string("12.5", NEAR)], [string("???", HERE, "layer", 1.0)], trusted=False, policy="auto")
    (one,) = page.strings
    assert (one.text, one.source, one.other_text) == ("12.5", "ocr", "???")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("auto", [("12.5", "vector"), ("NOTES", "ocr")]),
        ("ocr", [("I2.5", "ocr"), ("NOTES", "ocr")]),
        ("vector", [("12.5", "vector")]),
    ],
)
def test_each_policy_takes_its_source(policy: str, expected: list[tuple[str, str]]) -> None:
    ocr = [string("I2.5", NEAR), string("NOTES", THERE)]
    page = merge(ocr, [string("12.5", HERE, "layer", 1.0)], trusted=True, policy=policy)  # type: ignore[arg-type]
    assert [(one.text, one.source) for one in page.strings] == expected


@pytest.mark.parametrize("policy", ["auto", "ocr", "vector"])
def test_a_page_without_a_layer_is_read_by_ocr(policy: str) -> None:
    page = merge([string("O", THERE, confidence=0.3)], [], trusted=False, policy=policy)  # type: ignore[arg-type]
    assert [(one.text, one.source) for one in page.strings] == [("O", "ocr")]


def test_specks_that_ocr_takes_for_letters_are_left_out_beside_a_trusted_layer() -> None:
    ocr = [string("O", THERE, confidence=0.95), string("x9", box(0, 0, 20, 20), confidence=0.4)]
    page = merge(ocr, [string("12.5", HERE, "layer")], trusted=True, policy="auto")
    assert [one.text for one in page.strings] == ["12.5"]


def test_a_note_beside_a_trusted_layer_stays_although_one_of_so_many_letters_may_be_wrong() -> None:
    ocr = [string("3. SURFACE ROUGHNESS Ra 3.2 UNLESS", THERE, confidence=0.62)]
    page = merge(ocr, [string("12.5", HERE, "layer")], trusted=True, policy="auto")
    assert [one.text for one in page.strings if one.source == "ocr"] == ["3. SURFACE ROUGHNESS Ra 3.2 UNLESS"]


def test_a_sign_that_the_cad_draws_as_lines_is_added() -> None:
    layer = [string("35,36", box(120, 100, 200, 120), "layer", 1.0)]
    page = merge([string("Ø35.36", NEAR)], layer, trusted=True, policy="auto")
    (one,) = page.strings
    assert (one.text, one.grouped.raw_text, one.source) == ("⌀35,36", "35,36", "vector")
    left, _, right, _ = bounds(one.grouped.quad_px)
    assert left == pytest.approx(98)
    assert right == pytest.approx(203)
    assert one.grouped.confidence == 0.9


@pytest.mark.parametrize("read", ["135.36", "⌀35.38", "M35.36", "⌀"])
def test_nothing_else_is_added(read: str) -> None:
    page = merge([string(read, NEAR)], [string("35.36", HERE, "layer", 1.0)], trusted=True, policy="auto")
    assert [one.text for one in page.strings] == ["35.36"]


def test_pieces_of_one_place_are_compared_together() -> None:
    ocr = [string("35.36 +0.03", box(100, 100, 220, 120))]
    layer = [
        string("+0.03", box(170, 100, 218, 120), "layer"),
        string("35.36", box(102, 100, 160, 120), "layer"),
    ]
    page = merge(ocr, layer, trusted=True, policy="auto")
    assert (page.layer, page.agreed) == (2, 2)
    assert [one.text for one in page.strings] == ["35.36", "+0.03"]


@pytest.mark.parametrize(("read", "pieces"), [("M12-6H ↧24", ("24", "M12 - 6H")), ("⌖|.003|B|C", ("C", "B", ".003"))])
def test_pieces_with_a_drawn_sign_between_them_become_one(read: str, pieces: tuple[str, ...]) -> None:
    """The pieces stand from right to left in the file."""
    layer = [string(text, box(160 - 30 * k, 100, 185 - 30 * k, 120), "layer") for k, text in enumerate(pieces)]
    (one,) = merge([string(read, box(98, 98, 202, 122))], layer, trusted=True, policy="auto").strings
    assert (one.text, one.source, one.grouped.engine) == (read, "vector", "layer")
    assert one.grouped.raw_text == " ".join(reversed(pieces))


def test_a_piece_within_another_is_put_where_it_is_read() -> None:
    layer = [string("1 1", box(100, 100, 140, 120), "layer"), string("/", box(116, 100, 124, 120), "layer")]
    (one,) = merge([string("1/1", box(98, 98, 142, 122))], layer, trusted=True, policy="auto").strings
    assert (one.text, one.source) == ("1/1", "vector")


@pytest.mark.parametrize("read", ["1029", "10 29", "⌀1029"])
def test_neighbours_that_are_only_read_together_stay_apart(read: str) -> None:
    layer = [string("10", box(100, 100, 125, 120), "layer"), string("29", box(150, 100, 175, 120), "layer")]
    page = merge([string(read, box(98, 98, 180, 122))], layer, trusted=True, policy="auto")
    assert [one.text for one in page.strings] == ["10", "29"]


def test_pieces_of_turned_text_are_put_in_reading_order() -> None:
    """Read from below: the first piece stands lower on the page."""
    first: Quad = ((100, 300), (100, 240), (120, 240), (120, 300))
    second: Quad = ((100, 235), (100, 180), (120, 180), (120, 235))
    whole: Quad = ((98, 302), (98, 178), (122, 178), (122, 302))
    layer = [string("H7", second, "layer"), string("150", first, "layer")]
    page = merge([string("150 H7", whole)], layer, trusted=True, policy="auto")
    assert page.agreed == 2


def test_neighbours_that_only_touch_stay_apart() -> None:
    page = merge(
        [string("A", box(100, 100, 200, 120))], [string("B", box(195, 100, 300, 120), "layer")],
        trusted=True, policy="ocr",
    )  # fmt: skip
    assert [(one.text, one.other_text) for one in page.strings] == [("A", None)]


@pytest.mark.parametrize(
    ("read", "said"),
    [("⌴ ⌀10 ↧5.7", "10 5.7"), ("⌴ ⌀10 ↧5.7", "⌀10 5.7"), ("4X M4-6H ↧6", "4X M4-6H 6"), ("⌀0.2Ⓜ", "0.2")],
)
def test_signs_that_the_cad_draws_within_a_string_are_added(read: str, said: str) -> None:
    (one,) = merge([string(read, NEAR)], [string(said, HERE, "layer", 1.0)], trusted=True, policy="auto").strings
    assert (one.text, one.source) == (read, "vector")


@pytest.mark.parametrize(("read", "said"), [("⌀10 5.8", "10 5.7"), ("10 5.7", "10 5.7"), ("⌀1", "10"), ("10|5", "105")])
def test_what_differs_in_more_than_signs_stays_as_the_layer_says(read: str, said: str) -> None:
    (one,) = merge([string(read, NEAR)], [string(said, HERE, "layer", 1.0)], trusted=True, policy="auto").strings
    assert (one.text, one.source) == (said, "vector")


def test_the_cells_of_a_frame_become_one() -> None:
    frame = replace(string("⌖|⌀0.2Ⓜ|A", box(90, 98, 310, 122)), parts=("⌖", "⌀0.2Ⓜ", "A"))
    layer = [string("0.2", box(150, 100, 200, 120), "layer", 1.0), string("A", box(290, 100, 308, 120), "layer", 1.0)]
    (one,) = merge([frame], layer, trusted=True, policy="auto").strings
    assert (one.text, one.source, one.grouped.parts) == ("⌖|⌀0.2Ⓜ|A", "vector", frame.parts)


def test_the_cells_of_a_frame_become_one_however_the_layer_joins_them() -> None:
    frame = replace(string("⌖|⌀0.15Ⓜ|A|B", box(90, 98, 410, 122)), parts=("⌖", "⌀0.15Ⓜ", "A", "B"))
    pieces = [string("⌀0.15", box(160, 100, 250, 120)), string("A B", box(330, 100, 400, 120))]
    (one,) = merge([frame], pieces, trusted=True, policy="auto").strings
    assert (one.text, one.source, one.grouped.parts) == ("⌖|⌀0.15Ⓜ|A|B", "vector", frame.parts)
    other = [pieces[0], string("A C", box(330, 100, 400, 120))]
    assert len(merge([frame], other, trusted=True, policy="auto").strings) == 2


def test_invisible_strings_count_where_something_is_drawn() -> None:
    reading = Reading(region_id=1, page=1, text="12.5", confidence=0.9, quad_px=NEAR, engine="ocr")
    texts = [
        VectorText(page=1, text="12.5", quad_px=HERE, painted=False),
        VectorText(page=1, text="PIN 7", quad_px=THERE, painted=False),
        VectorText(page=1, text="NOTE", quad_px=box(700, 10, 800, 30)),
    ]
    assert [text.text for text in seen(texts, [reading])] == ["12.5", "NOTE"]
    assert [text.text for text in seen(texts, [])] == ["NOTE"]
