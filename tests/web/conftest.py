"""An installation for each test, copied from one that is made once."""

from pathlib import Path

import pytest
from web_night import Installation, make_night


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """The one table that Airflow's login asks: that of tokens whose users logged out."""
    from airflow import settings
    from airflow.models.revoked_token import RevokedToken

    RevokedToken.__table__.create(settings.engine, checkfirst=True)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("web")
    make_night(root)
    return root


@pytest.fixture
def site(night: Path, airflow_database: None, tmp_path: Path) -> Installation:
    return Installation.copy_of(night, tmp_path / "var")
