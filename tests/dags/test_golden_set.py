"""The DAG of the golden set: one drawing is read, then those that its reader has never read, then all is scored."""

from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

from ocr_tasks.contract import READING_STAGES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def dag() -> DAG:
    bag = DagBag(ROOT / "dags" / "golden_set.py", bundle_name="dags-folder")
    assert bag.import_errors == {}
    return bag.dags["golden_set"]


def test_it_runs_before_the_nightly_run(dag: DAG) -> None:
    nightly = DagBag(ROOT / "dags" / "drawing_ingest.py", bundle_name="dags-folder").dags["drawing_ingest"]
    assert (dag.timetable.expression, nightly.timetable.expression) == ("0 0 * * *", "0 1 * * *")
    assert dag.catchup is False and dag.max_active_runs == 1


def test_one_drawing_shows_who_reads_before_the_others_are_chosen(dag: DAG) -> None:
    assert "read_one.postprocess" in dag.get_task("choose").upstream_task_ids
    others = dag.task_group.get_task_group_dict()["read_others"]
    assert [task.task_id.removeprefix("read_others.") for task in others.topological_sort()] == list(READING_STAGES)
    assert dag.get_task("read_others.render").get_closest_mapped_task_group() is others


def test_it_is_scored_also_where_nothing_was_to_be_read(dag: DAG) -> None:
    score = dag.get_task("score")
    assert score.trigger_rule == "none_failed_min_one_success"
    assert score.upstream_task_ids == {"probe", "read_others.postprocess"}
    assert score.pool == "warehouse"


def test_every_task_has_a_time_limit(dag: DAG) -> None:
    for task in dag.tasks:
        assert timedelta() < task.execution_timeout <= timedelta(hours=6), task.task_id
