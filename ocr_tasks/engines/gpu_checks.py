"""What the libraries of the GPU engines can really use: each is made to calculate, none is believed."""

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module, metadata
from typing import Any

from ocr_tasks.engines.check import Check, tried

SMI_FIELDS = ("name", "driver_version", "memory.total", "memory.free", "compute_cap")

ONE_OF: dict[str, tuple[str, ...]] = {
    "onnxruntime": ("onnxruntime", "onnxruntime-gpu"),
    "cupy": ("cupy", "cupy-cuda11x", "cupy-cuda12x", "cupy-cuda13x"),
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless"),
}
"""Module: the distributions that bring it. Two of them overwrite each other's files."""


def checks_of_gpu(*, wanted: bool) -> Iterator[Check]:
    """Yield what can be said of the GPU and its libraries. WANTED: the device cuda is asked for."""
    yield from graphics_cards(wanted)
    yield from doubles(metadata_names())
    yield tried("ONNX Runtime", _onnxruntime)
    yield tried("ONNX Runtime on the GPU", lambda: _onnx("CUDAExecutionProvider"), needed=wanted)
    yield tried("ONNX Runtime with TensorRT", lambda: _onnx("TensorrtExecutionProvider"), needed=False)
    yield tried("CuPy", _cupy, needed=wanted)
    yield tried("torch on the GPU", _torch, needed=False)
    yield _installed("torch", "the engines ppocr-torch, craft-torch and trocr")
    yield _installed("transformers", "the engines ppocr-torch and trocr")
    yield _installed("onnx", "the engine ppocr-torch, which reads its weights from ONNX files")
    yield tried("OpenCV", _opencv)
    yield same_cuda(cuda_versions(), needed=wanted)


def graphics_cards(wanted: bool) -> Iterator[Check]:
    """Yield the driver and a check a GPU, as nvidia-smi tells."""
    program = shutil.which("nvidia-smi")
    if program is None:
        remedy = "install the NVIDIA driver, or start the container with its GPU; else ask for the device cpu"
        yield Check("NVIDIA driver", "nvidia-smi is not there", remedy, wanted)
        return
    query = [program, f"--query-gpu={','.join(SMI_FIELDS)}", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(query, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        yield Check("NVIDIA driver", f"nvidia-smi does not answer: {error}", "restart or reinstall the driver", wanted)
        return
    cards = [fields for line in told.stdout.splitlines() if len(fields := line.split(", ")) == len(SMI_FIELDS)]
    if told.returncode or not cards:
        said = (told.stdout + told.stderr).strip().splitlines() or ["nothing"]
        remedy = "load the driver's kernel module, update the driver, or give this container a GPU"
        yield Check("NVIDIA driver", f"nvidia-smi says: {said[0]}", remedy, wanted)
        return
    yield Check("NVIDIA driver", cards[0][1])
    for number, (name, _driver, total, free, capability) in enumerate(cards):
        few = _number(free) < 0.25 * _number(total)
        remedy = "other processes hold its memory: batches will be small, or end them" if few else ""
        found = f"{name}, {total} MiB, {free} MiB of them free, compute capability {capability}"
        yield Check(f"GPU {number}", found, remedy, needed=False)


def doubles(installed: set[str]) -> Iterator[Check]:
    """Yield a failed check for each module that two installed distributions bring."""
    for module, names in ONE_OF.items():
        there = [name for name in names if name in installed]
        if len(there) > 1:
            remedy = f"uninstall all of them and install one again: {module} is a mix of both now"
            if module == "onnxruntime":
                remedy += ", and onnxruntime hides the GPU of onnxruntime-gpu"
            yield Check(f"module {module}", f"comes from {' and '.join(there)}", remedy)


def metadata_names() -> set[str]:
    """Return the names of the installed distributions, in lower case with dashes."""
    named = (distribution.metadata["Name"] for distribution in metadata.distributions())
    return {name.lower().replace("_", "-") for name in named if name}


def cuda_versions() -> dict[str, str]:
    """Return for each library that is there the CUDA version that it was built for; those without CUDA are left out."""
    found: dict[str, str] = {}
    if (onnxruntime := _module("onnxruntime")) is not None and "-gpu" in onnxruntime.package_name:
        found["onnxruntime"] = str(onnxruntime.cuda_version)
    if (torch := _module("torch")) is not None and torch.version.cuda:
        found["torch"] = str(torch.version.cuda)
    if (cupy := _module("cupy")) is not None:
        built = int(cupy.cuda.driver.get_build_version())
        if built:
            found["cupy"] = f"{built // 1000}.{built % 1000 // 10}"
    return found


def same_cuda(versions: dict[str, str], *, needed: bool) -> Check:
    """Return whether libraries were built for one major version of CUDA: a container has the libraries of one."""
    majors: defaultdict[str, list[str]] = defaultdict(list)
    for library, version in versions.items():
        majors[version.split(".")[0]].append(library)
    told = ", ".join(f"{library} {version}" for library, version in versions.items()) or "no library is built for CUDA"
    remedy = ""
    if len(majors) > 1:
        groups = " but ".join(f"{' and '.join(names)} for CUDA {major}" for major, names in sorted(majors.items()))
        remedy = f"{groups}: install builds for one, or the libraries of both versions"
    return Check("CUDA versions", told, remedy, needed)


def _onnxruntime() -> str:
    library = import_module("onnxruntime")
    return f"{library.__version__} ({library.package_name}), built for {', '.join(library.get_available_providers())}"


def _onnx(provider: Any) -> str:
    from ocr_tasks.engines import sessions, weights

    session = sessions.open_session(weights.PPOCR_RECOGNIZER, device="cuda", threads=1, provider=provider)
    return f"{import_module('onnxruntime').__version__}, {session.get_providers()[0]}"


def _cupy() -> str:
    from ocr_tasks.engines.array_devices import usable_cupy

    cupy = usable_cupy()
    free, total = cupy.cuda.runtime.memGetInfo()
    return f"{cupy.__version__}, calculates; {free / 2**30:.1f} of {total / 2**30:.1f} GiB free"


def _torch() -> str:
    from ocr_tasks.engines.torch_device import usable_torch

    torch = usable_torch("cuda")
    return f"{torch.__version__} for CUDA {torch.version.cuda}, calculates on {torch.cuda.get_device_name()}"


def _installed(name: str, use: str) -> Check:
    try:
        return Check(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Check(name, "not installed", f"install the extra gpu for {use}", needed=False)


def _opencv() -> str:
    import cv2

    count = cv2.cuda.getCudaEnabledDeviceCount() if hasattr(cv2, "cuda") else 0
    where = f"{count} GPUs" if count else "the processor; the GPU's image repair is CuPy's"
    return f"{cv2.__version__}, on {where}"


def _module(name: str) -> Any:
    """Return a module, or None where it is not installed or cannot be loaded, which another check tells."""
    try:
        return import_module(name)
    except Exception:  # a build for another driver raises what it likes
        return None


def _number(text: str) -> float:
    return float(text) if text.replace(".", "", 1).isdigit() else 0.0
