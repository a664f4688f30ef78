"""The GPU that a stage gets, with a driver's program that answers as the real one does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from airflow.sdk import RetryAction

from drawing_etl.container_task import RETRY_IN_CONTAINERS
from drawing_etl.gpus import QUERY, Gpu, GpuFull, choose, probe
from ocr_tasks.errors import DeviceUnavailable

TWO = "0, GPU-aaaa, 24576, 1200\n1, GPU-bbbb, 24576, 24100\n"
SMALL, LARGE = Gpu("0", "GPU-aaaa", 4096, 4000), Gpu("1", "GPU-bbbb", 24576, 24100)

Driver = Callable[[str], None]


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    """Put an `nvidia-smi` on the path: a shell script with the body given."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def install(body: str) -> None:
        program = tmp_path / "nvidia-smi"
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)

    return install


def answering(answer: str) -> str:
    """Return a script that gives ANSWER to the question that is really asked, and refuses any other."""
    return f"""[ "$*" = "{" ".join(QUERY)}" ] || {{ echo "Field is not a valid field to query."; exit 2; }}
cat <<'end'
{answer}end"""


def test_the_driver_is_asked_for_memory(driver: Driver) -> None:
    driver(answering(TWO))
    assert probe() == [Gpu("0", "GPU-aaaa", 24576, 1200), Gpu("1", "GPU-bbbb", 24576, 24100)]


@pytest.mark.parametrize(
    "body",
    [
        'echo "No devices were found"; exit 6',
        'echo "NVIDIA-SMI has failed because it couldn\'t communicate with the NVIDIA driver." >&2; exit 9',
        'echo "0, GPU-aaaa, [N/A], [N/A]"',
        "kill -SEGV $$",
        ":",
    ],
)
def test_a_driver_that_says_nothing_of_use_is_no_reason_to_fail(driver: Driver, body: str) -> None:
    driver(body)
    assert probe() == []


def test_without_a_driver_nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert probe() == []


def test_the_stage_goes_where_memory_is_free() -> None:
    full = LARGE._replace(number="0", uuid="GPU-aaaa", free_mib=1200)
    assert choose([full, LARGE], (), 2048, []) == LARGE


def test_of_those_with_room_the_one_with_the_fewest_stages() -> None:
    freer = LARGE._replace(number="2", uuid="GPU-cccc", free_mib=24500)
    assert choose([LARGE, freer], (), 2048, []) == freer
    assert choose([LARGE, freer], (), 2048, ["GPU-cccc"]) == LARGE
    assert choose([LARGE, freer], (), 2048, ["2", "GPU-bbbb", "1"]) == freer


@pytest.mark.parametrize("ids", [["0"], ["GPU-aaaa"]])
def test_only_those_that_are_allowed(ids: list[str]) -> None:
    assert choose([SMALL, LARGE], ids, 2048, ["GPU-aaaa"]) == SMALL


def test_a_gpu_that_could_never_do_it_fails_at_once_with_the_remedy() -> None:
    with pytest.raises(DeviceUnavailable, match=r"8192 MiB \(GPU 0: 4000 of 4096 MiB free\).*larger GPU") as too_small:
        choose([SMALL], (), 8192, [])
    with pytest.raises(DeviceUnavailable, match=r"none of the GPUs 7 is here.*DRAWING_ETL_GPU_IDS"):
        choose([SMALL, LARGE], ["7"], 2048, [])
    assert RETRY_IN_CONTAINERS.evaluate(too_small.value, 1, 3).action is RetryAction.FAIL


def test_a_gpu_that_is_full_now_is_tried_again() -> None:
    with pytest.raises(GpuFull, match=r"no GPU has 2048 MiB free \(GPU 1: 100 of 24576") as full:
        choose([LARGE._replace(free_mib=100)], (), 2048, [])
    assert RETRY_IN_CONTAINERS.evaluate(full.value, 1, 3).action is RetryAction.RETRY
