"""`python -m ocr_tasks doctor [--device cuda]`: what this machine can use, and the remedy for what is wrong.

Exit code 1 if something is missing that the device asked for needs.
"""

import argparse
import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from functools import partial

from ocr_tasks import __version__
from ocr_tasks.contract import Device
from ocr_tasks.engines.check import Check, tried
from ocr_tasks.engines.gpu_checks import checks_of_gpu

GIB = 2**30
LEAST_MEMORY_GIB = 4
"""An A0 sheet at 300 dpi takes up to 2; the rest is for the system and a second stage."""


def main(argv: Sequence[str]) -> int:
    """Print a line a check; return 1 if something needed is missing."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks doctor", description=__doc__)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="what must be usable")
    device: Device = parser.parse_args(argv).device
    well = True
    for check in checks_of_machine(device):
        print(check.line(), flush=True)  # noqa: T201
        well = well and check.mark != "FAIL"
    print(f"The device {device} is {'usable' if well else 'NOT usable: see FAIL above'}.")  # noqa: T201
    return 0 if well else 1


def checks_of_machine(device: Device = "cpu") -> Iterator[Check]:
    """Yield what can be known of this machine without running a stage."""
    yield Check("drawing-etl", f"{__version__}, Python {platform.python_version()}, {platform.machine()}")
    yield Check("processors", str(len(os.sched_getaffinity(0))))
    yield _memory()
    yield _disk()
    yield tried("weights of the detector", lambda: _weights("PPOCR_DETECTOR"))
    yield tried("weights of the recogniser", lambda: _weights("DRAWING_RECOGNIZER"))
    for name, constant in (
        ("weights of the recogniser of ppocr-onnx-stock", "PPOCR_RECOGNIZER"),
        ("weights of the detector of ppocr-torch-stock", "PPOCR_TORCH_DETECTOR"),
        ("weights of the recogniser of ppocr-torch-stock", "PPOCR_TORCH_RECOGNIZER"),
        ("alphabet of ppocr-torch-stock", "PPOCR_ALPHABET"),
        ("weights of CRAFT", "CRAFT"),
    ):
        yield tried(name, partial(_weights, constant), needed=False)
    yield tried("model of TrOCR", _trocr, needed=False)
    yield from checks_of_gpu(wanted=device == "cuda")
    yield tried(f"reading a line on {device}", lambda: _reads(device))
    yield _program("pdftoppm", "the second PDF renderer", "install poppler-utils to use renderer=poppler")


def _memory() -> Check:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    remedy = "" if total >= LEAST_MEMORY_GIB else f"large sheets want {LEAST_MEMORY_GIB} GiB: lower max_page_pixels"
    return Check("memory", f"{total:.1f} GiB", remedy, needed=False)


def _disk() -> Check:
    free = shutil.disk_usage(".").free / GIB
    return Check("free disk here", f"{free:.1f} GiB", "" if free > 5 else "free some space: rasters are large")


def _weights(constant: str) -> str:
    from ocr_tasks.engines import weights

    wanted: weights.Weights = getattr(weights, constant)
    return f"{weights.find(wanted).name}, sha256 {wanted.sha256}"


def _trocr() -> str:
    from ocr_tasks.engines import trocr, weights

    model = trocr.model_file()
    return f"{model}, sha256 {weights.sha256_of(model)}"


def _reads(device: Device) -> str:
    import cv2
    import numpy as np

    from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer

    line = np.full((48, 160), 255, np.uint8)
    cv2.putText(line, "12.50", (20, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    recognizer = OnnxRecognizer(device=device, threads=1)
    (text,) = recognizer.read([line])
    return f"12.50 is read as {text.text!r}, confidence {text.confidence:.2f}, by {recognizer.info.provider}"


def _program(name: str, use: str, remedy: str) -> Check:
    path = shutil.which(name)
    return Check(use, path or f"{name} is not there", "" if path else remedy, needed=False)
