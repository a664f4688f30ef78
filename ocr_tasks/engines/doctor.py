"""`python -m ocr_tasks doctor`: what this machine can use, and what is wrong with the remedy."""

import argparse
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ocr_tasks.errors import MachineError

GIB = 2**30
LEAST_MEMORY_GIB = 4
"""An A0 sheet at 300 dpi takes up to 2; the rest is for the system and a second stage."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `remedy` is empty where nothing is wrong."""

    name: str
    found: str
    remedy: str = ""
    needed: bool = True
    """False: the pipeline works without it."""


def main(argv: Sequence[str]) -> int:
    """Print a line a check; return 1 if something needed is missing."""
    argparse.ArgumentParser(prog="python -m ocr_tasks doctor", description=__doc__).parse_args(argv)
    checks = list(checks_of_machine())
    for check in checks:
        mark = "ok  " if not check.remedy else ("FAIL" if check.needed else "none")
        print(f"{mark}  {check.name}: {check.found}" + (f" -> {check.remedy}" if check.remedy else ""))  # noqa: T201
    return 1 if any(check.remedy and check.needed for check in checks) else 0


def checks_of_machine() -> Iterator[Check]:
    """Yield what can be known of this machine without running a stage."""
    yield Check("processors", str(len(os.sched_getaffinity(0))))
    yield _memory()
    yield _disk()
    yield _tried("weights of the detector", lambda: _weights("detector"))
    yield _tried("weights of the recogniser", lambda: _weights("recogniser"))
    yield _tried("reading a line on the processor", _reads)
    yield _cuda()
    yield _program("pdftoppm", "the second PDF renderer", "install poppler-utils to use renderer=poppler")


def _memory() -> Check:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    remedy = "" if total >= LEAST_MEMORY_GIB else f"large sheets want {LEAST_MEMORY_GIB} GiB: lower max_page_pixels"
    return Check("memory", f"{total:.1f} GiB", remedy, needed=False)


def _disk() -> Check:
    free = shutil.disk_usage(".").free / GIB
    return Check("free disk here", f"{free:.1f} GiB", "" if free > 5 else "free some space: rasters are large")


def _weights(name: str) -> str:
    from ocr_tasks.engines import weights

    wanted = weights.PPOCR_DETECTOR if name == "detector" else weights.PPOCR_RECOGNIZER
    return f"{weights.find(wanted).name}, sha256 {wanted.sha256[:12]}"


def _reads() -> str:
    import cv2
    import numpy as np

    from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer

    line = np.full((48, 160), 255, np.uint8)
    cv2.putText(line, "12.50", (20, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    (text,) = OnnxRecognizer(threads=1).read([line])
    return f"12.50 is read as {text.text!r}, confidence {text.confidence:.2f}"


def _cuda() -> Check:
    from ocr_tasks.engines.sessions import PROVIDERS, available_providers

    if PROVIDERS["cuda"] in available_providers():
        return Check("CUDA for ONNX Runtime", "there")
    seen = shutil.which("nvidia-smi") is not None
    remedy = "install onnxruntime-gpu in place of onnxruntime" if seen else "only the device cpu can be asked for"
    return Check(
        "CUDA for ONNX Runtime", "an NVIDIA driver, but no CUDA provider" if seen else "no", remedy, needed=False
    )


def _program(name: str, use: str, remedy: str) -> Check:
    path = shutil.which(name)
    return Check(use, path or f"{name} is not there", "" if path else remedy, needed=False)


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, look())
    except MachineError as trouble:
        return Check(name, type(trouble).__name__, str(trouble))
