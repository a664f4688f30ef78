"""What every test may ask for, and the reasons for which one is skipped."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("DRAWING_ETL_SHARED", ROOT.parent / "shared"))

# Before anything imports Airflow: it writes into its home, which would be the user's own.
os.environ["AIRFLOW_HOME"] = str(ROOT / "build" / f"airflow-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"


def _has_gpu() -> bool:
    return shutil.which("nvidia-smi") is not None


NEEDS = {
    "docker": (lambda: "DRAWING_ETL_TEST_DOCKER" in os.environ, "DRAWING_ETL_TEST_DOCKER=1 is not set"),
    "gpu": (_has_gpu, "no NVIDIA GPU here"),
    "postgres": (lambda: "DRAWING_ETL_TEST_POSTGRES" in os.environ, "DRAWING_ETL_TEST_POSTGRES names no server"),
    "browser": (lambda: shutil.which("chromium") is not None, "no Chromium here"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests whose needs this machine does not meet, each with its reason."""
    asked = {marker for marker in NEEDS if any(item.get_closest_marker(marker) for item in items)}
    missing = {marker: NEEDS[marker][1] for marker in asked if not NEEDS[marker][0]()}
    for item in items:
        for marker, reason in missing.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def shared_drawings() -> Path:
    """The folder of real drawings with truth; the test is skipped where it is absent."""
    folder = SHARED / "drawings"
    if not folder.is_dir():
        pytest.skip(f"the shared drawings are not at {folder}: set DRAWING_ETL_SHARED")
    return folder
