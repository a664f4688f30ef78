"""After each load, or for any nights that one asks for: how right is what was read?"""

from datetime import timedelta

from airflow.sdk import Param, dag

from drawing_etl.report_tasks import mail, write
from drawing_etl.tasks import DRAWINGS, TASK_DEFAULTS

DOC = """
# How right is what was read?

Runs when `drawing_ingest` has loaded drawings, over the last 30 nights; trigger it by hand for any others.
`write` makes a folder below `var/reports/accuracy`, named by the run: **report.html** (stands alone), **report.pdf**,
**figures.xlsx** and **csv/**. `mail` sends it to those that the connection `drawing_etl_mail` names, if there is one.

The page *Accuracy* (Browse) shows the same live.
"""

PARAMS = {
    "first": Param(
        None,
        type=["null", "string"],
        format="date",
        title="First night",
        description="Empty: 30 nights up to the last one.",
    ),
    "last": Param(None, type=["null", "string"], format="date", title="Last night", description="Empty: today (UTC)."),
    "price_an_hour": Param(
        None,
        type=["null", "number"],
        minimum=0,
        maximum=1_000_000,
        title="Price of an hour",
        description="What an hour of the reading machine costs, in your money. Empty: no cost is stated.",
    ),
}


@dag(
    description="Says how right what was read is: page, PDF, workbook, mail",
    schedule=DRAWINGS,
    max_active_runs=1,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(hours=2),
    default_args=TASK_DEFAULTS,
    params=PARAMS,
    doc_md=DOC,
    tags=["drawings"],
)
def accuracy_report() -> None:
    mail(write())


accuracy_report()
