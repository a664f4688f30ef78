"""Every night: read the drawings that arrived and load what stands on them."""

from datetime import datetime, timedelta

from airflow.sdk import CronDataIntervalTimetable, Param, TriggerRule, chain, dag, task_group

from drawing_etl.operators import stage_task
from drawing_etl.tasks import TASK_DEFAULTS, all_loaded, discard_rasters, intake, load, report, validate
from ocr_tasks.contract import ENGINES, REPAIRS, Stage

DOC = """
# Engineering drawings into the database

`intake` finds what is new in the inbox and forms batches. Each batch goes by itself through
**render** (pages as pictures, and the PDF's own text) → **preprocess** (image repair where a page needs it) →
**detect** (where text stands) → **recognize** (what it says) → **postprocess** (what it means) →
**validate** (the quality gate) → **load** (one transaction). Then `report` writes one page about the run.

| Run | takes |
|---|---|
| nightly | what arrived or changed before the end of its data interval and is not in the database |
| backfill | what arrived within each interval and is not in the database |
| by hand | all that lies in the inbox now and is not in the database |
| with `reprocess` | the same, and also what is in the database already: it is read again with this version |

A drawing that cannot be read becomes a row with the reason, and its batch goes on. A batch below its threshold
loads nothing: `validate` fails and says why, and the other batches are loaded. Clear a failed task to go on where it
stopped. Other DAGs can wait for the asset `drawings_loaded`.
"""

PARAMS = {
    "glob": Param(
        "*",
        type="string",
        minLength=1,
        maxLength=500,
        title="Which drawings",
        description="A shell pattern for the path below the inbox; `*` also crosses folders: `*.pdf`, `machine-7/*`.",
    ),
    "engine": Param(
        ENGINES[0],
        enum=list(ENGINES),
        title="Reading engine",
        description="Finds and reads the text on the page pictures.",
    ),
    "text_source": Param(
        "auto",
        enum=["auto", "ocr", "vector"],
        title="Text source",
        description="auto: a PDF's own text where it can be trusted, else what is read; or one of the two alone.",
    ),
    "preprocessing": Param(
        "auto",
        enum=["auto", "on", "off"],
        title="Image repair",
        description="auto: where a page needs it. On or off: for the steps below on every page.",
    ),
    "preprocessing_steps": Param(
        [],
        type="array",
        uniqueItems=True,
        items={"enum": list(REPAIRS)},
        examples=list(REPAIRS),
        title="Image repair steps",
        description="The steps that on or off is meant for; the others stay auto. None: all of them.",
    ),
    "dpi": Param(
        None,
        type=["null", "integer"],
        minimum=36,
        maximum=1200,
        title="Resolution",
        description="Dots per inch that pages are rendered at. Empty: chosen for each sheet.",
    ),
    "reprocess": Param(
        False,
        type="boolean",
        title="Read again",
        description="Also take drawings that are in the database already.",
    ),
    "batch_size": Param(
        None,
        type=["null", "integer"],
        minimum=1,
        maximum=1000,
        title="Batch size",
        description="Drawings that go through the stages together. Empty: as this installation is set.",
    ),
}


@task_group
def process(batch: list[str]) -> None:
    """One batch, from file to rows."""
    chain(
        stage_task(Stage.RENDER, batch, execution_timeout=timedelta(hours=4)),
        stage_task(Stage.PREPROCESS, batch, execution_timeout=timedelta(hours=2)),
        stage_task(Stage.DETECT, batch, execution_timeout=timedelta(hours=4)),
        stage_task(Stage.RECOGNIZE, batch, execution_timeout=timedelta(hours=4)),
        stage_task(Stage.POSTPROCESS, batch, execution_timeout=timedelta(hours=1)),
        validate.override(pool="warehouse", execution_timeout=timedelta(hours=4))(batch),
        load.override(pool="warehouse", execution_timeout=timedelta(hours=1))(batch),
        discard_rasters.override(retries=0)(batch).as_teardown(),
    )


@dag(
    description="Reads the drawings that arrived and loads what stands on them",
    schedule=CronDataIntervalTimetable("0 1 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    default_args=TASK_DEFAULTS,
    params=PARAMS,
    doc_md=DOC,
    tags=["drawings"],
)
def drawing_ingest() -> None:
    batches = intake.override(max_active_tis_per_dag=1, execution_timeout=timedelta(hours=6))()
    loaded = process.expand(batch=batches)
    loaded >> [
        report.override(trigger_rule=TriggerRule.ALL_DONE, pool="warehouse")(),
        all_loaded.override(trigger_rule=TriggerRule.ALL_DONE, retries=0)(),
    ]


drawing_ingest()
