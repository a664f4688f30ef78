"""The tasks of the accuracy report. What is heavy is imported when a task runs, never when a DAG is parsed."""

import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import task

from drawing_etl.settings import Settings
from drawing_etl.stage_process import Refused

log = logging.getLogger(__name__)

DAYS = 30
"""Nights of a report for which no range is asked."""
MOST_DAYS = 3660


class RangeRefused(Refused):
    """The nights that were asked for are none."""


def asked_nights(params: Mapping[str, Any], today: date) -> tuple[date, date]:
    """Return the first and the last night that a run is asked for: by default the last 30. Raises RangeRefused."""
    last = _day(params.get("last")) or today
    first = _day(params.get("first")) or last - timedelta(days=DAYS - 1)
    if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
        raise RangeRefused(f"from {first} to {last} is no range of at most {MOST_DAYS} nights: trigger it with another")
    return first, last


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


@task
def write(params: Mapping[str, Any], run_id: str) -> str:
    """Write the report in all its forms and return its folder."""
    from drawing_etl.report import Nights
    from drawing_etl.report.accuracy_report import write_accuracy_report
    from drawing_etl.warehouse import Warehouse

    settings = Settings.from_env()
    nights = Nights(*asked_nights(params, datetime.now(UTC).date()))
    written = write_accuracy_report(
        Warehouse(settings.database_url),
        nights,
        settings.reports / "accuracy",
        run_id,
        work_root=settings.work_root,
        docs=settings.docs_dir,
        price=params.get("price_an_hour"),
    )
    log.info("accuracy report: %s", written.folder)
    return str(written.folder)


@task
def mail(folder: str) -> None:
    """Mail the report to those that a connection of Airflow names; without it, say so."""
    from drawing_etl.report.accuracy_report import Written
    from drawing_etl.report.mail import send

    if to := send(Written.in_folder(Path(folder))):
        log.info("mailed to %s", ", ".join(to))
