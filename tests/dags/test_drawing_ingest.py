"""The DAG as Airflow reads it: it parses fast, says what it is, and holds what each task needs to survive a night."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, ExceptionRetryPolicy
from airflow.sdk.exceptions import ParamValidationError

from ocr_tasks.contract import READING_STAGES, Stage

ROOT = Path(__file__).parents[2]
HEAVY = ("numpy", "cv2", "PIL", "pandas", "onnxruntime", "great_expectations", "pypdfium2", "ezdxf", "torch", "docker")


@pytest.fixture(scope="module")
def dag() -> DAG:
    bag = DagBag(ROOT / "dags" / "drawing_ingest.py", bundle_name="dags-folder")
    assert bag.import_errors == {}
    assert list(bag.dags) == ["drawing_ingest"]
    return bag.dags["drawing_ingest"]


@pytest.mark.parametrize("module", sorted(path.stem for path in (ROOT / "dags").glob("*.py")))
def test_parsing_is_fast_and_imports_nothing_heavy(module: str) -> None:
    program = f"""
import sys, time, json
import airflow.sdk, airflow.dag_processing.dagbag
from airflow.sdk import DAG, BaseOperator
before = set(sys.modules)
began = time.process_time()
sys.path.insert(0, {str(ROOT / "dags")!r})
import {module}
print(json.dumps({{"seconds": time.process_time() - began, "modules": sorted(set(sys.modules) - before)}}))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["seconds"] < 1.0, "processor time beside Airflow's own import"
    assert {module.partition(".")[0] for module in told["modules"]} & set(HEAVY) == set()


def test_each_batch_flows_through_all_stages_in_order(dag: DAG) -> None:
    group = dag.task_group.get_task_group_dict()["process"]
    order = [task.task_id.removeprefix("process.") for task in group.topological_sort()]
    assert order == [*READING_STAGES, Stage.VALIDATE, Stage.LOAD, "discard_rasters"]
    assert dag.get_task("process.render").get_closest_mapped_task_group() is group
    assert dag.get_task("process.discard_rasters").is_teardown


def test_a_failed_batch_is_seen_at_the_end_and_stops_no_other(dag: DAG) -> None:
    leaves = {task.task_id for task in dag.tasks if not task.downstream_task_ids and not task.is_teardown}
    assert leaves == {"report", "all_loaded"}
    for name in leaves:
        assert dag.get_task(name).trigger_rule == "all_done"
        assert dag.get_task(name).upstream_task_ids == {"process.load"}


def test_every_task_has_a_time_limit_retry_rules_and_a_pool_that_exists(dag: DAG) -> None:
    from drawing_etl.airflow_home import POOLS

    for task in dag.tasks:
        assert timedelta() < task.execution_timeout <= timedelta(hours=6), task.task_id
        assert isinstance(task.retry_policy, ExceptionRetryPolicy), task.task_id
        assert task.pool in {*POOLS, "default_pool"}, task.task_id
        if task.task_id not in ("all_loaded", "process.discard_rasters"):
            assert task.retries >= 1, task.task_id
    writers = {task.task_id for task in dag.tasks if task.pool == "warehouse"}
    assert {"process.load", "report"} <= writers


def test_the_schedule_has_data_intervals_and_nothing_runs_twice_at_once(dag: DAG) -> None:
    assert type(dag.timetable).__name__ == "CronDataIntervalTimetable"
    assert dag.catchup is False
    assert dag.max_active_runs == 1
    assert dag.get_task("intake").max_active_tis_per_dag == 1


def test_the_ui_explains_the_dag_and_its_parameters(dag: DAG) -> None:
    assert "backfill" in (dag.doc_md or "") and "reprocess" in (dag.doc_md or "")
    for name in ("glob", "engine", "text_source", "preprocessing", "dpi", "reprocess", "batch_size"):
        param = dag.params.get_param(name)
        assert param.description and param.schema.get("title"), name
        param.resolve()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("glob", ""),
        ("engine", "abacus"),
        ("text_source", "guess"),
        ("preprocessing", "maybe"),
        ("preprocessing_steps", ["clahe", "magic"]),
        ("dpi", 7),
        ("dpi", "300"),
        ("reprocess", "yes"),
        ("batch_size", 0),
    ],
)
def test_a_parameter_that_cannot_be_right_is_refused_at_the_trigger(dag: DAG, name: str, value: object) -> None:
    with pytest.raises(ParamValidationError):
        dag.params.get_param(name).resolve(value)


def test_other_dags_can_wait_for_the_load(dag: DAG) -> None:
    assert [asset.name for asset in dag.get_task("report").outlets] == ["drawings_loaded"]


def test_the_dag_survives_serialization(dag: DAG) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    stored = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))
    assert set(stored.task_dict) == set(dag.task_dict)
