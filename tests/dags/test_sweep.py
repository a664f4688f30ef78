"""What the end of a run sweeps: page pictures of old workdirs, and nothing that merely looks like one."""

import dataclasses
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from drawing_etl.settings import Settings
from drawing_etl.tasks import _sweep, all_loaded


def test_only_workdirs_are_swept(tmp_path: Path) -> None:
    settings = dataclasses.replace(Settings.from_env({}), work_root=tmp_path)
    names = ["a" * 16, "b" * 16 + "-kept-by-hand", "notes"]
    for name in names:
        pages = tmp_path / name / "pages"
        pages.mkdir(parents=True)
        os.utime(pages, (0, 0))
    _sweep(settings, older_than=datetime.now(UTC) - timedelta(days=1))
    assert [(tmp_path / name / "pages").is_dir() for name in names] == [False, True, True]


def test_a_run_without_drawings_sweeps_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAWING_ETL_WORK", str(tmp_path / "work"))
    nothing_new = SimpleNamespace(xcom_pull=lambda task_ids: [])
    all_loaded.function(run_id="first", ti=nothing_new)
    pages = tmp_path / "work" / ("a" * 16) / "pages"
    pages.mkdir(parents=True)
    os.utime(pages, (0, 0))
    all_loaded.function(run_id="second", ti=nothing_new)
    assert not pages.exists()
