"""The environment, read once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drawing_etl.airflow_home import environment, password
from drawing_etl.settings import PROJECT, Settings, SettingsError


def test_the_defaults_are_the_embedded_layout() -> None:
    settings = Settings.from_env({})
    var = PROJECT / "var"
    assert (settings.inbox, settings.work_root, settings.reports) == (var / "inbox", var / "work", var / "reports")
    assert settings.database_url == f"sqlite:///{var / 'warehouse.sqlite'}"
    assert settings.thresholds.is_file()


def test_one_variable_moves_all_of_it(tmp_path: Path) -> None:
    settings = Settings.from_env({"DRAWING_ETL_VAR": str(tmp_path), "DRAWING_ETL_INBOX": ""})
    assert settings.inbox == tmp_path / "inbox" and str(tmp_path) in settings.database_url


@pytest.mark.parametrize(
    ("name", "value"), [("RUNTIME", "cloud"), ("THREADS", "two"), ("BATCH_SIZE", "0"), ("SETTLE_S", "-1")]
)
def test_a_value_that_cannot_be_right_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"DRAWING_ETL_{name}"):
        Settings.from_env({f"DRAWING_ETL_{name}": value})


@pytest.mark.parametrize(
    "command",
    [
        "cli version",
        "export 0123456789abcdef --to csv --out x.csv",
        "warehouse check",
        "prepare",
        "golden",
        "prune",
        "ui",
        "ingest",
    ],
)
def test_every_command_tells_a_wrong_value_in_a_sentence(command: str) -> None:
    module, *arguments = command.split()
    start = ["drawing_etl", module] if module in ("golden", "prune") else [f"drawing_etl.{module}"]
    env = os.environ | {"DRAWING_ETL_THREADS": "two"}
    ran = subprocess.run([sys.executable, "-m", *start, *arguments], env=env, capture_output=True, text=True)
    assert ran.returncode in (1, 2)
    assert "DRAWING_ETL_THREADS is 'two': set it to a number" in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr


def test_a_password_in_the_database_address_is_not_shown() -> None:
    settings = Settings.from_env({"DRAWING_ETL_DATABASE_URL": "postgresql://etl:hunter2@db/drawings"})
    assert "hunter2" not in repr(settings)


def test_the_embedded_airflow_knows_nothing_of_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", "/home/user/airflow")
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://production")
    monkeypatch.setenv("AIRFLOW__CORE__PLUGINS_FOLDER", "/elsewhere")
    env = environment(Settings.from_env({"DRAWING_ETL_VAR": str(tmp_path)}))
    assert env["AIRFLOW_HOME"] == str(tmp_path / "airflow")
    assert "production" not in str(env) and "elsewhere" not in str(env)
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_secrets_are_made_once_and_kept_for_the_owner_only(tmp_path: Path) -> None:
    settings = Settings.from_env({"DRAWING_ETL_VAR": str(tmp_path / "one")})
    other = Settings.from_env({"DRAWING_ETL_VAR": str(tmp_path / "two")})
    assert password(settings) == password(settings) != password(other)
    assert len(password(settings)) >= 16
    assert environment(settings) == environment(settings)
    for name in ("passwords.json", "secrets.json"):
        assert (settings.airflow_home / name).stat().st_mode & 0o077 == 0
