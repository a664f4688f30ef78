"""Batches fit the memory, and nothing is lost or doubled when they did not."""

from collections.abc import Sequence

import pytest

from ocr_tasks.engines.memory import batch_size, halving, host_free_bytes
from ocr_tasks.errors import OutOfDeviceMemory


@pytest.mark.parametrize("room", [1, 2, 3, 7, 100])
def test_a_batch_is_halved_until_it_fits(room: int) -> None:
    tried: list[int] = []
    released: list[int] = []

    def work(batch: Sequence[int]) -> list[int]:
        tried.append(len(batch))
        if len(batch) > room:
            raise MemoryError("planted")
        return [value * value for value in batch]

    results = halving(work, range(11), (MemoryError,), lambda: released.append(len(tried)))
    assert results == [value * value for value in range(11)]
    assert len(released) == sum(size > room for size in tried)


def test_one_that_does_not_fit_is_told_with_the_remedy() -> None:
    def work(batch: Sequence[int]) -> list[int]:
        raise MemoryError("planted")

    with pytest.raises(OutOfDeviceMemory, match="close other programs"):
        halving(work, [1, 2, 3], (MemoryError,))


def test_other_trouble_is_not_taken_for_memory() -> None:
    def work(batch: Sequence[int]) -> list[int]:
        raise ValueError("something else")

    with pytest.raises(ValueError, match="something else"):
        halving(work, [1, 2], (MemoryError,))


def test_the_size_follows_from_free_memory() -> None:
    assert batch_size(1000, 100) == 6
    assert batch_size(0, 100) == 1
    assert batch_size(10**12, 0) == 4096
    assert host_free_bytes() > 0
