"""A session runs where it was asked to, or not at all, whatever the library says."""

import hashlib
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from ocr_tasks.engines import sessions
from ocr_tasks.engines.sessions import Network
from ocr_tasks.engines.weights import FOLDER_VARIABLE, PPOCR_RECOGNIZER, Weights, find
from ocr_tasks.errors import DeviceUnavailable, OutOfDeviceMemory, WeightsError


@pytest.mark.parametrize("provider", [None, "TensorrtExecutionProvider"])
def test_a_library_that_lies_about_the_gpu_is_found_out(
    monkeypatch: pytest.MonkeyPatch, provider: sessions.Provider | None
) -> None:
    """It says that it has the provider, takes the request, and gives a session on the processor."""
    if "CUDAExecutionProvider" in sessions.available_providers():
        pytest.skip("this ONNX Runtime may really have a GPU")
    everything = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(sessions.ort, "get_available_providers", lambda: everything)
    with pytest.raises(DeviceUnavailable, match=r"gave \['CPUExecutionProvider'\]"):
        sessions.open_session(PPOCR_RECOGNIZER, device="cuda", threads=1, provider=provider)


def test_the_report_says_which_provider_ran() -> None:
    session = sessions.open_session(PPOCR_RECOGNIZER, device="cpu", threads=1)
    info = sessions.describe("ppocr-onnx", session, "cpu", PPOCR_RECOGNIZER)
    assert (info.device, info.provider) == ("cpu", "CPUExecutionProvider")
    assert info.weights == {PPOCR_RECOGNIZER.name: PPOCR_RECOGNIZER.sha256}


def test_a_file_that_is_no_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    broken = Weights("broken.onnx", hashlib.sha256(b"no model").hexdigest(), "no_such_wheel")
    with pytest.raises(WeightsError, match="cannot be loaded"):
        sessions.open_session(broken, device="cpu", threads=1)


class Fails:
    """A session that fails in given words."""

    def __init__(self, words: str) -> None:
        self._words = words

    def get_inputs(self) -> list[object]:
        return [type("Input", (), {"name": "x"})]

    def run(self, *_: object) -> None:
        raise RuntimeError(self._words)


@pytest.mark.parametrize(
    "words",
    [
        "Failed to allocate memory for requested buffer of size 1",
        "CUDA failure 2: out of memory ; GPU=0",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED",
    ],
)
def test_too_little_memory_is_told_apart(words: str) -> None:
    with pytest.raises(OutOfDeviceMemory, match="shape"):
        sessions.run(Fails(words), np.zeros((2, 3)))


def test_other_trouble_of_the_library_is_not_taken_for_memory() -> None:
    with pytest.raises(RuntimeError, match="Unexpected input"):
        sessions.run(Fails("Unexpected input data type"), np.zeros((2, 3)))


def test_weights_are_found_by_digest_under_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / PPOCR_RECOGNIZER.name).write_bytes(b"an older version")
    shutil.copy(find(PPOCR_RECOGNIZER), tmp_path / "below" / "model.onnx")
    elsewhere = Weights(PPOCR_RECOGNIZER.name, PPOCR_RECOGNIZER.sha256, "no_such_wheel")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert find(elsewhere) == tmp_path / "below" / "model.onnx"


def test_only_other_versions_in_the_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.safetensors").write_bytes(b"other")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(WeightsError, match=r"sha256 .* expected"):
        find(Weights("x.safetensors", "0" * 64, "no_such_wheel"))
    with pytest.raises(WeightsError, match=FOLDER_VARIABLE):
        find(Weights("y.safetensors", "0" * 64, "no_such_wheel"))


def test_inputs_run_side_by_side_and_come_back_in_order() -> None:
    """Two that wait for each other both end; the one without a companion runs on all threads."""
    network = Network(PPOCR_RECOGNIZER, device="cpu", threads=2)
    both = threading.Barrier(2, timeout=30)

    def work(session: object, item: int) -> tuple[int, object]:
        if item < 4:
            both.wait()
        return item * item, session

    done = list(network.each(work, range(5)))
    assert [square for square, _ in done] == [0, 1, 4, 9, 16]
    assert [session for _, session in done] == [network.part] * 4 + [network.whole]
    assert network.part is not network.whole


@pytest.mark.parametrize(("threads", "items"), [(1, 4), (2, 1), (2, 0)])
def test_without_a_second_thread_or_a_second_input_nothing_more_is_loaded(threads: int, items: int) -> None:
    network = Network(PPOCR_RECOGNIZER, device="cpu", threads=threads)
    assert list(network.each(lambda session, item: session is network.whole, range(items))) == [True] * items
    assert "part" not in vars(network)


def test_what_goes_wrong_goes_wrong_in_its_place() -> None:
    def work(_session: object, item: int) -> int:
        if item == 2:
            raise OutOfDeviceMemory("planted")
        return item

    done: list[int] = []
    with pytest.raises(OutOfDeviceMemory, match="planted"):
        done.extend(Network(PPOCR_RECOGNIZER, device="cpu", threads=2).each(work, range(4)))
    assert done == [0, 1]
