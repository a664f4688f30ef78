"""Strings that a gap cut in two."""

from ocr_tasks.contract import Reading
from ocr_tasks.stages.postprocess.continued import continued


def line(*pieces: tuple[str, float, float]) -> list[str]:
    """Return what readings become: each its text, its left edge and its width, all 20 pixels high."""
    readings = [
        Reading(
            region_id=k,
            page=1,
            text=text,
            confidence=0.9,
            quad_px=((left, 100.0), (left + width, 100.0), (left + width, 120.0), (left, 120.0)),
            engine="x",
        )
        for k, (text, left, width) in enumerate(pieces)
    ]
    return [whole.reading.text for whole in continued(readings, [text for text, _, _ in pieces])]


def test_a_unit_continues_the_number_before_it_and_a_far_one_does_not() -> None:
    assert line(("38,00", 0, 80), ("mm", 106, 36)) == ["38,00 mm"]
    assert line(("1.000", 0, 80), ("mm", 112, 36)) == ["1.000", "mm"]
    assert line(("SCALE", 0, 80), ("mm", 106, 36)) == ["SCALE", "mm"]


def test_a_tolerance_continues_the_number_before_it() -> None:
    assert line(("1.811", 0, 60), ("±.01", 72, 50)) == ["1.811 ±.01"]
    assert line(("4x ⌀12", 0, 70), ("±0.1", 82, 50)) == ["4x ⌀12 ±0.1"]
    assert line(("120", 0, 40), ("±0.1", 62, 50)) == ["120", "±0.1"]
    assert line(("0.5 - 3", 0, 80), ("±0.1", 92, 50)) == ["0.5 - 3", "±0.1"]


def test_a_range_is_one_string_however_it_was_cut() -> None:
    assert line(("76.21", 0, 90), ("to", 125, 30), ("152.40", 190, 100)) == ["76.21 to 152.40"]
    assert line(("76.21", 0, 90), ("to 152.40", 125, 165)) == ["76.21 to 152.40"]


def test_a_comparison_is_one_string_and_marks_in_brackets_stand_apart() -> None:
    assert line(("50 >", 0, 80), ("X", 110, 16), ("≥ 20 :", 158, 100)) == ["50 > X ≥ 20 :"]
    assert line(("50 >", 0, 80), ("X", 130, 16)) == ["50 >", "X"]
    assert line(("SDA", 0, 60), ("<58>", 80, 70)) == ["SDA", "<58>"]


def test_pieces_are_put_together_in_any_order_and_beside_thousands_of_others() -> None:
    others = [(str(k), 300.0 + 70 * k, 30.0) for k in range(3000)]
    assert line(("to", 125, 30), *others, ("152.40", 190, 100), ("76.21", 0, 90))[-1] == "76.21 to 152.40"


def test_the_number_of_a_note_stands_before_its_words_and_a_table_stays_apart() -> None:
    assert line(("3.", 0, 20), ("BREAK ALL EDGES", 60, 300)) == ["3. BREAK ALL EDGES"]
    assert line(("3", 0, 20), ("BREAK ALL EDGES", 60, 300)) == ["3", "BREAK ALL EDGES"]
    assert line(("12.5", 0, 80), ("14.0", 110, 80)) == ["12.5", "14.0"]


def test_two_spaces_between_sentences_of_a_note_cut_nothing() -> None:
    first, second = "7. FOR INSPECTION ONLY.", "ACTUAL PART SHALL CONFORM"
    assert line((first, 0, 400), (second, 437, 420)) == [f"{first} {second}"]
    assert line((first, 0, 400), (second, 445, 420)) == [first, second]
    assert line(("SCALE 1:2", 0, 150), (second, 187, 420)) == ["SCALE 1:2", second]
    assert line((first, 0, 400), ("REV B", 437, 80)) == [first, "REV B"]


def test_the_letters_of_a_view_belong_to_its_name() -> None:
    assert line(("SECTION", 0, 140), ("A-A", 160, 60)) == ["SECTION A-A"]
    assert line(("DÉTAIL", 0, 120), ("B", 140, 20)) == ["DÉTAIL B"]
    assert line(("SECTION A-A", 0, 220), ("(1:1)", 244, 80)) == ["SECTION A-A (1:1)"]
    assert line(("B", 0, 16), ("(2 : 1)", 40, 90)) == ["B (2 : 1)"]
    assert line(("12", 0, 32), ("(2:1)", 50, 80)) == ["12", "(2:1)"]
    assert line(("SECTION", 0, 140), ("A-B", 160, 60)) == ["SECTION", "A-B"]
    assert line(("DETAIL", 0, 120), ("B", 180, 20)) == ["DETAIL", "B"]


def test_each_string_names_the_regions_that_it_is_made_of() -> None:
    reading = Reading(
        region_id=4,
        page=1,
        text="5",
        confidence=0.9,
        quad_px=((0.0, 0.0), (12.0, 0.0), (12.0, 20.0), (0.0, 20.0)),
        char_confidences=(0.9,),
        engine="x",
    )
    unit = reading.model_copy(
        update={
            "region_id": 7,
            "text": "mm",
            "quad_px": ((20.0, 6.0), (52.0, 6.0), (52.0, 20.0), (20.0, 20.0)),
            "char_confidences": (1.0, 0.8),
        }
    )
    (whole,) = continued([unit, reading], ["rnm", "5"])
    assert (whole.reading.text, whole.raw_text, whole.region_ids) == ("5 mm", "5 rnm", (4, 7))
    assert whole.reading.char_confidences == (0.9, 1.0, 0.8)
