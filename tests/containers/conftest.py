"""A real Docker engine, the real image, real drawings, and workers that can be killed."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import APIClient
from engine_room import build, ours


@pytest.fixture(scope="session")
def image() -> str:
    """The CPU image of this checkout."""
    return build("images/ocr-cpu/Dockerfile", "drawing-etl/ocr-cpu:test")


@pytest.fixture(scope="session")
def engine() -> APIClient:
    """The machine's engine. Whoever asked for these tests has one: without it they fail, they are not skipped."""
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
