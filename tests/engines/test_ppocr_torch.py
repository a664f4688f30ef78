"""The torch engines read as the ONNX ones; what is wrong with device, memory or weights is told."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Gray, Text
from ocr_tasks.engines.ppocr import TileSettings
from ocr_tasks.engines.ppocr_onnx import OnnxDetector, OnnxRecognizer
from ocr_tasks.engines.weights import (
    DRAWING_RECOGNIZER,
    FOLDER_VARIABLE,
    PPOCR_ALPHABET,
    PPOCR_DETECTOR,
    PPOCR_RECOGNIZER,
    PPOCR_TORCH_DETECTOR,
    PPOCR_TORCH_RECOGNIZER,
    Weights,
    find,
)
from ocr_tasks.errors import DeviceUnavailable, OutOfDeviceMemory, WeightsError

torch = pytest.importorskip("torch", reason="torch is not installed: the extra gpu")
pytest.importorskip("transformers", reason="transformers is not installed: the extra gpu")
pytest.importorskip("onnx", reason="onnx is not installed: the extra gpu")

from ocr_tasks.engines import torch_device  # noqa: E402
from ocr_tasks.engines.onnx_weights import fill_from_onnx, read_onnx  # noqa: E402
from ocr_tasks.engines.ppocr_torch import TorchDetector, TorchRecognizer, _reader  # noqa: E402
from ocr_tasks.engines.torch_device import TorchDevice, fill, read_safetensors  # noqa: E402


def line(text: str, height: int = 40) -> Gray:
    image = np.full((height, 20 * len(text) + 24), 255, np.uint8)
    cv2.putText(image, text, (8, 32), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    return image


WORDS = ("THRU ALL", "12.5", "SCALE 1:2", "R3", "M8x1.25-6H", "45", "MATERIAL 1.4301")


@pytest.fixture
def safetensors() -> None:
    try:
        for wanted in (PPOCR_TORCH_DETECTOR, PPOCR_TORCH_RECOGNIZER, PPOCR_ALPHABET):
            find(wanted)
    except WeightsError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def recognizer() -> TorchRecognizer:
    return TorchRecognizer(threads=1)


@pytest.fixture(scope="module")
def detector() -> TorchDetector:
    return TorchDetector(threads=1)


@pytest.fixture(scope="module")
def readings() -> list[Text]:
    return OnnxRecognizer(threads=1).read([line(word) for word in WORDS])


def same(ours: list[Text], theirs: list[Text]) -> None:
    """Both read alike, each character with the same confidence at the same place."""
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.text == other.text
        assert mine.char_confidences == pytest.approx(other.char_confidences, abs=2e-3)
        assert mine.char_places == other.char_places


def test_it_reads_as_the_onnx_engine_with_its_very_weights(recognizer: TorchRecognizer, readings: list[Text]) -> None:
    same(recognizer.read([line(word) for word in WORDS]), readings)
    assert recognizer.info.weights == OnnxRecognizer(threads=1).info.weights


def test_it_reads_as_the_onnx_engine_with_the_publishers_weights() -> None:
    lines = [line(word) for word in WORDS]
    theirs = OnnxRecognizer(threads=1, weights=PPOCR_RECOGNIZER).read(lines)
    same(TorchRecognizer(threads=1, weights=PPOCR_RECOGNIZER).read(lines), theirs)


def test_it_reads_as_the_onnx_engine_from_safetensors(safetensors: None) -> None:
    lines = [line(word) for word in WORDS]
    theirs = OnnxRecognizer(threads=1, weights=PPOCR_RECOGNIZER).read(lines)
    same(TorchRecognizer(threads=1, weights=PPOCR_TORCH_RECOGNIZER).read(lines), theirs)


def test_half_precision_reads_the_same(readings: list[Text]) -> None:
    half = TorchRecognizer(threads=1, precision="bfloat16")
    assert half.info.precision == "bfloat16"
    assert [text.text for text in half.read([line(word) for word in WORDS])] == [text.text for text in readings]


@pytest.mark.parametrize(
    "wrong", [np.zeros((40, 90), np.uint16), np.full((40, 90), np.nan), np.zeros((40, 90, 4), np.uint8)]
)
def test_what_is_no_grey_picture_is_refused(recognizer: TorchRecognizer, detector: TorchDetector, wrong: Any) -> None:
    with pytest.raises(TypeError, match="uint8"):
        recognizer.read([line("M8"), wrong])
    with pytest.raises(TypeError, match="uint8"):
        detector.detect(wrong)


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1)])
def test_odd_pages_are_looked_at(detector: TorchDetector, shape: tuple[int, int]) -> None:
    assert isinstance(detector.detect(np.zeros(shape, np.uint8)), list)


def test_odd_crops_are_read(recognizer: TorchRecognizer) -> None:
    crops = [
        np.zeros((0, 10), np.uint8),
        np.zeros((1, 1), np.uint8),
        np.full((30, 200), 77, np.uint8),
        np.full((48, 20_000), 255, np.uint8),
    ]
    texts = recognizer.read(crops)
    assert len(texts) == 4
    assert texts[0] == Text("", 0.0, ())
    assert texts[3].text == ""


def hole_pattern() -> Gray:
    page = np.full((300, 700), 255, np.uint8)
    cv2.putText(page, "HOLE PATTERN", (200, 150), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    return page


def test_it_sees_what_the_onnx_engine_sees() -> None:
    tiles = TileSettings(side_px=320, overlap_px=64)
    alike(TorchDetector(threads=1, tiles=tiles), OnnxDetector(threads=1, tiles=tiles), hole_pattern())


def test_it_sees_the_same_from_safetensors(safetensors: None) -> None:
    tiles = TileSettings(side_px=320, overlap_px=64)
    ours = TorchDetector(threads=1, tiles=tiles, weights=PPOCR_TORCH_DETECTOR)
    alike(ours, OnnxDetector(threads=1, tiles=tiles), hole_pattern())


def alike(ours: TorchDetector, theirs: OnnxDetector, page: Gray) -> None:
    """Both see the same boxes on PAGE."""
    assert np.abs(ours.probabilities(page).astype(int) - theirs.probabilities(page)).max() <= 1
    assert [box.quad_px for box in ours.detect(page)] == [box.quad_px for box in theirs.detect(page)]


def test_a_batch_larger_than_memory_is_halved_with_the_same_result(
    recognizer: TorchRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    crops = [line(word) for word in WORDS]
    expected = recognizer.read(crops)
    sizes: list[int] = []
    plain: Callable[..., Any] = recognizer._on.run

    def small(call: Any, batch: Any) -> Any:
        sizes.append(len(batch))
        if len(batch) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory (planted)")
        return plain(call, batch)

    monkeypatch.setattr(recognizer._on, "run", small)
    texts = recognizer.read(crops, batch_pixels=10**9)
    assert max(sizes) > 1
    assert [text.text for text in texts] == [text.text for text in expected]
    monkeypatch.setattr(recognizer._on, "run", lambda call, batch: (_ for _ in ()).throw(torch.OutOfMemoryError("no")))
    with pytest.raises(OutOfDeviceMemory, match="even one"):
        recognizer.read(crops[:1])


def test_what_overflows_in_half_precision_is_calculated_again() -> None:
    device = TorchDevice("cpu", threads=1, precision="float16")

    def overflows(batch: Any) -> Any:
        half = torch.is_autocast_enabled("cpu")
        return batch * float("inf") if half else batch * 2

    assert device.run(overflows, torch.ones((2, 2))).tolist() == [[2, 2], [2, 2]]


def test_the_next_batch_is_made_while_this_one_is_worked_on() -> None:
    """Work on the first batch ends only when the second one is being made."""
    second = threading.Event()

    def make(batch: Sequence[int]) -> Any:
        if batch[0] == 2:
            second.set()
        return np.array(batch, np.float32)

    def look(there: Any, batch: Sequence[int]) -> list[float]:
        assert second.wait(30)
        return (there * 10).tolist()

    device = TorchDevice("cpu", threads=1)
    assert list(device.through([[1], [2, 3], [4]], make, look)) == [[10], [20, 30], [40]]


@pytest.mark.parametrize("room_to_upload", [1, 2, 100])
def test_a_batch_without_room_is_halved_whether_it_went_up_before_or_not(
    room_to_upload: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = TorchDevice("cpu", threads=1)
    plain = device.upload
    looked: list[int] = []

    def upload(batch: Any) -> Any:
        if len(batch) > room_to_upload:
            raise torch.OutOfMemoryError("planted")
        return plain(batch)

    def look(there: Any, batch: Sequence[int]) -> list[tuple[float, int]]:
        looked.append(len(batch))
        if len(batch) > 2:
            raise torch.OutOfMemoryError("planted")
        return list(zip(there.tolist(), batch, strict=True))

    monkeypatch.setattr(device, "upload", upload)
    batches = [list(range(7)), [7], [8, 9]]
    results = list(device.through(batches, lambda batch: np.array(batch, np.float32), look))
    assert results == [[(float(k), k) for k in batch] for batch in batches]
    assert max(looked) == (7 if room_to_upload == 100 else room_to_upload)


class FakeCuda:
    """torch.cuda's streams and page-locked memory, calls kept: a copy is made when its stream is waited for."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._waiting: list[Callable[[], None]] = []

    def Stream(self) -> Any:
        return SimpleNamespace(synchronize=self._synchronize)

    def stream(self, _stream: Any) -> Any:
        self.calls.append("on its stream")
        return nullcontext()

    def _synchronize(self) -> None:
        self.calls.append("synchronize")
        while self._waiting:
            self._waiting.pop(0)()

    def pinned(self, tensor: Any) -> Any:
        """Return TENSOR in page-locked memory."""
        self.calls.append("pinned")

        def to(device: str, *, non_blocking: bool) -> Any:
            assert (device, non_blocking) == ("cuda", True)
            self.calls.append("copy")
            there = torch.full_like(tensor, 77)
            self._waiting.append(lambda: there.copy_(tensor))
            return there

        return SimpleNamespace(to=to)


def test_on_a_gpu_batches_go_up_from_page_locked_memory_and_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    device, cuda = TorchDevice("cpu", threads=1), FakeCuda()
    device.device = "cuda"
    host = SimpleNamespace(pin_memory=lambda: cuda.pinned(torch.ones(3)))
    monkeypatch.setattr(device, "torch", SimpleNamespace(cuda=cuda, from_numpy=lambda _batch: host))
    assert device.upload(np.ones(3, np.float32)).tolist() == [1, 1, 1]
    assert cuda.calls == ["on its stream", "pinned", "copy", "synchronize"]


@pytest.mark.parametrize("other", [PPOCR_DETECTOR, PPOCR_RECOGNIZER])
def test_onnx_weights_of_another_model_are_refused(other: Weights) -> None:
    engine = TorchRecognizer if other is PPOCR_DETECTOR else TorchDetector
    with pytest.raises(WeightsError, match="another model"):
        engine(threads=1, weights=other)


def test_an_onnx_file_of_a_smaller_or_larger_network_is_refused() -> None:
    stored = read_onnx(DRAWING_RECOGNIZER)
    sample = np.zeros((1, 3, 48, 128), np.float32)
    for arrays in (stored.arrays[:-2], [*stored.arrays, stored.arrays[0]], stored.arrays[1:]):
        with pytest.raises(WeightsError, match="another model"):
            fill_from_onnx(torch, _reader(18730), stored._replace(arrays=arrays), sample)


def test_an_onnx_file_that_is_damaged_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = find(DRAWING_RECOGNIZER).read_bytes()
    (tmp_path / "cut.onnx").write_bytes(whole[: len(whole) // 2])
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(WeightsError, match="cannot be loaded"):
        read_onnx(Weights("cut.onnx", hashlib.sha256(whole[: len(whole) // 2]).hexdigest(), "no_such_wheel"))


def test_weights_of_another_model_are_refused(safetensors: None) -> None:
    detector = read_safetensors(PPOCR_TORCH_DETECTOR)
    with pytest.raises(WeightsError, match="another model"):
        fill(TorchRecognizer(threads=1)._model, detector, "det")
    with pytest.raises(WeightsError, match="another model"):
        TorchRecognizer(threads=1, weights=PPOCR_TORCH_DETECTOR)


def test_a_build_without_cuda_is_told() -> None:
    if torch.cuda.is_available():
        pytest.skip("this torch has a GPU")
    with pytest.raises(DeviceUnavailable, match="cpu"):
        TorchDetector(device="cuda")


def test_a_torch_that_lies_about_the_gpu_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    plain = torch.arange
    monkeypatch.setattr(torch, "arange", lambda *size, device: plain(*size))
    with pytest.raises(DeviceUnavailable, match="calculated on 'cpu'"):
        torch_device.usable_torch("cuda")


def test_weights_that_did_not_move_are_found_out() -> None:
    device = TorchDevice("cpu", threads=1)
    device.device = "cuda"

    class Stays(torch.nn.Linear):  # type: ignore[misc]
        def to(self, *_: Any, **__: Any) -> "Stays":
            return self

    with pytest.raises(DeviceUnavailable, match="put the weights on"):
        device.settle(Stays(2, 2))


def test_the_memory_of_a_gpu_is_asked_for_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted answers of a GPU: what torch keeps unused is free to it."""
    calls: list[str] = []
    for name, answer in (
        ("is_available", True),
        ("get_device_name", "a GPU"),
        ("mem_get_info", (100, 1000)),
        ("memory_reserved", 70),
        ("memory_allocated", 30),
    ):
        monkeypatch.setattr(torch.cuda, name, lambda answer=answer: answer)
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: calls.append("empty"))
    monkeypatch.setattr(torch_device, "usable_torch", lambda device: torch)
    device = TorchDevice("cuda")
    assert device.free_bytes() == 140
    device.release()
    assert calls == ["empty"]
    info = device.describe("x", {"w": "0"})
    assert (info.device, info.precision) == ("cuda", "float16")
    assert info.provider.endswith("a GPU")


@pytest.mark.gpu
def test_the_gpu_reads_as_the_processor(readings: Sequence[Text]) -> None:
    on_gpu = TorchRecognizer(device="cuda")
    assert (on_gpu.info.device, on_gpu.info.precision) == ("cuda", "float16")
    assert [text.text for text in on_gpu.read([line(word) for word in WORDS])] == [text.text for text in readings]
