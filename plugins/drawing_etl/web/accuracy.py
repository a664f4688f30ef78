"""*Accuracy*: the report over the nights that one asks for, made from the database as it is now."""

import re
from datetime import UTC, date, datetime, timedelta

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from drawing_etl.report.figures import Nights, figures_of_nights
from drawing_etl.report.headline import headlines
from drawing_etl.report.page import Report, render
from drawing_etl.web.drawings import day
from drawing_etl.web.site import SiteDep

router = APIRouter()
DAYS = 30
MOST_DAYS = 366
FOLDER = "accuracy"
WRITTEN = 10
"""Reports that were written, listed on the page."""
FORMS = {
    "report.pdf": "application/pdf",
    "figures.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "report.html": "text/html",
}
NAME = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,250}")


def _range(first: str, last: str) -> tuple[date, date]:
    until = day(last) or datetime.now(UTC).date()
    since = day(first) or until - timedelta(days=DAYS - 1)
    if not timedelta(0) <= until - since < timedelta(days=MOST_DAYS):
        raise HTTPException(422, f"Ask for 1 to {MOST_DAYS} days, the first one before the last.")
    return since, until


@router.get("/accuracy")
def accuracy(request: Request, site: SiteDep, first: str = "", last: str = "") -> Response:
    """Show the report with the nights to choose."""
    since, until = _range(first, last)
    written = headlines(site.settings.reports / FOLDER)[:WRITTEN]
    return site.page(request, "accuracy", first=since.isoformat(), last=until.isoformat(), written=written, forms=FORMS)


@router.get("/accuracy/written/{folder}/{name}")
def written(site: SiteDep, folder: str, name: str) -> Response:
    """Return a file of a report that the DAG `accuracy_report` wrote."""
    path = site.settings.reports / FOLDER / folder / name
    if name not in FORMS or not NAME.fullmatch(folder) or not path.is_file():
        raise HTTPException(404, "There is no such report.")
    return FileResponse(path, filename=f"{folder}-{name}", media_type=FORMS[name])


@router.get("/accuracy/report")
def report(site: SiteDep, first: str = "", last: str = "") -> Response:
    """Return the report itself, a page that stands alone."""
    since, until = _range(first, last)
    asked = f"{since} {until} {site.desk.stamp()}"
    if (html := site.reports.get(asked)) is None:
        figures = figures_of_nights(site.warehouse, Nights(since, until))
        html = render(Report(title=f"Drawings read from {since} to {until}", figures=figures))
        site.reports.put(asked, html)
    return HTMLResponse(html)
