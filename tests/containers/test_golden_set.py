"""The golden set read in containers: the same DAG, and the same reader as that of local processes."""

from pathlib import Path

import pytest
from docker import APIClient
from engine_room import ours
from golden_night import GoldenNights

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("docker"), pytest.mark.timeout(900)]


def test_containers_read_the_golden_set_as_local_processes_do(work_root: Path, image: str, engine: APIClient) -> None:
    containers = {
        "DRAWING_ETL_RUNTIME": "docker",
        "DRAWING_ETL_IMAGE_CPU": image,
        "DRAWING_ETL_WORK": str(work_root / "work"),
    }
    nights = GoldenNights(work_root / "var", containers)
    (work_root / "work").mkdir(mode=0o777)
    first = nights.run()
    assert first["run"] == "success" and first["states"]["read_others.postprocess[0]"] == "success"
    (figures,) = nights.figures()
    assert figures[1:] == (2, 6, 1.0)

    nights.environ["DRAWING_ETL_RUNTIME"] = "local"
    second = nights.run()
    others = {state for task, state in second["states"].items() if task.startswith("read_others.")}
    assert others == {"skipped"}, "the same code with the same weights is the same reader, wherever it runs"
    assert nights.figures() == [figures]
    assert ours(engine, work_root / "work") == []
