"""A real Docker engine, the real image, real drawings, and workers that can be killed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import APIClient
from engine_room import ours

IMAGE = os.environ.get("DRAWING_ETL_TEST_IMAGE", "drawing-etl/ocr-cpu:test")
BASE = os.environ.get("DRAWING_ETL_TEST_BASE", "drawing-etl/base:bookworm")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def image() -> str:
    """The CPU image of this checkout, built on the base that needs no registry."""
    subprocess.run(
        [
            *("docker", "build", "--quiet", "--network", "host", "--build-arg", f"BASE_IMAGE={BASE}"),
            *("--file", "images/ocr-cpu/Dockerfile", "--tag", IMAGE, "."),
        ],
        cwd=ROOT,
        check=True,
    )
    return IMAGE


@pytest.fixture(scope="session")
def engine() -> APIClient:
    return APIClient(version="auto")


@pytest.fixture
def work_root(engine: APIClient) -> Iterator[Path]:
    """A work volume on this host; no container that used it outlives the test."""
    root = Path(tempfile.mkdtemp(prefix="drawing-etl-work-", dir="/var/tmp"))
    root.chmod(0o755)
    yield root
    for container in ours(engine, root):
        engine.remove_container(container["Id"], force=True)
    shutil.rmtree(root)
