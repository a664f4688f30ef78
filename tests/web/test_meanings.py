"""What strings mean, in words, and the kinds that corrected ones get."""

import pytest

from drawing_etl.web.meanings import kind_of, meanings, meant


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("4x ⌀16.5 H7 (+0.018/0)", "dimension", "4 × diameter 16.5 mm (16.5 to 16.518) H7"),
        ("(120)", "dimension", "linear 120 mm reference"),
        ("2x M8-6H LH", "thread", "2 × thread M8 1.25 6H left"),
        ("⌖|⌀0.3|A|B", "gdt", "gdt position 0.3 A B"),
        ("Ra 3.2", "roughness", "roughness Ra 3.2"),
        ("E.\nLindqvist", "text", ""),
    ],
)
def test_a_string_is_understood_and_said(text: str, kind: str, said: str) -> None:
    (meaning,) = meanings([text])
    assert (kind_of(meaning), meant(meaning)) == (kind, said)


def test_the_unit_of_the_sheet_goes_in_and_order_is_kept() -> None:
    assert [meaning.get("unit") for meaning in meanings(["5.5", "-x", "1.25"], "in")] == ["in", None, "in"]
    assert meanings([]) == []


def test_a_meaning_of_unknown_shape_is_said_without_harm() -> None:
    assert meant({"kind": "gdt", "gdt": "odd", "nominal": [1, "a"]}) == "gdt 1 a"
    assert meant(None) == meant({}) == ""
