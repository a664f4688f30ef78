"""ONNX Runtime sessions that run on the device asked for, or not at all."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property, partial
from typing import Any, Literal, TypeVar

import onnxruntime as ort  # type: ignore[import-untyped]  # it ships no types

from ocr_tasks.contract import Device, EngineInfo
from ocr_tasks.engines.denormals import without_denormals
from ocr_tasks.engines.weights import Weights, find
from ocr_tasks.errors import DeviceUnavailable, OutOfDeviceMemory, WeightsError

In = TypeVar("In")
Out = TypeVar("Out")

Provider = Literal["CPUExecutionProvider", "CUDAExecutionProvider", "TensorrtExecutionProvider"]

PROVIDERS: dict[Device, Provider] = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


SIDE_BY_SIDE = 2
"""Runs at once on the processor: each takes memory of its own."""

NO_ROOM = ("alloc", "out of memory")
"""What ONNX Runtime's errors say, in lower case, when memory is too small: its arena's words, and CUDA's."""


def available_providers() -> list[str]:
    """Return what this build of ONNX Runtime can run on, by its own names; not whether the machine has it."""
    return list(ort.get_available_providers())


def open_session(
    weights: Weights, *, device: Device, threads: int, provider: Provider | None = None
) -> ort.InferenceSession:
    """Return a session of WEIGHTS on DEVICE with THREADS threads (0: one a processor that this process may use).

    PROVIDER: another than the device's usual one. ONNX Runtime falls back to the processor silently: a session on
    another provider than asked is refused here, DeviceUnavailable.
    """
    path = find(weights)
    wanted = provider or PROVIDERS[device]
    if wanted not in available_providers():
        raise DeviceUnavailable(
            f"device {device!r} was asked for, but this ONNX Runtime has only "
            f"{', '.join(available_providers())} and not {wanted}: install onnxruntime-gpu in place of onnxruntime "
            "(both together hide the GPU), or ask for the device cpu"
        )
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or len(os.sched_getaffinity(0))
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads would take a third more
    options.enable_mem_pattern = False  # shapes differ from call to call: patterns would be kept for each
    if device == "cpu":
        _share_memory()
        options.add_session_config_entry("session.use_env_allocators", "1")
    try:
        model = without_denormals(path.read_bytes())
        session = ort.InferenceSession(model, sess_options=options, providers=_providers(wanted))
    except Exception as error:  # the library raises its own untyped errors for a damaged file
        if device != "cpu" and any(word in str(error).lower() for word in ("cuda", "cudnn", "tensorrt", "gpu")):
            raise DeviceUnavailable(f"ONNX Runtime cannot use {wanted} ({error}): check driver and CUDA") from error
        raise WeightsError(f"weights {path} cannot be loaded: {error}") from error
    got = session.get_providers()
    if not got or got[0] != wanted:
        raise DeviceUnavailable(
            f"device {device!r} was asked for ({wanted}), ONNX Runtime gave {got}: check the driver, and that the "
            "CUDA and cuDNN libraries of its major version can be loaded; or ask for the device cpu"
        )
    return session


@cache
def _share_memory() -> None:
    """Let the sessions of this process take from one pool what each would else keep for itself, once a process."""
    place = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    ort.create_and_register_allocator(place, None)


def _providers(wanted: Provider) -> list[Provider]:
    """Return WANTED and what takes the operators that it has not; the processor takes the last of them by itself."""
    return [wanted, "CUDAExecutionProvider"] if wanted == "TensorrtExecutionProvider" else [wanted]


def describe(name: str, session: ort.InferenceSession, device: Device, weights: Weights) -> EngineInfo:
    """Return what really runs."""
    return EngineInfo(
        name=name, device=device, provider=session.get_providers()[0], weights={weights.name: weights.sha256}
    )


def run(session: ort.InferenceSession, batch: Any) -> Any:
    """Return the first output for BATCH; memory that is too small is told apart from other trouble."""
    try:
        return session.run(None, {session.get_inputs()[0].name: batch})[0]
    except Exception as error:
        if any(words in str(error).lower() for words in NO_ROOM):
            raise OutOfDeviceMemory(f"a batch of shape {batch.shape} does not fit the device's memory") from error
        raise


class Network:
    """One network on the device asked for; on the processor it runs on two inputs side by side.

    The threads of a run wait for each other after every layer, and many layers keep only one of them busy. So two runs
    share out the threads instead, with the same results to the last bit; an input by itself gets all of them.
    """

    def __init__(self, weights: Weights, *, device: Device, threads: int, provider: Provider | None = None) -> None:
        count = threads or len(os.sched_getaffinity(0))
        self._open = partial(open_session, weights, device=device, provider=provider)
        self.whole = self._open(threads=count)
        self._shared_out = -(-count // SIDE_BY_SIDE) if device == "cpu" and count > 1 else 0

    @cached_property
    def part(self) -> ort.InferenceSession:
        """The network on its share of the threads."""
        return self._open(threads=self._shared_out)

    def each(self, work: Callable[[ort.InferenceSession, In], Out], items: Sequence[In]) -> Iterator[Out]:
        """Yield WORK of a session and each of ITEMS, in order. WORK is called in threads and must not care for theirs.

        What WORK raises is raised in its item's place.
        """
        together = len(items) - len(items) % SIDE_BY_SIDE if self._shared_out else 0
        if together:
            with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
                yield from threads.map(partial(work, self.part), items[:together])
        yield from (work(self.whole, item) for item in items[together:])
