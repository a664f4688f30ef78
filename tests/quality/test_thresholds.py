"""The YAML that a non-programmer edits: what is wrong with it is said with its line and key."""

from pathlib import Path

import pytest

from drawing_etl.quality.thresholds import DEFAULT_FILE, Thresholds, ThresholdsError

SHIPPED = DEFAULT_FILE.read_text(encoding="utf-8")


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_file_that_ships_is_valid() -> None:
    assert Thresholds.load().batch.judged_from >= 1


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("max_share_odd_pitch: 0.2", "max_share_odd_pitch: 5", "drawing.max_share_odd_pitch", "less than or equal"),
        ("max_share_odd_pitch: 0.2", "max_share_odd_pitch: high", "drawing.max_share_odd_pitch", "valid number"),
        ("max_share_odd_pitch: 0.2", "max_share_odd_pitch: .nan", "drawing.max_share_odd_pitch", "finite"),
        ("max_share_odd_pitch: 0.2", "max_share_od_pitch: 0.2", "drawing.max_share_od_pitch", "no threshold"),
        ("min_strings: 3", "min_strings: 2.5", "drawing.min_strings", "valid integer"),
        ("min_batches: 8", "min_batches: 1", "history.min_batches", "greater than or equal to 2"),
        ("require_drawing_number: false", "require_drawing_number: 1", "drawing.require_drawing_number", "boolean"),
        ("min_strings: 3", "min_strings: 3\n  min_strings: 4", "drawing.min_strings", "twice"),
    ],
)
def test_a_mistake_is_named_with_line_and_key(old: str, new: str, key: str, words: str) -> None:
    text = SHIPPED.replace(old, new)
    with pytest.raises(ThresholdsError) as caught:
        Thresholds.parse(text, "limits.yaml")
    said = str(caught.value)
    mistaken = next(sentence for sentence in said.splitlines() if key in sentence)
    assert words in mistaken
    last = line_of(text, new.splitlines()[-1].strip())
    assert mistaken.startswith(f"limits.yaml, line {last}:")


def test_a_key_left_out_is_named_with_its_section() -> None:
    text = "\n".join(line for line in SHIPPED.splitlines() if "min_strings" not in line)
    with pytest.raises(ThresholdsError, match=r"line \d+: drawing\.min_strings is missing"):
        Thresholds.parse(text)


def test_every_mistake_is_told_at_once() -> None:
    text = SHIPPED.replace("min_strings: 3", "min_strings: many").replace("judged_from: 5", "judged_from: 0")
    with pytest.raises(ThresholdsError) as caught:
        Thresholds.parse(text)
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("text", ["", "- item", "item: [", "item: 1\ndrawing: 2", "{}", "item: &a [*a]", "\x00"])
def test_what_is_no_thresholds_file_is_a_clear_error(text: str) -> None:
    with pytest.raises(ThresholdsError, match=r"thresholds\.yaml"):
        Thresholds.parse(text)


def test_a_file_that_is_gone_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ThresholdsError, match="restore it"):
        Thresholds.load(tmp_path / "none.yaml")
