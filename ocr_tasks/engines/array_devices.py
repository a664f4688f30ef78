"""Where arrays live: on the host with NumPy, or on a GPU with CuPy. The only module that imports CuPy."""

import importlib
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from ocr_tasks.contract import Device
from ocr_tasks.engines import Gray
from ocr_tasks.engines.array_image import Array
from ocr_tasks.engines.memory import host_free_bytes
from ocr_tasks.errors import DeviceUnavailable


class ArrayDevice(Protocol):
    """Memory and an array module that works in it."""

    device: Device
    xp: ModuleType
    out_of_memory: tuple[type[BaseException], ...]
    """What this device raises when its memory is too small."""

    @property
    def provider(self) -> str:
        """What it is, in words."""
        ...

    def at_work(self) -> AbstractContextManager[Any]:
        """Return a context in which the device's functions are called."""
        ...

    def beside_work(self) -> AbstractContextManager[Any]:
        """Return a context, for a thread of its own, in which pages are uploaded while the device works on others.

        What was uploaded so must be kept until what is calculated from it has been downloaded.
        """
        ...

    def upload(self, pages: Sequence[Gray]) -> Array:
        """Return pages of one shape as a batch (pages, height, width), which is on the device when this returns."""
        ...

    def download(self, batch: Array) -> Gray:
        """Return a batch as an array of the host's, when all work on it is done."""
        ...

    def free_bytes(self) -> int:
        """Return how much memory may be taken."""
        ...

    def release(self) -> None:
        """Give unused memory back to other processes."""
        ...


class HostDevice:
    """NumPy on the processor: proves the code of the GPU on machines without one."""

    device: Device = "cpu"
    xp: ModuleType = np
    out_of_memory: tuple[type[BaseException], ...] = (MemoryError,)

    @property
    def provider(self) -> str:
        return f"numpy {np.__version__}"

    def at_work(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def beside_work(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def upload(self, pages: Sequence[Gray]) -> Array:
        return np.stack(pages)

    def download(self, batch: Array) -> Gray:
        return np.asarray(batch)

    def free_bytes(self) -> int:
        return host_free_bytes()

    def release(self) -> None:
        pass


class CudaDevice:
    """CuPy on the first visible NVIDIA GPU. DeviceUnavailable where there is none that CuPy can use."""

    device: Device = "cuda"

    def __init__(self, cupy: Any = None) -> None:
        self.xp = usable_cupy() if cupy is None else cupy
        self.out_of_memory: tuple[type[BaseException], ...] = (self.xp.cuda.memory.OutOfMemoryError,)
        self._stream = self.xp.cuda.Stream(non_blocking=True)
        self._copying = self.xp.cuda.Stream(non_blocking=True)

    @property
    def provider(self) -> str:
        name = self.xp.cuda.runtime.getDeviceProperties(self.xp.cuda.Device().id)["name"]
        return f"cupy {self.xp.__version__}, {name.decode() if isinstance(name, bytes) else name}"

    def at_work(self) -> AbstractContextManager[Any]:
        stream: AbstractContextManager[Any] = self._stream
        return stream

    def beside_work(self) -> AbstractContextManager[Any]:
        stream: AbstractContextManager[Any] = self._copying
        return stream

    def upload(self, pages: Sequence[Gray]) -> Array:
        """Copy from page-locked memory on the stream of the context: needs no second buffer, holds up no other stream.

        CuPy gives memory that was freed only to the stream that took it: what a context took is its own.
        """
        stream = self.xp.cuda.get_current_stream()
        shape, dtype = (len(pages), *pages[0].shape), pages[0].dtype
        count = int(np.prod(shape))
        pinned = self.xp.cuda.alloc_pinned_memory(max(1, count * dtype.itemsize))
        staged = np.frombuffer(pinned, dtype, count).reshape(shape)
        for row, page in zip(staged, pages, strict=True):
            row[...] = page
        batch = self.xp.empty(shape, dtype)
        batch.set(staged, stream=stream)
        stream.synchronize()  # the page-locked memory may be used again from here on
        return batch

    def download(self, batch: Array) -> Gray:
        host: Gray = self.xp.asnumpy(batch, stream=self._stream)
        self._stream.synchronize()
        return host

    def free_bytes(self) -> int:
        free, _total = self.xp.cuda.runtime.memGetInfo()
        return int(free) + int(self.xp.get_default_memory_pool().free_bytes())

    def release(self) -> None:
        self._stream.synchronize()
        self.xp.get_default_memory_pool().free_all_blocks()
        self.xp.get_default_pinned_memory_pool().free_all_blocks()


def usable_cupy() -> Any:
    """Return CuPy if it can calculate on a GPU here; DeviceUnavailable names the remedy if not."""
    try:
        cupy: Any = importlib.import_module("cupy")
    except Exception as error:  # besides ImportError, what its libraries raise
        raise DeviceUnavailable(
            f"CuPy cannot be imported ({error}): install the one for the driver's CUDA (cupy-cuda13x or cupy-cuda12x), "
            "or ask for the device cpu"
        ) from error
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except Exception as error:  # CUDARuntimeError, whose class needs a CuPy to be named
        raise DeviceUnavailable(
            f"CuPy {cupy.__version__} finds no usable NVIDIA driver ({error}): install or update the driver, "
            "start the container with its GPU, or ask for the device cpu"
        ) from error
    if count == 0:
        raise DeviceUnavailable("CuPy sees no GPU: look at CUDA_VISIBLE_DEVICES, or ask for the device cpu")
    try:
        right = int((cupy.arange(5) * 2).sum()) == 20  # compiles and runs: a CuPy for another CUDA fails here
    except Exception as error:
        raise DeviceUnavailable(
            f"CuPy {cupy.__version__} cannot calculate on the GPU ({error}): install the one for the driver's CUDA, "
            "with its compiler and headers (cupy-cuda13x[ctk] or cupy-cuda12x[ctk])"
        ) from error
    if not right:
        raise DeviceUnavailable("CuPy calculates wrongly on this GPU: look at its driver and memory")
    return cupy


def cuda_free_bytes() -> int | None:
    """Return the free memory of the first visible GPU, None where there is no CuPy to ask."""
    try:
        free, _total = usable_cupy().cuda.runtime.memGetInfo()
    except DeviceUnavailable:
        return None
    return int(free)
