"""*Review*: the drawings that wait for a person, and the decision about one of them."""

import logging
from typing import Annotated, cast

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from drawing_etl.revisions import compare_reviewed
from drawing_etl.warehouse.dossier import Dossier
from drawing_etl.warehouse.review import TITLE_FIELDS, ReviewConflict, ReviewRefused, Verdict
from drawing_etl.web.access import Reviewer, Viewer, may_decide, same_site
from drawing_etl.web.corrections import Form, ReviewUnclear, review_of
from drawing_etl.web.drawings import PageNumber
from drawing_etl.web.golden import keep_label
from drawing_etl.web.meanings import NotUnderstood
from drawing_etl.web.site import Site, SiteDep

log = logging.getLogger(__name__)

router = APIRouter()
ROWS = 50
MOST_FIELDS = 50_000
MOST_BYTES = 16 * 2**20


@router.get("/review")
def queue(request: Request, site: SiteDep, user: Viewer, page: PageNumber = 1, done: str = "") -> Response:
    """Show the drawings in quarantine, the longest waiting first."""
    found = site.desk.queue(ROWS + 1, (page - 1) * ROWS)
    return site.page(
        request,
        "queue",
        found=found[:ROWS],
        page=page,
        more=len(found) > ROWS,
        decides=may_decide(user),
        done=done if done in DONE else "",
        told=DONE.get(done, ""),
    )


DONE = {
    "approved": "Approved: the drawing is in the database for everyone.",
    "corrected": "Corrected and approved: the drawing is in the database for everyone.",
    "rejected": "Rejected: the drawing stays out, with your reason.",
    "unlabelled": "The decision is kept. No golden label could be written: the log of the API server says why.",
}


@router.get("/review/{document_id}")
def look(request: Request, site: SiteDep, user: Reviewer, document_id: str) -> Response:
    """Show what a decision needs: the failed expectations, the strings concerned, the whole sheet."""
    return _review_page(request, site, site.dossier(document_id))


def _review_page(request: Request, site: Site, found: Dossier, problem: str = "", status: int = 200) -> Response:
    items = site.warehouse.items(found.drawing.document_id)
    reasons = sorted(found.reasons, key=lambda reason: len(reason.item_ids))
    concerned = list(dict.fromkeys(item_id for reason in reasons for item_id in reason.item_ids))
    by_id = {item.item_id: item for item in items}
    first = [by_id[item_id] for item_id in concerned if item_id in by_id]
    others = [item for item in items if item.item_id not in set(concerned)]
    return site.page(
        request,
        "review",
        status,
        dossier=found,
        first=first,
        others=others,
        named=concerned,
        fields=TITLE_FIELDS,
        problem=problem,
        failed={item.item_id: [reason for reason in reasons if item.item_id in reason.item_ids] for item in first},
    )


async def _form(request: Request) -> Form:
    """Return the fields of the form that was sent, once it is known to come from our own page."""
    same_site(request)
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise HTTPException(413, "The form is larger than a review can be.")
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
        return {name: value for name, value in sent.items() if isinstance(value, str)}


@router.post("/review/{document_id}")
def decide(
    request: Request, site: SiteDep, user: Reviewer, document_id: str, sent: Annotated[Form, Depends(_form)]
) -> Response:
    """Write the decision; a second reviewer is told that another was first."""
    found = site.dossier(document_id)
    verdict = sent.get("verdict")
    if verdict not in ("approve", "reject"):
        raise HTTPException(422, "A decision is to approve or to reject.")
    try:
        items = site.warehouse.items(document_id)
        decided = review_of(found, items, sent, cast(Verdict, verdict), user.get_name())
        after = site.desk.decide(decided)
    except ReviewConflict as conflict:
        return _review_page(request, site, site.dossier(document_id), str(conflict), 409)
    except ReviewRefused as refused:
        return _review_page(request, site, site.dossier(document_id), str(refused), 422)
    except ReviewUnclear as unclear:
        return _review_page(request, site, found, str(unclear), 422)
    except NotUnderstood as trouble:
        log.exception("review of %s", document_id)
        return _review_page(request, site, found, f"Corrections could not be understood: {trouble}", 503)
    done = after.decisions[-1].action
    compare_reviewed(site.warehouse, after)
    labelled = done == "rejected" or keep_label(site.settings, site.warehouse, after)
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/review?done={done if labelled else 'unlabelled'}", status_code=303)
