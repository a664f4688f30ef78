"""After each load: ask about the drawings that wait for a person."""

from datetime import timedelta

from airflow.sdk import Param, dag, task_group

from drawing_etl.asking import AskAboutDrawing, decide, waiting
from drawing_etl.tasks import DRAWINGS, TASK_DEFAULTS

DOC = """
# Drawings that wait for a person

Runs when `drawing_ingest` has loaded drawings: each of them that is in quarantine, or was drawn at random, becomes a
question under *Required Actions*: **Approve** (with corrections, if any), **Reject** or **Leave it waiting**. Triggered
by hand it asks about those that wait longest.

The page *Review* (Browse) decides about the same drawings, shows the whole sheet and takes strings that were missed.
Whoever decides first is kept; the other is told. A question whose drawing was decided there ends by itself within
three hours. Without an answer in seven days a drawing is left waiting there.
"""

ANSWER_WITHIN = timedelta(days=7)


@task_group
def review(drawing: dict[str, str]) -> None:
    """One drawing: the question, and what follows from the answer."""
    ask = AskAboutDrawing(
        task_id="ask",
        drawing=drawing,
        answer_within=ANSWER_WITHIN,
        execution_timeout=None,  # it waits for days
        map_index_template="{{ task.drawing['name'] }}",
    )
    decide.override(pool="warehouse")(drawing, ask.output)


@dag(
    description="Asks a person about drawings in quarantine and those drawn at random",
    schedule=DRAWINGS,
    max_active_runs=16,
    is_paused_upon_creation=False,
    default_args=TASK_DEFAULTS,
    params={
        "most": Param(
            25,
            type="integer",
            minimum=1,
            maximum=500,
            title="Questions at most",
            description="Drawings that one run asks about. The others are on the page Review.",
        ),
    },
    doc_md=DOC,
    tags=["drawings"],
)
def drawing_review() -> None:
    review.expand(drawing=waiting())


drawing_review()
