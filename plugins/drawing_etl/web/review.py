"""*Review*: the drawings that wait for a person, and the decision about one of them."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, cast

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from drawing_etl.warehouse.dossier import Dossier
from drawing_etl.warehouse.records import StoredItem
from drawing_etl.warehouse.review import TITLE_FIELDS, CorrectedItem, Review, ReviewConflict, ReviewRefused
from drawing_etl.web.access import Reviewer, Viewer, may_decide, same_site
from drawing_etl.web.drawings import PageNumber, workdir
from drawing_etl.web.golden import write_label
from drawing_etl.web.meanings import NotUnderstood, kind_of, meanings
from drawing_etl.web.site import Site, SiteDep
from ocr_tasks.errors import ContractError

log = logging.getLogger(__name__)

router = APIRouter()
ROWS = 50
MOST_FIELDS = 50_000
MOST_TEXT = 10_000
MOST_BYTES = 16 * 2**20
Form = Mapping[str, str]


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
        after = site.desk.decide(_review(site, user, found, sent, cast(Literal["approve", "reject"], verdict)))
    except ReviewConflict as conflict:
        return _review_page(request, site, site.dossier(document_id), str(conflict), 409)
    except ReviewRefused as refused:
        return _review_page(request, site, site.dossier(document_id), str(refused), 422)
    except NotUnderstood as trouble:
        log.exception("review of %s", document_id)
        return _review_page(request, site, found, f"Corrections could not be understood: {trouble}", 503)
    done = after.decisions[-1].action
    labelled = done == "rejected" or _label(site, after)
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/review?done={done if labelled else 'unlabelled'}", status_code=303)


def _review(site: Site, user: BaseUser, found: Dossier, sent: Form, verdict: Literal["approve", "reject"]) -> Review:
    document_id = found.drawing.document_id
    return Review(
        document_id=document_id,
        seen=sent.get("seen", ""),
        reviewer=user.get_name(),
        verdict=verdict,
        comment=sent.get("comment", "").strip()[:MOST_TEXT],
        items=corrections(site.warehouse.items(document_id), sent) if verdict == "approve" else (),
        fields=_fields(found, sent) if verdict == "approve" else {},
    )


def corrections(items: Sequence[StoredItem], sent: Form) -> list[CorrectedItem]:
    """Return the strings that the form changes: `text-N` says otherwise than item N does, or `gone-N` is there."""
    texts: dict[int, str] = {}
    gone: list[int] = []
    for item in items:
        before = _plain(item.text)
        text = _plain(sent.get(f"text-{item.item_id}", before)[:MOST_TEXT])
        if f"gone-{item.item_id}" in sent or (before and not text):
            gone.append(item.item_id)
        elif text != before:
            texts[item.item_id] = text
    found = meanings(list(texts.values()), _unit(items))
    return [
        *(
            CorrectedItem(
                item_id=item_id,
                text=text,
                kind=kind_of(meaning),
                meaning=None if meaning.get("kind") == "text" else meaning,
            )
            for (item_id, text), meaning in zip(texts.items(), found, strict=True)
        ),
        *(CorrectedItem(item_id=item_id, text=None) for item_id in gone),
    ]


def _fields(found: Dossier, sent: Form) -> dict[str, str | None]:
    changed: dict[str, str | None] = {}
    for name in TITLE_FIELDS:
        before = _plain(getattr(found.drawing, name) or "")
        after = _plain(sent.get(f"field-{name}", before))
        if after != before:
            changed[name] = after or None
    return changed


def _plain(text: str) -> str:
    """Return a text as a field of a form gives it back: without line breaks, tabs and outer spaces."""
    return " ".join(text.split())


def _unit(items: Sequence[StoredItem]) -> str | None:
    """Return the unit that most strings of the drawing are in."""
    units = Counter(str(item.meaning["unit"]) for item in items if item.meaning and item.meaning.get("unit"))
    return units.most_common(1)[0][0] if units else None


def _label(site: Site, after: Dossier) -> bool:
    """Write the golden label of a drawing that was approved; say whether it is there."""
    try:
        source = workdir(after, site).source
        folder = write_label(
            site.settings.var / "golden", source, after, site.warehouse.items(after.drawing.document_id)
        )
    except (OSError, ContractError, HTTPException) as error:
        log.error("no golden label of %s: %s", after.drawing.document_id, error)
        return False
    log.info("golden label of %s: %s", after.drawing.document_id, folder)
    return True
