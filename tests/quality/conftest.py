"""Thresholds as the project ships them."""

import pytest

from drawing_etl.quality import Thresholds


@pytest.fixture(scope="session")
def thresholds() -> Thresholds:
    return Thresholds.load()
