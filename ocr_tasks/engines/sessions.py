"""ONNX Runtime sessions that run on the device asked for, or not at all."""

import os
from typing import Any, Literal

import onnxruntime as ort  # type: ignore[import-untyped]  # it ships no types

from ocr_tasks.contract import Device, EngineInfo
from ocr_tasks.engines.weights import Weights, find
from ocr_tasks.errors import DeviceUnavailable, OutOfDeviceMemory, WeightsError

Provider = Literal["CPUExecutionProvider", "CUDAExecutionProvider", "TensorrtExecutionProvider"]

PROVIDERS: dict[Device, Provider] = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


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
    try:
        session = ort.InferenceSession(str(path), sess_options=options, providers=_providers(wanted))
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
