"""Batches that fit the device's memory: sized beforehand from what is free, halved where that was too much."""

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

from ocr_tasks.errors import OutOfDeviceMemory

In = TypeVar("In")
Out = TypeVar("Out")

SHARE = 0.6
"""Of free memory that is taken: the rest is for what libraries take besides, and for a second process."""


def batch_size(free_bytes: int, bytes_each: int, most: int = 4096) -> int:
    """Return how many things of BYTES_EACH may be worked on together: at least 1, at most MOST."""
    return max(1, min(most, int(free_bytes * SHARE) // max(1, bytes_each)))


def host_free_bytes() -> int:
    """Return the host's memory that nothing uses, caches not counted."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")


_parts = 1


def begin_with(parts: int) -> None:
    """Cut every batch of this process into so many parts from the start: for a try after one that ran out of memory."""
    global _parts
    _parts = max(1, parts)


def halving(
    work: Callable[[Sequence[In]], list[Out]],
    batch: Sequence[In],
    out_of_memory: tuple[type[BaseException], ...] = (OutOfDeviceMemory,),
    release: Callable[[], None] = lambda: None,
) -> list[Out]:
    """Return WORK's results for BATCH, one each; where memory is too small, for its halves, down to one by one.

    RELEASE is called before a half is tried. OutOfDeviceMemory if even one does not fit.
    """
    size = max(1, -(-len(batch) // _parts))
    parts = [batch[start : start + size] for start in range(0, len(batch), size)]
    return [result for part in parts for result in _halved(work, part, out_of_memory, release)]


def _halved(
    work: Callable[[Sequence[In]], list[Out]],
    batch: Sequence[In],
    out_of_memory: tuple[type[BaseException], ...],
    release: Callable[[], None],
) -> list[Out]:
    try:
        return work(batch)
    except out_of_memory as error:
        if len(batch) <= 1:
            raise OutOfDeviceMemory(
                f"even one item does not fit the device's memory ({error}): close other programs on the device, "
                "or lower the resolution (option dpi)"
            ) from error
    release()  # outside the handler: the error's traceback holds the arrays of the failed attempt
    half = len(batch) // 2
    first = _halved(work, batch[:half], out_of_memory, release)
    return first + _halved(work, batch[half:], out_of_memory, release)
