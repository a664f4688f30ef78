"""Image repair in batches on an NVIDIA GPU; the same code runs on NumPy. Decisions and order are `engines.opencv`'s.

What a page needs is measured on the host, a thread a page, and a skewed page is turned there; the rest is calculated
on the device.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from ocr_tasks.contract import EngineInfo, PreprocessOptions
from ocr_tasks.engines import Gray, Prepared, array_image
from ocr_tasks.engines.array_devices import ArrayDevice, CudaDevice
from ocr_tasks.engines.array_image import Array
from ocr_tasks.engines.grey import require_grey
from ocr_tasks.engines.memory import batch_size, halving
from ocr_tasks.engines.opencv import level_table, needed, spread, turned
from ocr_tasks.engines.page_measures import BLOCK, PageMeasures, measure, paper_light

BYTES_A_PIXEL = {"clahe": 32, "opening": 72, "blur": 24, "threshold": 20, "sharpen": 24}
"""What a step takes at its peak, its intermediate arrays counted; as measured with NumPy, rounded up."""


class Planned(NamedTuple):
    """A page and what is to be done with it."""

    page: Gray
    measured: PageMeasures
    steps: dict[str, float]


class ArrayPreprocessor:
    """Repairs pages in batches. Memory that was taken is given back after each batch."""

    def __init__(self, device: ArrayDevice | None = None, threads: int = 0) -> None:
        self._device = CudaDevice() if device is None else device
        self._threads = threads or len(os.sched_getaffinity(0))

    @property
    def info(self) -> EngineInfo:
        device = self._device
        return EngineInfo(name="array", device=device.device, provider=device.provider, precision="uint8")

    def prepare(self, pages: Sequence[Gray], options: PreprocessOptions) -> list[Prepared]:
        """Return each page repaired, of its own size, or `image` None where it needs nothing.

        Pages of one size that need the same are one batch; a batch too large for the memory is halved.
        OutOfDeviceMemory if a single page is too large.
        """
        with ThreadPoolExecutor(self._threads) as pool:
            plans = list(pool.map(lambda page: _plan(page, options), pages))
        images: dict[int, Gray] = {}
        for chosen in alike(plans):
            pixels = plans[chosen[0]].page.size
            dearest = max(BYTES_A_PIXEL.get(step, 2) for step in plans[chosen[0]].steps)
            size = batch_size(self._device.free_bytes(), dearest * max(1, pixels))
            for start in range(0, len(chosen), size):
                batch = chosen[start : start + size]
                repaired = halving(
                    lambda some: self._repair(some, options),
                    [plans[index] for index in batch],
                    self._device.out_of_memory,
                    self._device.release,
                )
                images.update(zip(batch, repaired, strict=True))
                self._device.release()
        return [
            Prepared(images.get(index), plan.steps, {name: round(v, 3) for name, v in plan.measured._asdict().items()})
            for index, plan in enumerate(plans)
        ]

    def _repair(self, plans: Sequence[Planned], options: PreprocessOptions) -> list[Gray]:
        upright = [_upright(plan) for plan in plans]
        with self._device.at_work():
            batch = self._device.upload(upright)
            batch = self._apply(batch, plans, options)
            return list(self._device.download(batch))

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
