"""*Accuracy*: the report over the nights that one asks for, made from the database as it is now."""

from datetime import UTC, date, datetime, timedelta

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from drawing_etl.report.figures import Nights, figures_of_nights
from drawing_etl.report.page import Report, render
from drawing_etl.web.drawings import day
from drawing_etl.web.site import SiteDep

router = APIRouter()
DAYS = 30
MOST_DAYS = 366


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
    return site.page(request, "accuracy", first=since.isoformat(), last=until.isoformat())


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
