"""What is next is fetched, or brought to the device, by a thread while the one before is worked on."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from ocr_tasks.engines import Gray

In = TypeVar("In")
Out = TypeVar("Out")

MEMORY_PAGE = 4096
"""Bytes that the system fetches from a mapped file at least."""


def ahead(load: Callable[[In], Out], items: Iterable[In], most: int = 1) -> Iterator[Out]:
    """Yield LOAD of each item, in order; a thread loads up to MOST of them beyond the one that was asked for.

    What LOAD raises is raised in its place. A thread that still loads is waited for when the caller ends early.
    """
    waiting: deque[Future[Out]] = deque()
    with ThreadPoolExecutor(1) as thread:
        for item in items:
            waiting.append(thread.submit(load, item))
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def fetched_ahead(pages: Iterable[Callable[[], Gray]]) -> Iterator[Gray]:
    """Yield the image that each of PAGES opens, in order, all of it in memory; the next while the one is worked on."""
    return ahead(lambda opened: fetched(opened()), pages)


def fetched(image: Gray) -> Gray:
    """Return IMAGE, which may be mapped from a file, once all of it is in memory: nothing is copied."""
    image.reshape(-1)[::MEMORY_PAGE].max(initial=0)
    return image
