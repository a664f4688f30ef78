"""Batches fit the memory, and nothing is lost or doubled when they did not."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from ocr_tasks.engines.memory import batch_size, begin_with, halving, host_free_bytes
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


class Fragmenting:
    """Squares numbers, ROOM at most at once; once it ran out, nothing fits any more."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.batches: list[int] = []

    def square(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(len(numbers))
        if len(numbers) > self.room:
            self.room = 0
            raise OutOfDeviceMemory("full")
        return [number * number for number in numbers]


@pytest.fixture
def smaller() -> Iterator[Callable[[int], None]]:
    yield begin_with
    begin_with(1)


def test_where_running_out_cannot_be_undone_smaller_batches_from_the_start_go_through(
    smaller: Callable[[int], None],
) -> None:
    numbers = list(range(10))
    with pytest.raises(OutOfDeviceMemory):
        halving(Fragmenting(3).square, numbers)
    smaller(4)
    device = Fragmenting(3)
    assert halving(device.square, numbers) == [number**2 for number in numbers]
    assert device.batches == [3, 3, 3, 1]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_batch_of_fewer_items_than_parts_loses_none(smaller: Callable[[int], None], count: int) -> None:
    smaller(8)
    assert halving(Fragmenting(1).square, list(range(count))) == [number**2 for number in range(count)]
