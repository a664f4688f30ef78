"""An hour before the nightly run: is the golden set still read as well as was accepted?"""

from datetime import datetime, timedelta

from airflow.sdk import CronTriggerTimetable, TriggerRule, chain, dag, task_group

from drawing_etl.golden.tasks import choose, probe, score
from drawing_etl.operators import stage_task
from drawing_etl.tasks import TASK_DEFAULTS
from ocr_tasks.contract import READING_STAGES

DOC = """
# Is the golden set still read as well?

The golden set are drawings whose strings are known. One of them is read, to see which version and weights read
tonight. Only if these have never read the set is the set read, and scored. `score` fails if that is significantly worse
than what was accepted last, and `drawing_ingest` will then load nothing.

`python -m drawing_etl promote` accepts figures as the baseline. Trigger this by hand before the first.
"""


@task_group
def read(batch: list[str]) -> None:
    """Some golden drawings through the reading stages."""
    chain(*(stage_task(stage, batch, execution_timeout=timedelta(hours=4)) for stage in READING_STAGES))


@dag(
    description="Reads the golden set when what reads has changed, and compares with what was accepted",
    schedule=CronTriggerTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    default_args=TASK_DEFAULTS,
    doc_md=DOC,
    tags=["drawings"],
)
def golden_set() -> None:
    probed = probe()
    with_probe = read.override(group_id="read_one")(probed)
    batches = choose(probed)
    with_probe >> batches
    scored = score.override(trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS, pool="warehouse", retries=0)(probed)
    read.override(group_id="read_others").expand(batch=batches) >> scored


golden_set()
