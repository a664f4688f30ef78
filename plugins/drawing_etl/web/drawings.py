"""*Drawings*: find a drawing; see a sheet with what was read on it, and where each value comes from."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse

from drawing_etl.report.pictures import cut, page_picture
from drawing_etl.warehouse.desk import Desk
from drawing_etl.warehouse.dossier import Dossier
from drawing_etl.warehouse.records import DrawingState, FoundDrawing
from drawing_etl.web.access import Viewer, may_decide
from drawing_etl.web.site import SiteDep
from ocr_tasks.contract import Quad
from ocr_tasks.errors import ContractError
from ocr_tasks.workdir import Workdir

router = APIRouter()
ROWS = 50
PICTURE_HEADERS = {"Cache-Control": "private, max-age=300"}

PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/drawings")
def search(
    request: Request,
    site: SiteDep,
    words: Annotated[str, Query(max_length=200)] = "",
    revision: Annotated[str, Query(max_length=50)] = "",
    state: str = "",
    first: str = "",
    last: str = "",
    page: PageNumber = 1,
) -> Response:
    """Show the drawings that match, a page at a time."""
    asked = {"words": words, "revision": revision, "state": state, "first": first, "last": last}
    since, until = day(first), day(last)
    found = _find(site.desk, words.strip(), revision.strip(), state, since, until, page)
    links = {
        name: "?" + urlencode({**{key: value for key, value in asked.items() if value}, "page": number})
        for name, number, there in (("newer", page - 1, page > 1), ("older", page + 1, len(found) > ROWS))
        if there
    }
    return site.page(request, "drawings", asked=asked, found=found[:ROWS], links=links, page=page)


def _find(
    desk: Desk, words: str, revision: str, state: str, since: date | None, until: date | None, page: int
) -> list[FoundDrawing]:
    """Return one row more than fits on the page, where there is one: it says that there is a next page."""
    more: dict[str, Any] = {}
    if state in ("loaded", "quarantined", "rejected"):
        more["state"] = cast(DrawingState, state)
    if since is not None:
        more["arrived_from"] = datetime.combine(since, time(), UTC)
    if until is not None and until < date(9999, 12, 29):
        more["arrived_before"] = datetime.combine(until + timedelta(days=1), time(), UTC)
    return desk.search(words, revision=revision, limit=ROWS + 1, offset=(page - 1) * ROWS, **more)


def day(text: str) -> date | None:
    """Return the day that a date field holds, None for an empty one; 422 for what is no date."""
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise HTTPException(422, "A date is written as 2026-03-01.") from error
    if found is not None and found.year < 1000:
        raise HTTPException(422, "A date is written as 2026-03-01.")
    return found


@router.get("/drawings/{document_id}")
def drawing(request: Request, site: SiteDep, user: Viewer, document_id: str, page: PageNumber = 1) -> Response:
    """Show one drawing: a sheet with its items over it, and all that is known of it."""
    found = site.dossier(document_id)
    sheet = next((each for each in found.pages if each.page == page), None)
    if sheet is None and (found.pages or page != 1):
        raise HTTPException(404, "The drawing has no such page.")
    named = sorted({item_id for reason in found.reasons for item_id in reason.item_ids})
    return site.page(
        request,
        "drawing",
        dossier=found,
        sheet=sheet,
        items=site.warehouse.items(document_id, page) if sheet else [],
        named=named,
        decides=found.waits and found.drawing.is_current and may_decide(user),
    )


@router.get("/drawings/{document_id}/pages/{page}.jpg")
def picture(site: SiteDep, document_id: str, page: int) -> Response:
    """Return the preview of a page."""
    path = workdir(site.dossier(document_id), site).preview(page) if 0 < page < 10_000 else None
    if path is None or not path.is_file():
        raise HTTPException(404, "The picture of this page is no longer kept.")
    return FileResponse(path, media_type="image/jpeg", headers=PICTURE_HEADERS)


@router.get("/drawings/{document_id}/items/{item_id}.jpg")
def item_picture(site: SiteDep, document_id: str, item_id: int) -> Response:
    """Return the place of one string, cut out of its page, or of the preview where the page is gone."""
    found = site.dossier(document_id)
    item = next((each for each in site.warehouse.items(document_id) if each.item_id == item_id), None)
    sheet = next((each for each in found.pages if item is not None and each.page == item.page), None)
    if item is None or sheet is None:
        raise HTTPException(404, "The drawing has no such string.")
    whole = page_picture(workdir(found, site), sheet.page)
    packed = None if whole is None else cut(whole, cast(Quad, item.quad_px), whole.shape[1] / sheet.width_px)
    if packed is None:
        raise HTTPException(404, "The picture of this page is no longer kept.")
    return Response(packed, media_type="image/jpeg", headers=PICTURE_HEADERS)


def workdir(found: Dossier, site: SiteDep) -> Workdir:
    """Return the folder of a drawing's files, which may be gone."""
    try:
        return Workdir.below(site.settings.work_root, found.drawing.drawing_id)
    except ContractError as error:
        raise HTTPException(404, "The drawing has no files.") from error
