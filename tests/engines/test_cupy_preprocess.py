"""The batch preprocessor decides and repairs as the OpenCV one, frees its memory, and says where it really ran."""

import sys
import threading
import tracemalloc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType, SimpleNamespace
from typing import Any

import drawn
import numpy as np
import numpy.typing as npt
import pytest

from ocr_tasks.contract import PreprocessOptions
from ocr_tasks.engines import Gray, array_devices
from ocr_tasks.engines.array_devices import CudaDevice, HostDevice
from ocr_tasks.engines.cupy_preprocess import BYTES_A_PIXEL, ArrayPreprocessor, Planned, runs_of
from ocr_tasks.engines.opencv import OpenCvPreprocessor, turned
from ocr_tasks.engines.page_measures import measure
from ocr_tasks.errors import DeviceUnavailable, OutOfDeviceMemory

STEPS = ("clahe", "blur", "threshold", "opening", "sharpen", "deskew")
AUTO = PreprocessOptions()


def only(*steps: str) -> PreprocessOptions:
    return PreprocessOptions(**{step: "on" if step in steps else "off" for step in STEPS})


def grainy(page: Gray, seed: int, deviation: float = 9) -> Gray:
    noise = np.random.default_rng(seed).normal(0, deviation, page.shape)
    return np.clip(page * 0.75 + 40 + noise, 0, 255).astype(np.uint8)


def pages() -> list[Gray]:
    """A clean page, grainy ones, a faint, a shaded and a skewed one; two sizes."""
    sheet = drawn.sheet_with_lines()[:640, :800]
    light = np.linspace(0.35, 1.0, sheet.shape[1])[None, :]
    return [
        sheet,
        grainy(sheet, 1),
        (200 - (255 - sheet) * 0.25).astype(np.uint8),
        grainy(sheet, 2),
        (sheet * light).astype(np.uint8),
        grainy(turned(sheet, 1.3), 3),
        grainy(sheet[:500, :600], 4),
    ]


@pytest.mark.parametrize("options", [AUTO, only("clahe", "blur"), only("opening", "sharpen", "deskew")])
def test_pages_come_out_as_from_opencv(options: PreprocessOptions) -> None:
    ours = list(ArrayPreprocessor(HostDevice()).prepare(pages(), options))
    theirs = list(OpenCvPreprocessor().prepare(pages(), options))
    assert sum(prepared.image is not None for prepared in ours) >= 5
    for mine, one in zip(ours, theirs, strict=True):
        assert (mine.steps, mine.why) == (one.steps, one.why)
        assert (mine.image is None) == (one.image is None)
        if mine.image is not None and one.image is not None:
            assert mine.image.dtype == np.uint8
            assert np.abs(mine.image.astype(int) - one.image).max() <= 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (90, 1), (64, 64), (70, 65), (3, 1500)])
def test_odd_shapes_come_out_as_from_opencv(shape: tuple[int, int]) -> None:
    page = np.random.default_rng(1).integers(0, 255, shape, np.uint8)
    for image in (page, np.full(shape, 200, np.uint8)):
        (mine,) = ArrayPreprocessor(HostDevice()).prepare([image], only(*STEPS))
        (one,) = OpenCvPreprocessor().prepare([image], only(*STEPS))
        assert mine.image is not None
        assert one.image is not None
        assert np.abs(mine.image.astype(int) - one.image.reshape(shape)).max() <= 1


def test_no_pages_give_nothing() -> None:
    assert list(ArrayPreprocessor(HostDevice()).prepare([], AUTO)) == []


@pytest.mark.parametrize("wrong", [np.zeros((4, 4)), np.full((4, 4), np.nan), np.zeros((4, 4, 3), np.uint8)])
def test_what_is_no_grey_page_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="uint8"):
        list(ArrayPreprocessor(HostDevice()).prepare([wrong], AUTO))


class SmallDevice(HostDevice):
    """A device with room for so many pages at once, and to work on so many."""

    def __init__(self, room: int, to_work: int = 100) -> None:
        self.room, self.to_work = room, to_work
        self.taken: list[int] = []
        self.released = 0

    def upload(self, pages: Any) -> Any:
        self.taken.append(len(pages))
        if len(pages) > self.room:
            raise MemoryError("planted")
        return super().upload(pages)

    def download(self, batch: Any) -> Any:
        if len(batch) > self.to_work:
            raise MemoryError("planted")
        return super().download(batch)

    def free_bytes(self) -> int:
        return 2**40

    def release(self) -> None:
        self.released += 1


@pytest.mark.parametrize("small", [SmallDevice(room=1), SmallDevice(room=5, to_work=1), SmallDevice(room=3, to_work=2)])
def test_a_batch_larger_than_memory_is_halved_with_the_same_result(small: SmallDevice) -> None:
    """Whether the memory is too small for the pages or for the work on them."""
    sheet = drawn.sheet_with_lines()[:300, :300]
    some = [grainy(sheet, seed) for seed in range(5)]
    large = SmallDevice(room=5)
    ours = list(ArrayPreprocessor(small).prepare(some, only("blur")))
    whole = list(ArrayPreprocessor(large).prepare(some, only("blur")))
    assert max(small.taken) == 5
    assert large.taken == [5]
    assert small.released > large.released >= 1
    for mine, one in zip(ours, whole, strict=True):
        assert mine.image is not None
        assert (mine.image == one.image).all()


def test_the_next_pages_go_up_while_these_are_worked_on() -> None:
    """Work on the first page ends only when the second one is on its way."""
    second = threading.Event()

    class Waits(HostDevice):
        uploads = 0

        def upload(self, pages: Any) -> Any:
            self.uploads += 1
            if self.uploads == 2:
                second.set()
            return super().upload(pages)

        def download(self, batch: Any) -> Any:
            assert second.wait(30)
            return super().download(batch)

    sheet = drawn.sheet_with_lines()[:300, :300]
    some = [grainy(sheet, seed) for seed in range(4)]
    ours = list(ArrayPreprocessor(Waits(), run_pixels=1).prepare(iter(some), only("blur")))
    for mine, one in zip(ours, OpenCvPreprocessor().prepare(some, only("blur")), strict=True):
        assert mine.image is not None
        assert (mine.image == one.image).all()


def test_runs_are_bounded_by_pixels() -> None:
    pages = [np.full((height, 100), height, np.uint8) for height in (10, 20, 90, 30, 250, 10)]
    assert [[len(page) for page in run] for run in runs_of(iter(pages), 10_000)] == [[10, 20], [90], [30], [250], [10]]


class SharedDevice(HostDevice):
    """A device on which another process works as well: LEDGER says how many bytes each of them holds."""

    def __init__(self, name: str, ledger: dict[str, int], total: int, meet: Callable[[str], None]) -> None:
        self.name, self.ledger, self.total, self.meet = name, ledger, total, meet
        self.taken: list[int] = []

    def download(self, batch: Any) -> Any:
        self.taken.append(len(batch))
        if self.taken == [len(batch)]:
            self.meet(f"{self.name} begins")
        self.ledger[self.name] = 0
        needs = BYTES_A_PIXEL["blur"] * batch.size
        if needs > self.total - sum(self.ledger.values()):
            if self.name == "second":
                self.meet("second was refused")
            raise MemoryError("planted")
        self.ledger[self.name] = needs
        if self.taken == [len(batch)]:
            self.meet(f"{self.name} holds its memory")
        return super().download(batch)

    def free_bytes(self) -> int:
        return self.total - sum(self.ledger.values())

    def release(self) -> None:
        self.ledger[self.name] = 0


def test_two_that_begin_on_one_gpu_at_once_both_end_with_the_same_result() -> None:
    """Both see all memory free and want 0.6 of it: the later one is refused, halves its batch, and goes on."""
    sheet = drawn.sheet_with_lines()[:300, :300]
    some = [grainy(sheet, seed) for seed in range(8)]
    both_asked, first_holds, second_refused = threading.Barrier(2), threading.Event(), threading.Event()

    def meet(moment: str) -> None:
        if moment.endswith("begins"):
            both_asked.wait(30)
        if moment == "first holds its memory":
            first_holds.set()
            assert second_refused.wait(30)
        if moment == "second begins":
            assert first_holds.wait(30)
        if moment == "second was refused":
            second_refused.set()

    ledger: dict[str, int] = {}
    total = (BYTES_A_PIXEL["blur"] + 1) * sheet.size * 10
    devices = [SharedDevice(name, ledger, total, meet) for name in ("first", "second")]
    with ThreadPoolExecutor(2) as pool:
        ways = list(pool.map(lambda device: list(ArrayPreprocessor(device).prepare(some, only("blur"))), devices))
    assert devices[0].taken[0] == devices[1].taken[0] == 6
    assert devices[1].taken[1] == 3
    whole = list(ArrayPreprocessor(HostDevice()).prepare(some, only("blur")))
    for prepared in ways:
        for mine, one in zip(prepared, whole, strict=True):
            assert mine.image is not None
            assert (mine.image == one.image).all()


def test_a_page_larger_than_memory_ends_the_stage() -> None:
    with pytest.raises(OutOfDeviceMemory):
        list(ArrayPreprocessor(SmallDevice(room=0)).prepare([grainy(drawn.sheet_with_lines(), 1)], only("blur")))


@pytest.mark.parametrize("step", [step for step in STEPS if step != "deskew"])
def test_a_step_takes_no_more_memory_than_is_reckoned_with(step: str) -> None:
    page = np.random.default_rng(0).integers(0, 256, (700, 700), np.uint8)
    plan = Planned(page, measure(page, 0), {step: {"opening": 2.0, "threshold": 15.0}.get(step, 0.8)})
    preprocessor = ArrayPreprocessor(HostDevice())
    tracemalloc.start()
    try:
        preprocessor._repair([plan], None, AUTO)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    tables = 8 * 8 * 256 * 64  # histograms of the tiles, whatever the page's size
    assert peak <= BYTES_A_PIXEL[step] * page.size + tables


def test_it_says_where_it_ran() -> None:
    info = ArrayPreprocessor(HostDevice()).info
    assert (info.device, info.provider) == ("cpu", f"numpy {np.__version__}")


class FakeCupy:
    """CuPy's memory and streams over NumPy: a copy is made when its stream is waited for, page-locked memory is lent
    again as soon as its user lets go of it, and the order of calls is kept.
    """

    __version__ = "14.0"

    def __init__(self) -> None:
        self.calls: list[str] = []
        note = self.calls.append
        current = threading.local()
        lent: list[tuple[npt.NDArray[np.uint8], weakref.ref[Any]]] = []
        on_device: list[weakref.ref[Any]] = []

        class Stream:
            def __init__(self, non_blocking: bool) -> None:
                assert non_blocking
                self.waiting: list[Callable[[], None]] = []

            def __enter__(self) -> "Stream":
                note("enter")
                self._outer = getattr(current, "stream", None)
                current.stream = self
                return self

            def __exit__(self, *_: object) -> None:
                note("exit")
                current.stream = self._outer

            def synchronize(self) -> None:
                note("synchronize")
                while self.waiting:
                    self.waiting.pop(0)()

        class Lent(np.ndarray):
            pass

        class OnDevice(np.ndarray):
            def set(self, source: Any, stream: Stream) -> None:
                note("set")
                (memory,) = (memory for memory, _ in lent if np.shares_memory(memory, source))
                bits = memory[: source.nbytes].view(source.dtype).reshape(source.shape)
                stream.waiting.append(lambda: self.__setitem__(..., bits))

        def pinned(size: int) -> Any:
            note(f"pinned {size}")
            free = [k for k, (memory, user) in enumerate(lent) if user() is None and memory.size >= size]
            memory = lent.pop(free[0])[0] if free else np.zeros(size, np.uint8)
            user = memory[:size].view(Lent)
            lent.append((memory, weakref.ref(user)))
            return user

        def empty(shape: Any, dtype: Any) -> Any:
            array = np.full(shape, 77, dtype).view(OnDevice)
            on_device.append(weakref.ref(array))
            return array

        def asnumpy(array: Any, stream: Stream) -> Any:
            assert any(upload() is not None for upload in on_device), "work may still read what was uploaded"
            return np.array(array)

        self.cuda = SimpleNamespace(
            Stream=Stream,
            get_current_stream=lambda: current.stream,
            Device=lambda: SimpleNamespace(id=0),
            alloc_pinned_memory=pinned,
            memory=SimpleNamespace(OutOfMemoryError=MemoryError),
            runtime=SimpleNamespace(
                memGetInfo=lambda: (2**30, 2**31), getDeviceProperties=lambda _: {"name": b"a GPU"}
            ),
        )
        self._pool = SimpleNamespace(free_bytes=lambda: 5, free_all_blocks=lambda: note("free"))
        self._pinned_pool = SimpleNamespace(free_all_blocks=lambda: note("free pinned"))
        self.empty = empty
        self.asnumpy: Callable[..., Any] = asnumpy

    def get_default_memory_pool(self) -> Any:
        return self._pool

    def get_default_pinned_memory_pool(self) -> Any:
        return self._pinned_pool

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def test_pages_go_up_from_page_locked_memory_and_pools_are_freed() -> None:
    cupy = FakeCupy()
    preprocessor = ArrayPreprocessor(CudaDevice(cupy))
    sheet = drawn.sheet_with_lines()[:200, :300]
    some = [grainy(sheet, 1), grainy(sheet, 2)]
    prepared = list(preprocessor.prepare(some, only("blur")))
    assert cupy.calls.index("enter") < cupy.calls.index(f"pinned {2 * 200 * 300}") < cupy.calls.index("set")
    assert cupy.calls[cupy.calls.index("set") + 1] == "synchronize"
    assert cupy.calls[-2:] == ["free", "free pinned"]
    assert preprocessor.info.device == "cuda"
    assert preprocessor.info.provider == "cupy 14.0, a GPU"
    for mine, one in zip(prepared, OpenCvPreprocessor().prepare(some, only("blur")), strict=True):
        assert mine.image is not None
        assert (mine.image == one.image).all()


def test_page_locked_memory_is_used_again_only_when_it_has_been_copied() -> None:
    cupy = FakeCupy()
    sheet = drawn.sheet_with_lines()[:200, :300]
    some = [grainy(sheet, seed) for seed in range(6)]
    prepared = ArrayPreprocessor(CudaDevice(cupy), run_pixels=1).prepare(iter(some), only("blur", "clahe"))
    for mine, one in zip(prepared, OpenCvPreprocessor().prepare(some, only("blur", "clahe")), strict=True):
        assert mine.image is not None
        assert one.image is not None
        assert np.abs(mine.image.astype(int) - one.image).max() <= 1
    assert cupy.calls.count("set") == 12  # each page, and the light of its paper


def fails(*_: Any) -> Any:
    raise RuntimeError("cannot open source file cuda_fp16.h")


def planted(monkeypatch: pytest.MonkeyPatch, *, devices: int = 1, total: int = 20, count_fails: bool = False) -> None:
    """Put a module in CuPy's place that lies about the GPU."""

    def count() -> int:
        if count_fails:
            raise RuntimeError("cudaErrorInsufficientDriver")
        return devices

    module = ModuleType("cupy")
    module.__dict__.update(
        __version__="14.0",
        cuda=SimpleNamespace(runtime=SimpleNamespace(getDeviceCount=count)),
        arange=lambda n: np.full(n, total / 10),
    )
    monkeypatch.setitem(sys.modules, "cupy", module)


def test_no_cupy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(DeviceUnavailable, match="cupy-cuda13x"):
        ArrayPreprocessor()


def test_no_driver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, count_fails=True)
    with pytest.raises(DeviceUnavailable, match="driver"):
        array_devices.usable_cupy()


def test_no_visible_gpu_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, devices=0)
    with pytest.raises(DeviceUnavailable, match="CUDA_VISIBLE_DEVICES"):
        array_devices.usable_cupy()


def test_a_gpu_that_calculates_wrongly_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, total=0)
    with pytest.raises(DeviceUnavailable, match="wrongly"):
        array_devices.usable_cupy()


def test_a_cupy_that_cannot_compile_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch)
    monkeypatch.setattr(sys.modules["cupy"], "arange", fails)
    with pytest.raises(DeviceUnavailable, match="headers"):
        array_devices.usable_cupy()


def test_a_gpu_that_calculates_is_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch)
    assert array_devices.usable_cupy() is sys.modules["cupy"]


@pytest.mark.gpu
def test_the_gpu_gives_what_the_host_gives() -> None:
    ours = ArrayPreprocessor(run_pixels=1_000_000).prepare(pages(), only("clahe", "blur", "opening", "sharpen"))
    host = ArrayPreprocessor(HostDevice()).prepare(pages(), only("clahe", "blur", "opening", "sharpen"))
    for mine, one in zip(ours, host, strict=True):
        assert mine.image is not None
        assert one.image is not None
        assert np.abs(mine.image.astype(int) - one.image).max() <= 1
