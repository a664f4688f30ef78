"""`python -m ocr_tasks bench-gpu`: image repair, finding, reading and whole pages on a GPU, the processor beside it.

Everything is measured in one run, on made sheets or on the drawings of a folder: image repair by batch size, upload and
download included, with the share of what the memory's measured speed would allow; pages found and lines read a second
by engine and batch size; whole pages a second with the slowest stage. Each row names what limits it: the processors,
the GPU, one thread, or waiting. The tables are Markdown. An engine that cannot run says why.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from ocr_tasks.contract import (
    ENGINES,
    READING_STAGES,
    DetectOptions,
    Device,
    Options,
    PreprocessOptions,
    RecognizeOptions,
    RenderOptions,
    Stage,
)
from ocr_tasks.engines import Gray, array_image, choose
from ocr_tasks.engines.array_devices import ArrayDevice, CudaDevice, HostDevice
from ocr_tasks.engines.memory import halving
from ocr_tasks.errors import MachineError
from ocr_tasks.evaluation.usage import Usage, Watch, limit_of
from ocr_tasks.runner import run_stage
from ocr_tasks.sources.content import NAMES
from ocr_tasks.stages.crops import MARGIN, cut
from ocr_tasks.workdir import Workdir

STEPS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Gray], Any]]] = {
    "blur": (lambda xp, batch: array_image.blur(xp, batch, 0.8), lambda page: cv2.GaussianBlur(page, (0, 0), 0.8)),
    "clahe": (
        lambda xp, batch: array_image.clahe(xp, batch, 2.0, 8),
        lambda page: cv2.createCLAHE(2.0, (8, 8)).apply(page),
    ),
    "threshold": (
        lambda xp, batch: array_image.threshold(xp, batch, 31, 15.0),
        lambda page: cv2.adaptiveThreshold(page, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 31, 15.0),
    ),
    "opening": (
        lambda xp, batch: array_image.opening(xp, batch, 3),
        lambda page: cv2.morphologyEx(page, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)),
    ),
    "sharpen": (
        lambda xp, batch: array_image.sharpen(xp, batch, 0.6),
        lambda page: cv2.addWeighted(page, 1.6, cv2.GaussianBlur(page, (0, 0), 1.5), -0.6, 0),
    ),
}
"""Step: its batch form, and OpenCV's on one page."""


class NoDrawings(MachineError):
    """A folder without drawings was given to be measured on."""


class Speeds(NamedTuple):
    """Measured bytes a second: host to device, device to host, and written by a copy within the device."""

    up: float
    down: float
    inside: float


def main(argv: Sequence[str]) -> int:
    """Run the benchmark and print its tables; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks bench-gpu", description=__doc__)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cuda", help="cpu: only try the script out")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 4, 16, 64])
    parser.add_argument("--drawings", type=Path, help="read the first pages of this folder's drawings, not made sheets")
    parser.add_argument("--pages", type=int, default=16, help="so many pages for the networks and the whole pipeline")
    parser.add_argument("--dpi", type=int, help="of those pages; by default as the sheet asks for")
    parser.add_argument("--size", nargs=2, type=int, default=[3840, 2160], metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args(argv)
    device: Device = args.device
    memory: ArrayDevice = CudaDevice() if device == "cuda" else HostDevice()
    devices: list[Device] = ["cuda", "cpu"] if device == "cuda" else ["cpu"]
    _say(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors ({platform.machine()}), {memory.provider}"
    )
    _say("\n## Image repair\n")
    width, height = args.size
    for line in repair_table(memory, (height, width), args.batches, args.repeats):
        _say(line)
    with tempfile.TemporaryDirectory(prefix="bench-gpu-") as folder:
        drawings = (
            made_drawings(Path(folder) / "drawings", args.pages)
            if args.drawings is None
            else given_drawings(args.drawings, args.pages)
        )
        _say("\n## Finding and reading\n")
        for line in network_table(Path(folder), drawings, args.dpi, args.engines, devices, args.batches, args.repeats):
            _say(line)
        _say("\n## Whole pages\n")
        for line in pages_table(Path(folder), drawings, args.dpi, args.engines, devices):
            _say(line)
    return 0


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    """Return the median time of REPEATS calls after one that warms up; WORK must wait for the device itself."""
    work()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def speeds_of(memory: ArrayDevice, size_bytes: int, repeats: int) -> Speeds:
    """Return how fast memory moves on this machine, measured with pages of SIZE_BYTES together."""
    page = np.zeros((1, size_bytes), np.uint8)
    with memory.at_work():
        there = memory.upload([page])
        up = median_seconds(lambda: memory.upload([page]), repeats)
        down = median_seconds(lambda: memory.download(there), repeats)
        # One byte comes back, so that the copy has been waited for.
        inside = median_seconds(lambda: memory.download(there.copy()[:, :, :1]), repeats)
    memory.release()
    return Speeds(size_bytes / up, size_bytes / down, 2 * size_bytes / inside)


def repair_table(memory: ArrayDevice, shape: tuple[int, int], batches: Sequence[int], repeats: int) -> Iterator[str]:
    """Yield the table of image repair: milliseconds an image, there and back, by step and batch size."""
    speeds = speeds_of(memory, shape[0] * shape[1], repeats)
    rates = ", ".join(f"{name} {value / 1e9:.1f}" for name, value in speeds._asdict().items())
    yield f"{shape[1]} x {shape[0]} grey pixels; memory speeds measured, GB/s: {rates}.\n"
    yield "| step | OpenCV on the processor, ms | images together | ms an image | share of the limit | limited by |"
    yield "|---|---|---|---|---|---|"
    page = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    for step, (ours, opencv) in STEPS.items():
        beside = 1000 * median_seconds(partial(opencv, page), repeats)
        for count in batches:
            seconds = median_seconds(partial(_there_and_back, memory, ours, page, count), repeats) / count
            share, limit = limited(seconds, page.nbytes, speeds)
            yield f"| {step} | {beside:.2f} | {count} | {1000 * seconds:.3f} | {share:.0%} | {limit} |"


def limited(seconds: float, size_bytes: int, speeds: Speeds) -> tuple[float, str]:
    """Return the share of the fastest that memory allows (in once, out once, read and written once), and the limit."""
    bus = size_bytes / speeds.up + size_bytes / speeds.down
    least = bus + 2 * size_bytes / speeds.inside
    return min(
        1.0, least / seconds
    ), "moving to and from the device" if bus > seconds / 2 else "the steps on the device"


def _there_and_back(memory: ArrayDevice, step: Callable[[Any, Any], Any], page: Gray, count: int) -> None:
    def work(pages: Sequence[Gray]) -> list[Gray]:
        with memory.at_work():
            return list(memory.download(step(memory.xp, memory.upload(pages))))

    halving(work, [page] * count, memory.out_of_memory, memory.release)


def made_drawings(folder: Path, count: int) -> list[Path]:
    """Write COUNT different made sheets as PDF; return their paths."""
    from ocr_tasks.samples.command import random_sample, write

    for seed in range(count):
        write(folder, *random_sample(seed))
    return sorted(folder.glob("*.pdf"))


def given_drawings(folder: Path, count: int) -> list[Path]:
    """Return COUNT drawings at even steps through FOLDER and what is below it; NoDrawings if there is none."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in NAMES and path.is_file())
    if not files:
        raise NoDrawings(f"no drawing is below {folder}: name a folder with {', '.join(sorted(NAMES))} files")
    count = min(count, len(files))
    return [files[k * len(files) // count] for k in range(count)]


def network_table(
    root: Path,
    drawings: Sequence[Path],
    dpi: int | None,
    engines: Sequence[str],
    devices: Sequence[Device],
    batches: Sequence[int],
    repeats: int,
) -> Iterator[str]:
    """Yield the table of the networks alone: pages looked at and lines read a second."""
    works = prepared_works(root / "alone", drawings, dpi, ENGINES[0])
    for stage in (Stage.RENDER, Stage.PREPROCESS, Stage.DETECT):
        run_stage(stage, works, *choose.stage_process(stage, ENGINES[0], "cpu", 0))
    works = [work for work in works if work.rejection() is None]
    pages = [work.page_image(page.page) for work in works for page in work.pages()]
    lines = [cut(work.page_image(region.page), region.quad_px, MARGIN) for work in works for region in work.regions()]
    yield f"{len(pages)} pages, {len(lines)} lines.\n"
    yield "| engine | device | precision | pages found/s | limited by | lines together | lines read/s | limited by |"
    yield "|---|---|---|---|---|---|---|---|"
    processors = len(os.sched_getaffinity(0))
    for engine in engines:
        for device in devices:
            try:
                detector = choose.detector(engine, device, 0)
                recognizer = choose.recognizer(engine, device, 0)
                with Watch(gpu=device == "cuda") as finding:
                    found = median_seconds(lambda: [detector.detect(page) for page in pages], 1)  # noqa: B023
                for count in sorted({min(count, len(lines)) for count in batches}):
                    with Watch(gpu=device == "cuda") as reading:
                        read = median_seconds(lambda: recognizer.read(lines[:count]), repeats)  # noqa: B023
                    yield (
                        f"| {engine} | {detector.info.provider} | {detector.info.precision} | "
                        f"{len(pages) / found:.2f} | {limit_of(finding.usage, processors)} | {count} | "
                        f"{count / read:.3g} | {limit_of(reading.usage, processors)} |"
                    )
            except MachineError as trouble:
                yield f"| {engine} | {device} | not run: {trouble} | | | | | |"


def pages_table(
    root: Path, drawings: Sequence[Path], dpi: int | None, engines: Sequence[str], devices: Sequence[Device]
) -> Iterator[str]:
    """Yield the table of whole pages, image repair on, from the file to the items; engines are loaded before."""
    stages = " | ".join(f"{stage}, s" for stage in READING_STAGES)
    yield f"| engine | device | pages/s | {stages} | slowest | limited by |"
    yield "|" + "---|" * (len(READING_STAGES) + 5)
    processors = len(os.sched_getaffinity(0))
    for engine in engines:
        for device in devices:
            works = prepared_works(root / f"{engine}-{device}", drawings, dpi, engine)
            try:
                ready = {stage: choose.stage_process(stage, engine, device, 0) for stage in READING_STAGES}
                usage: dict[Stage, Usage] = {}
                for stage, (process, info) in ready.items():
                    with Watch(gpu=device == "cuda") as watch:
                        run_stage(stage, works, process, info)
                    usage[stage] = watch.usage
            except MachineError as trouble:
                yield f"| {engine} | {device} | not run: {trouble} |" + " |" * (len(READING_STAGES) + 2)
                continue
            count = sum(len(work.pages()) for work in works if work.rejection() is None)
            slowest = max(usage, key=lambda stage: usage[stage].seconds)
            spent = " | ".join(f"{usage[stage].seconds:.2f}" for stage in READING_STAGES)
            speed = count / sum(one.seconds for one in usage.values())
            limit = limit_of(usage[slowest], processors)
            yield f"| {engine} | {device} | {speed:.2f} | {spent} | {slowest} | {limit} |"


def prepared_works(root: Path, drawings: Sequence[Path], dpi: int | None, engine: str) -> list[Workdir]:
    """Return a workdir a drawing below ROOT: its first page, to be read from its picture with ENGINE, repair on."""
    options = Options(
        render=RenderOptions(text_layer=False, dpi=dpi, pages=(1,)),
        preprocess=PreprocessOptions(clahe="on", blur="on"),
        detect=DetectOptions(engine=engine),
        recognize=RecognizeOptions(engine=engine),
    )
    works = (Workdir.of_file(root, drawing, options) for drawing in drawings)
    return list({work.name: work for work in works}.values())


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201
