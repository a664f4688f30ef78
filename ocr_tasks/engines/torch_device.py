"""PyTorch on the device asked for, or not at all: devices, weights, precision, memory."""

import importlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal, TypeVar

from ocr_tasks.ahead import ahead
from ocr_tasks.contract import Device, EngineInfo
from ocr_tasks.engines.memory import halving, host_free_bytes
from ocr_tasks.engines.weights import Weights, find
from ocr_tasks.errors import DeviceUnavailable, WeightsError

In = TypeVar("In")
Out = TypeVar("Out")

Precision = Literal["float32", "float16", "bfloat16"]

HALF_ON_GPU: dict[Device, Precision] = {"cpu": "float32", "cuda": "float16"}


class TorchDevice:
    """A place where torch calculates. DeviceUnavailable if it cannot calculate there.

    `precision` None: float16 on a GPU, float32 on the processor. Weights stay float32 in memory; half precision is
    torch's autocast, and a result in it that is not finite is calculated again in float32.
    """

    def __init__(self, device: Device, *, threads: int = 0, precision: Precision | None = None) -> None:
        self.torch = usable_torch(device)
        self.device: Device = device
        self.precision: Precision = precision or HALF_ON_GPU[device]
        self.out_of_memory: tuple[type[BaseException], ...] = (self.torch.OutOfMemoryError, MemoryError)
        if device == "cpu":
            self.torch.set_num_threads(threads or len(os.sched_getaffinity(0)))

    @property
    def provider(self) -> str:
        version = f"torch {self.torch.__version__}"
        return version if self.device == "cpu" else f"{version}, {self.torch.cuda.get_device_name()}"

    def describe(self, name: str, weights: Mapping[str, str]) -> EngineInfo:
        """Return what really runs; WEIGHTS: file name to sha256."""
        return EngineInfo(
            name=name, device=self.device, provider=self.provider, precision=self.precision, weights=dict(weights)
        )

    def settle(self, model: Any) -> Any:
        """Return MODEL on this device, ready to run; DeviceUnavailable if it is not there afterwards.

        Channels come last in memory: so the detector took 0.7 of the processor's time, with the same results.
        """
        settled = model.to(self.device, memory_format=self.torch.channels_last).eval()
        places = {parameter.device.type for parameter in settled.parameters()}
        if places - {self.device}:
            raise DeviceUnavailable(f"device {self.device!r} was asked for, torch put the weights on {sorted(places)}")
        return settled

    def through(
        self,
        batches: Iterable[Sequence[In]],
        make: Callable[[Sequence[In]], Any],
        look: Callable[[Any, Sequence[In]], list[Out]],
    ) -> Iterator[list[Out]]:
        """Yield LOOK's results for each of BATCHES, one an item; a batch too large for the memory is halved.

        MAKE makes a network's input (NumPy, the first axis over items) of a batch, LOOK the results, on the host, of
        that input on the device and the batch. The next input is made and uploaded by a thread meanwhile.
        """

        def ready(batch: Sequence[In]) -> tuple[Sequence[In], Any]:
            try:
                return batch, self.upload(make(batch))
            except self.out_of_memory:
                return batch, None  # it is uploaded when its turn comes, in parts if need be

        def looked(batch: Sequence[In], uploaded: Any, places: Sequence[int]) -> list[Out]:
            part = slice(places[0], places[-1] + 1)
            return look(self.upload(make(batch[part])) if uploaded is None else uploaded[part], batch[part])

        for batch, uploaded in ahead(ready, batches):
            yield halving(partial(looked, batch, uploaded), range(len(batch)), self.out_of_memory, self.release)

    def upload(self, batch: Any) -> Any:
        """Return BATCH (NumPy) as a tensor that is on the device when this returns.

        Copied from page-locked memory on a stream of its own: work on the device goes on meanwhile. The tensor must be
        kept until what is calculated from it is on the host.
        """
        there = self.torch.from_numpy(batch)
        if self.device == "cuda":
            with self.torch.cuda.stream(self._copying):
                there = there.pin_memory().to(self.device, non_blocking=True)
            self._copying.synchronize()  # the page-locked memory may be used again from here on
        return there

    @cached_property
    def _copying(self) -> Any:
        return self.torch.cuda.Stream()

    def run(self, call: Callable[[Any], Any], there: Any) -> Any:
        """Return CALL of what is on the device, as float32 on the device."""
        torch = self.torch
        with torch.inference_mode():
            if self.precision != "float32":
                with torch.autocast(self.device, dtype=getattr(torch, self.precision)):
                    half = call(there).float()
                if bool(torch.isfinite(half).all()):
                    return half
            return call(there).float()

    def free_bytes(self) -> int:
        """Return how much memory may be taken, what torch keeps for itself included."""
        if self.device == "cpu":
            return host_free_bytes()
        free, _total = self.torch.cuda.mem_get_info()
        return int(free + self.torch.cuda.memory_reserved() - self.torch.cuda.memory_allocated())

    def release(self) -> None:
        """Give unused memory of the GPU back to other processes."""
        if self.device == "cuda":
            self.torch.cuda.empty_cache()


def usable_torch(device: Device) -> Any:
    """Return torch if it can calculate on DEVICE; DeviceUnavailable names the remedy if not."""
    try:
        torch: Any = importlib.import_module("torch")
    except Exception as error:  # besides ImportError, what its libraries raise
        raise DeviceUnavailable(
            f"torch cannot be imported ({error}): install the extra gpu, or choose the engine ppocr-onnx"
        ) from error
    if device == "cuda" and not torch.cuda.is_available():
        reason = (
            "is a build without CUDA: install torch's CUDA build"
            if torch.version.cuda is None
            else f"was built for CUDA {torch.version.cuda} and finds no usable GPU: check the driver and "
            "CUDA_VISIBLE_DEVICES"
        )
        raise DeviceUnavailable(f"torch {torch.__version__} {reason}, or ask for the device cpu")
    try:
        tried = torch.arange(5, device=device) * 2
        place, right = tried.device.type, int(tried.sum()) == 20
    except RuntimeError as error:
        raise DeviceUnavailable(
            f"torch {torch.__version__} cannot calculate on {device!r} ({error}): install the build for this GPU and "
            "driver, and look whether other processes have taken its memory"
        ) from error
    if place != device or not right:
        raise DeviceUnavailable(f"device {device!r} was asked for, torch calculated on {place!r}")
    return torch


def transformers_class(name: str) -> Any:
    """Return a class of transformers; DeviceUnavailable if the library is missing or too old."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is fetched at run time
    try:
        return getattr(importlib.import_module("transformers"), name)
    except (ImportError, AttributeError) as error:
        raise DeviceUnavailable(
            f"transformers has no {name} ({error}): install transformers of the extra gpu, or choose another engine"
        ) from error


def read_safetensors(weights: Weights) -> dict[str, Any]:
    """Return the tensors of a safetensors file, by name, on the host."""
    path = find(weights)
    try:
        loaded: dict[str, Any] = importlib.import_module("safetensors.torch").load_file(path)
    except ImportError as error:
        raise DeviceUnavailable(f"safetensors cannot be imported ({error}): install the extra gpu") from error
    except Exception as error:  # SafetensorError has no class of its own in every version
        raise WeightsError(f"weights {path} cannot be loaded: {error}") from error
    return loaded


def fill(model: Any, tensors: Mapping[str, Any], source: str | Path) -> Any:
    """Return MODEL with TENSORS as its weights; WeightsError if they are those of another model."""
    try:
        missing, unexpected = model.load_state_dict(tensors, strict=False)
    except RuntimeError as error:
        raise WeightsError(f"weights {source} are those of another model: {error}") from error
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise WeightsError(
            f"weights {source} are those of another model: {_some(missing)} missing, {_some(unexpected)} unknown"
        )
    return model


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") if names else "none"
