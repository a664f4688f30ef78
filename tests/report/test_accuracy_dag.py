"""The DAG `accuracy_report` as Airflow runs it: after a load, over any nights, with and without mail."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG
from airflow.sdk.exceptions import ParamValidationError
from post_office import post_office
from test_accuracy_report import Nightly

from drawing_etl.airflow_home import POOLS, environment
from drawing_etl.report.mail import CONNECTION, MailRefused, receivers
from drawing_etl.settings import PROJECT, Settings

RUN = """
import json, os, sys
from airflow.dag_processing.dagbag import DagBag
from drawing_etl.airflow_home import POOLS, prepare
from drawing_etl.settings import PROJECT
prepare(POOLS)
dag = DagBag(PROJECT / "dags" / "accuracy_report.py", bundle_name="dags-folder").dags["accuracy_report"]
name, connection, *confs = json.loads(sys.argv[1])
for conf in confs:
    print("ended", dag.test(run_conf=conf).state)
    os.environ[name] = connection
"""


@pytest.fixture(scope="module")
def dag() -> DAG:
    bag = DagBag(PROJECT / "dags" / "accuracy_report.py", bundle_name="dags-folder")
    assert bag.import_errors == {}
    return bag.dags["accuracy_report"]


def test_it_runs_after_each_load_and_for_any_nights(dag: DAG) -> None:
    assert dag.timetable.asset_condition.name == "drawings_loaded"
    assert dag.max_active_runs == 1
    for task in dag.tasks:
        assert task.execution_timeout and task.pool in {*POOLS, "default_pool"}
    for name, value in (("first", "2026-02-30x"), ("last", 5), ("price_an_hour", -1)):
        with pytest.raises(ParamValidationError):
            dag.params.get_param(name).resolve(value)
    assert [dag.params.get_param(name).resolve() for name in dag.params] == [None] * 3


def test_real_runs_write_reports_and_mail_them_where_a_connection_says_to_whom(tmp_path: Path) -> None:
    Nightly(tmp_path)
    env = environment(Settings.from_env({"DRAWING_ETL_VAR": str(tmp_path)}))
    confs = [
        {"first": "2001-01-01", "last": "2001-01-31"},
        {"first": "2026-02-20", "last": "2026-03-10", "price_an_hour": 3},
        {"first": "2026-03-03", "last": "2026-03-02"},
    ]
    with post_office() as office:
        extra = {"from_email": "etl@example.com", "to": "a@example.com, b@example.com"}
        extra |= {"disable_ssl": True, "disable_tls": True}
        connection = {"conn_type": "smtp", "host": "127.0.0.1", "port": office.port, "extra": extra}
        told = json.dumps([f"AIRFLOW_CONN_{CONNECTION.upper()}", json.dumps(connection), *confs])
        ran = subprocess.run([sys.executable, "-c", RUN, told], env=env, capture_output=True, text=True, timeout=280)
    said = ran.stdout + ran.stderr
    assert re.findall(r"ended (\w+)", said) == ["success", "success", "failed"], said[-3000:]
    assert "not mailed: there is no connection drawing_etl_mail" in said
    assert "trigger it with another" in said
    empty, folder = sorted((tmp_path / "reports" / "accuracy").iterdir(), key=lambda path: path.stat().st_mtime)
    assert "Nothing ran in these nights" in (empty / "report.html").read_text(encoding="utf-8")
    assert "180 texts on 6 drawings" in (folder / "report.html").read_text(encoding="utf-8").replace("\n", " ")
    ((receivers_of_it, letter),) = office.letters
    assert receivers_of_it == ["a@example.com", "b@example.com"]
    assert letter["subject"] == "Engineering drawings read, 2026-02-20 to 2026-03-10"
    attached = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    assert attached == {name: (folder / name).read_bytes() for name in ("report.pdf", "figures.xlsx")}


@pytest.mark.parametrize("extra", [{}, {"to": ""}, {"to": "nobody"}, {"to": ["a@b.c\r\nBcc: x@y.z"]}])
def test_a_connection_without_a_receiver_is_refused_with_the_remedy(extra: dict[str, object]) -> None:
    with pytest.raises(MailRefused, match="extra"):
        receivers(extra)
    assert os.linesep not in "".join(receivers({"to": ["a@b.c", " d@e.f "]}))
