"""Synthetic crops: reproducible, legible, and empty of text where they say so."""

from random import Random

import numpy as np
import pytest
from training_faces import lettering

from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer
from ocr_tasks.training.crops import LONGEST, LONGEST_NOTE, NOTHING, Sample, _faxed, _ink_box, _wrong_way, make
from ocr_tasks.training.judge import same
from ocr_tasks.training.lettering import CAP, Lettering


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Lettering:
    both = lettering(tmp_path_factory.mktemp("fonts"))
    return Lettering(both.faces[:1], (1.0,), both.spare, both.asian)


@pytest.fixture(scope="module")
def samples(letters: Lettering) -> list[Sample]:
    return [make(letters, 1, i) for i in range(400)]


def test_a_seed_stands_for_the_same_crops(letters: Lettering) -> None:
    for i in range(20):
        once, again = make(letters, 3, i), make(letters, 3, i)
        assert once.text == again.text
        assert np.array_equal(once.crop, again.crop)
    assert any(make(letters, 3, i).text != make(letters, 4, i).text for i in range(5))


def test_crops_are_grey_pictures_of_a_line(samples: list[Sample]) -> None:
    for sample in samples:
        assert sample.crop.dtype == np.uint8
        assert sample.crop.ndim == 2
        assert sample.crop.shape[0] >= 6
        assert len(sample.text) <= (LONGEST_NOTE if sample.kind == "note" else LONGEST)


def test_only_crops_of_nothing_say_nothing(samples: list[Sample]) -> None:
    assert all((sample.text == "") == (sample.kind == NOTHING) for sample in samples)
    assert 25 <= sum(sample.kind == NOTHING for sample in samples) <= 100


def test_text_leaves_ink(samples: list[Sample]) -> None:
    spans = [int(np.ptp(sample.crop)) for sample in samples if sample.text and ord(sample.text[0]) < 0x2000]
    assert min(spans) > 20


def test_plain_text_is_legible(samples: list[Sample]) -> None:
    """The stock recogniser, which knows no drawings, reads what is ordinary text."""
    plain = [s for s in samples if s.kind in ("date", "tolerance", "net", "title", "part number")]
    readings = OnnxRecognizer(threads=1).read([s.crop for s in plain])
    right = [same(sample.text, reading.text) for sample, reading in zip(plain, readings, strict=True)]
    assert len(right) >= 40
    assert sum(right) / len(right) > 0.65


def test_characters_on_their_side_are_nothing_unless_they_would_be_read(letters: Lettering) -> None:
    r = Random(3)
    turns = {text: {_wrong_way(text, "single", r) for _ in range(400)} for text in "4780OIN"}
    assert turns["4"] == {0, 1, 2, 3}
    assert turns["8"] == {0, 1, 3}
    assert turns["0"] == turns["O"] == turns["I"] == turns["N"] == {0}


def test_underscores_stay_in_the_crop_at_least_in_part(letters: Lettering) -> None:
    drawn = letters.write("A_B", letters.faces[0], Random(4), 5)
    rows = np.flatnonzero(drawn.ink.any(1))
    boxes = [_ink_box(drawn, "A_B", rows, 100, 0, Random(seed)) for seed in range(60)]
    lowest = {int(rows[-1] + 1 - box.y1) for box in boxes}
    assert 0 in lowest
    assert 0 < max(lowest) <= 0.07 * CAP + 1


def test_a_faxed_crop_is_black_and_white_with_its_text_in_place() -> None:
    picture = np.full((40, 120), 250, np.float32)
    picture[10:30, 20:100] = 40
    for seed in range(10):
        faxed = _faxed(picture, Random(seed))
        assert faxed.shape == picture.shape
        assert faxed[20, 60] == 0
        assert faxed[2, 5] == 255
