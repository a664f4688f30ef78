"""Image repair in batches on an NVIDIA GPU; the same code runs on NumPy. Decisions and order are `engines.opencv`'s.

What a page needs is measured on the host, a thread a page, and a skewed page is turned there; the rest is calculated
on the device. While it works on a run of pages, the next run is read, measured and uploaded.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np

from ocr_tasks.ahead import ahead
from ocr_tasks.contract import EngineInfo, PreprocessOptions
from ocr_tasks.engines import Gray, Prepared, array_image
from ocr_tasks.engines.array_devices import ArrayDevice, CudaDevice
from ocr_tasks.engines.array_image import Array
from ocr_tasks.engines.grey import require_grey
from ocr_tasks.engines.memory import batch_size, halving
from ocr_tasks.engines.opencv import level_table, needed, spread, turned
from ocr_tasks.engines.page_measures import BLOCK, PageMeasures, measure, paper_light

RUN_PIXELS = 40_000_000
"""Pages measured and uploaded together: little against the largest sheet."""

BYTES_A_PIXEL = {"clahe": 32, "opening": 72, "blur": 24, "threshold": 20, "sharpen": 24}
"""What a step takes at its peak, its intermediate arrays counted; as measured with NumPy, rounded up."""


class Planned(NamedTuple):
    """A page and what is to be done with it."""

    page: Gray
    measured: PageMeasures
    steps: dict[str, float]


class Group(NamedTuple):
    """Pages of one size that need the same."""

    places: list[int]
    """In their run."""
    plans: list[Planned]
    uploaded: Array | None
    """The pages on the device; None if its memory had no room for them beside the work on others."""


class Run(NamedTuple):
    """Pages that are ready to be repaired."""

    plans: list[Planned]
    groups: list[Group]


class ArrayPreprocessor:
    """Repairs pages in batches. Memory that was taken is given back after each batch."""

    def __init__(self, device: ArrayDevice | None = None, threads: int = 0, run_pixels: int = RUN_PIXELS) -> None:
        self._device = CudaDevice() if device is None else device
        self._threads = threads or len(os.sched_getaffinity(0))
        self._run_pixels = run_pixels

    @property
    def info(self) -> EngineInfo:
        device = self._device
        return EngineInfo(name="array", device=device.device, provider=device.provider, precision="uint8")

    def prepare(self, pages: Iterable[Gray], options: PreprocessOptions) -> Iterator[Prepared]:
        """Yield each page repaired, of its own size, or `image` None where it needs nothing.

        Pages of one size that need the same are one batch; a batch too large for the memory is halved.
        OutOfDeviceMemory if a single page is too large.
        """
        runs = ahead(partial(self._ready, options=options), runs_of(pages, self._run_pixels))
        for results in map(partial(self._results, options=options), runs):  # keeps no run: its pages are on the device
            yield from results
        self._device.release()

    def _results(self, run: Run, options: PreprocessOptions) -> list[Prepared]:
        images: dict[int, Gray] = {}
        for group in run.groups:
            images.update(zip(group.places, self._repaired(group, options), strict=True))
        return [
            Prepared(images.get(place), plan.steps, {name: round(v, 3) for name, v in plan.measured._asdict().items()})
            for place, plan in enumerate(run.plans)
        ]

    def _ready(self, pages: Sequence[Gray], options: PreprocessOptions) -> Run:
        """Measure a run of pages and upload those that need something, beside the work on the run before."""
        with ThreadPoolExecutor(self._threads) as pool:
            plans = list(pool.map(lambda page: _plan(page, options), pages))
        groups = []
        for places in alike(plans):
            chosen = [plans[place] for place in places]
            try:
                with self._device.beside_work():
                    uploaded = self._device.upload([_upright(plan) for plan in chosen])
            except self._device.out_of_memory:
                uploaded = None
            groups.append(Group(places, chosen, uploaded))
        return Run(plans, groups)

    def _repaired(self, group: Group, options: PreprocessOptions) -> Iterator[Gray]:
        """Yield the pages of GROUP repaired, as many at once as the memory holds; it is given back after each batch."""
        plans, device = group.plans, self._device
        dearest = max(BYTES_A_PIXEL.get(step, 2) for step in plans[0].steps) + 1  # and the next run's pages
        size = batch_size(device.free_bytes(), dearest * max(1, plans[0].page.size))

        def repair(places: Sequence[int]) -> list[Gray]:
            some = slice(places[0], places[-1] + 1)
            return self._repair(plans[some], None if group.uploaded is None else group.uploaded[some], options)

        for start in range(0, len(plans), size):
            places = range(start, min(start + size, len(plans)))
            yield from halving(repair, places, device.out_of_memory, device.release)
            device.release()

    def _repair(self, plans: Sequence[Planned], uploaded: Array | None, options: PreprocessOptions) -> list[Gray]:
        with self._device.at_work():
            if uploaded is None:
                uploaded = self._device.upload([_upright(plan) for plan in plans])
            return list(self._device.download(self._apply(uploaded, plans, options)))

    def _apply(self, batch: Array, plans: Sequence[Planned], options: PreprocessOptions) -> Array:
        xp, steps = self._device.xp, plans[0].steps
        if "blur" in steps:
            batch = array_image.blur(xp, batch, steps["blur"])
        if "clahe" in steps:
            batch = array_image.divided(xp, batch, self._backgrounds(batch))
            tables = [level_table(255 * plan.measured.ink / max(plan.measured.paper, 1.0)) for plan in plans]
            batch = array_image.mapped(xp, batch, xp.asarray(np.stack(tables)))
            batch = array_image.clahe(xp, batch, steps["clahe"], options.clahe_tiles)
        if "threshold" in steps:
            batch = array_image.threshold(xp, batch, options.threshold_block_px | 1, steps["threshold"])
        if "opening" in steps:
            batch = array_image.without_specks(xp, batch, round(steps["opening"]))
        if "sharpen" in steps:
            batch = array_image.sharpen(xp, batch, steps["sharpen"])
        return batch

    def _backgrounds(self, batch: Array) -> Array:
        """Return the light of each page's paper, of the batch's shape: found on the device, spread on the host."""
        height, width = batch.shape[1:]
        if min(height, width) < BLOCK:
            light = [paper_light(page) for page in self._device.download(batch)]
        else:
            light = list(self._device.download(array_image.light_of_blocks(self._device.xp, batch, BLOCK)))
        return self._device.upload([spread(np.ascontiguousarray(one), (height, width)) for one in light])


def runs_of(pages: Iterable[Gray], pixels: int) -> Iterator[list[Gray]]:
    """Yield runs of pages of at most PIXELS together; a page above it is a run of its own."""
    run: list[Gray] = []
    for page in pages:
        if run and sum(one.size for one in run) + page.size > pixels:
            yield run
            run = []
        run.append(page)
    if run:
        yield run


def alike(plans: Sequence[Planned]) -> list[list[int]]:
    """Return the places of pages that need something, those of one size and the same steps together."""
    groups: dict[object, list[int]] = {}
    for index, plan in enumerate(plans):
        if plan.steps:
            steps = tuple((name, strength) for name, strength in plan.steps.items() if name != "deskew")
            groups.setdefault((plan.page.shape, steps), []).append(index)
    return list(groups.values())


def _plan(page: Gray, options: PreprocessOptions) -> Planned:
    require_grey([page])
    measured = measure(page, options.max_skew_deg)
    return Planned(page, measured, needed(measured, options))


def _upright(plan: Planned) -> Gray:
    if "deskew" not in plan.steps:
        return plan.page
    return turned(np.ascontiguousarray(plan.page), -plan.steps["deskew"])
