"""Drawings that wait for a person, asked about in Airflow itself: *Required Actions* in its interface.

The question shows what the gate says and takes corrections of the strings that it names. The whole sheet, and strings
that were missed, are on the page *Review*. Whoever answers first decides, wherever they do.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, task
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.exceptions import AirflowSkipException, TaskAwaitingInput

from drawing_etl.settings import Settings
from drawing_etl.stage_process import Refused
from drawing_etl.tasks import DRAWINGS

if TYPE_CHECKING:
    from drawing_etl.warehouse.dossier import Dossier
    from drawing_etl.warehouse.records import StoredItem

log = logging.getLogger(__name__)

APPROVE, REJECT, LEAVE = "Approve", "Reject", "Leave it waiting"
MOST_STRINGS = 50
"""Strings of a drawing that can be corrected in the question; a form with more of them is worse than the page."""
MOST_REASONS = 8
REVIEW = "/drawing-etl/review"
EMPTY = "Empty: no such string is on the drawing."
LOOK_AGAIN = timedelta(hours=3)
"""How often a waiting question looks whether its drawing was decided elsewhere: a worker's second or two each time."""
MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:/@])")
"""The signs that mean something in Markdown, or make a bare address a link."""


class NotWritten(Refused):
    """This answer was not written: somebody decided first, the drawing was read again, or it cannot be decided so."""


class NotYetWritten(Exception):
    """The machine was in the way of an answer: nothing of it was written, and the task can be tried again."""


@task
def waiting(params: Mapping[str, Any], triggering_asset_events: Any) -> list[dict[str, str]]:
    """Return the drawings to ask about: those of the load that this run follows; by hand, the longest waiting."""
    from drawing_etl.report.wording import shown
    from drawing_etl.warehouse import Desk, Warehouse

    settings = Settings.from_env()
    desk, warehouse = Desk(settings.database_url), Warehouse(settings.database_url)
    events = triggering_asset_events.get(DRAWINGS, ())
    runs = [str(event.extra["run_id"]) for event in events if event.extra.get("run_id")]
    found = [drawing.document_id for drawing in desk.queue(limit=100_000)]
    if runs:
        of_runs = {drawing.document_id for drawing in warehouse.drawings(runs)}
        found = [document_id for document_id in found if document_id in of_runs]
    most = int(params["most"])
    if len(found) > most:
        log.warning("%d drawings wait, %d are asked about; the others are on the page Review", len(found), most)
    dossiers = (desk.dossier(document_id) for document_id in found[:most])
    return [
        {"document_id": each.drawing.document_id, "seen": each.seen, "name": shown(each.drawing.original_name, 80)}
        for each in dossiers
        if each is not None
    ]


class AskAboutDrawing(HITLOperator):
    """Asks a person about one drawing. `drawing`: document id and the `Dossier.seen` that the question is about.

    Skipped once the drawing no longer waits, also where it was decided on the page Review while the question stood,
    and where nobody answers within `answer_within`.
    """

    template_fields = ("drawing",)

    def __init__(self, *, drawing: Mapping[str, str], answer_within: timedelta, **kwargs: Any) -> None:
        # Without a default answer the scheduler resumes a question that waited so long without answering it.
        super().__init__(
            subject="A drawing that waits for a person",
            options=[APPROVE, REJECT, LEAVE],
            response_timeout=min(LOOK_AGAIN, answer_within),
            **kwargs,
        )
        self.drawing = drawing
        self.answer_within = answer_within

    def execute(self, context: Any) -> Any:
        """Put the question, and wait."""
        from drawing_etl.warehouse import Warehouse

        found = self._that_waits()
        items = Warehouse(Settings.from_env().database_url).items(found.drawing.document_id)
        self.subject, self.body = subject(found), body(found)
        self.params = ParamsDict(form(found, items))
        until = datetime.now(UTC) + self.answer_within
        try:
            return super().execute(context)
        except TaskAwaitingInput as wait:
            wait.kwargs = {"until": until.isoformat()}
            raise

    def execute_complete(self, context: Any, event: dict[str, Any], until: str = "") -> Any:
        """Return the answer; or look whether the drawing still waits, and wait on."""
        if event.get("error_type") == "timeout":
            self._that_waits()
            left = datetime.fromisoformat(until) - datetime.now(UTC)
            if left <= timedelta():
                raise AirflowSkipException("nobody answered: it is left for the page Review")
            raise TaskAwaitingInput(
                method_name="execute_complete", kwargs={"until": until}, timeout=min(LOOK_AGAIN, left)
            )
        self.params = ParamsDict()  # the form was the question's: the drawing may have other strings by now
        return super().execute_complete(context, event)

    def _that_waits(self) -> "Dossier":
        from drawing_etl.warehouse import Desk

        found = Desk(Settings.from_env().database_url).dossier(self.drawing["document_id"])
        if found is None or not found.waits or found.seen != self.drawing["seen"]:
            raise AirflowSkipException("it was decided or read again meanwhile")
        return found


@task
def decide(drawing: Mapping[str, str], answer: Mapping[str, Any]) -> str:
    """Write the decision as the page *Review* does: rows and audit in one transaction, then the golden label.

    Raises NotWritten for an answer that is too late or unclear, NotYetWritten where the machine is in the way.
    """
    from drawing_etl.revisions import compare_reviewed
    from drawing_etl.warehouse import Warehouse, WarehouseError
    from drawing_etl.warehouse.review import ReviewConflict, ReviewRefused
    from drawing_etl.web.corrections import ReviewUnclear
    from drawing_etl.web.golden import keep_label
    from drawing_etl.web.meanings import NotUnderstood

    (chosen,) = answer["chosen_options"]
    if chosen == LEAVE:
        raise AirflowSkipException("left for the page Review")
    settings = Settings.from_env()
    try:
        after = _written(settings, drawing, answer, approved=chosen == APPROVE)
    except (ReviewConflict, ReviewRefused, ReviewUnclear) as refused:
        raise NotWritten(str(refused)) from refused
    except (WarehouseError, NotUnderstood) as trouble:
        raise NotYetWritten(f"{trouble}; then clear this task: the answer is kept, nothing was written") from trouble
    last = after.decisions[-1]
    warehouse = Warehouse(settings.database_url)
    compare_reviewed(warehouse, after)
    if last.action != "rejected":
        keep_label(settings, warehouse, after)
    log.info("%s: %s by %s", after.drawing.document_id, last.action, last.reviewer)
    return last.action


def _written(settings: Settings, drawing: Mapping[str, str], answer: Mapping[str, Any], *, approved: bool) -> "Dossier":
    """Write an answer, and return the drawing as it is then."""
    from drawing_etl.warehouse import Desk, Warehouse
    from drawing_etl.warehouse.review import ReviewRefused, Verdict
    from drawing_etl.web.corrections import review_of

    desk = Desk(settings.database_url)
    found = desk.dossier(drawing["document_id"])
    if found is None:
        raise ReviewRefused("the drawing is no longer in the database: nothing was written")
    user = answer.get("responded_by_user") or {}
    sent = {name: "" if value is None else str(value) for name, value in answer["params_input"].items()}
    items = Warehouse(settings.database_url).items(found.drawing.document_id)
    verdict: Verdict = "approve" if approved else "reject"
    return desk.decide(
        review_of(found, items, {**sent, "seen": drawing["seen"]}, verdict, user.get("name") or "unknown")
    )


def subject(found: "Dossier") -> str:
    """Return the question's headline."""
    from drawing_etl.report.wording import shown

    name = shown(found.drawing.drawing_number or found.drawing.original_name, 80)
    return f"{name}: is what was read right?"


def body(found: "Dossier") -> str:
    """Return what one has to know to decide, in Markdown. Names and texts of drawings are escaped."""
    from drawing_etl.report.wording import figure, shown

    lines = [f"File: {_plain(shown(found.drawing.original_name))}, {len(found.pages)} page(s)."]
    lines += [
        f"{_plain(reason.message)} Found {_plain(figure(reason.observed))}, needed {_plain(figure(reason.required))}."
        for reason in found.reasons[:MOST_REASONS]
    ]
    if len(found.reasons) > MOST_REASONS:
        lines.append(f"And {len(found.reasons) - MOST_REASONS} more reasons.")
    if not found.reasons:
        lines.append(
            "It passed every check and was drawn at random, so that it is known how right loaded drawings are."
        )
    more = len({item_id for reason in found.reasons for item_id in reason.item_ids}) - MOST_STRINGS
    if more > 0:
        lines.append(f"The {MOST_STRINGS} strings below can be corrected here; {more} more are named on the page.")
    lines.append(f"[The whole sheet, and every string]({REVIEW}/{found.drawing.document_id})")
    return "\n\n".join(lines)


def form(found: "Dossier", items: Sequence["StoredItem"]) -> dict[str, Param]:
    """Return the fields to correct: the title block's, and the strings that the gate names."""
    from drawing_etl.report.wording import shown
    from drawing_etl.warehouse.review import TITLE_FIELDS
    from drawing_etl.web.corrections import plain

    by_id = {item.item_id: item for item in items}
    reasons = sorted(found.reasons, key=lambda reason: len(reason.item_ids))
    named = list(dict.fromkeys(item_id for reason in reasons for item_id in reason.item_ids if item_id in by_id))
    fields = {
        f"field-{name}": _field(plain(getattr(found.drawing, name) or ""), name.replace("_", " ").capitalize(), "")
        for name in TITLE_FIELDS
    }
    for item in (by_id[item_id] for item_id in named[:MOST_STRINGS]):
        where = f"page {item.page}" + (f", zone {shown(item.zone, 20)}" if item.zone else "")
        fields[f"text-{item.item_id}"] = _field(plain(item.text), f"String {item.item_id}, {where}", EMPTY)
    return {**fields, "comment": _field("", "Comment", "Kept with the decision.")}


def _field(value: str, title: str, description: str) -> Param:
    return Param(value, type=["null", "string"], maxLength=10_000, title=title, description=description)


def _plain(text: str) -> str:
    """Return a stranger's words as Markdown that shows just them: no mark-up, no link, no HTML."""
    from drawing_etl.report.wording import shown

    return MARKDOWN.sub(r"\\\1", " ".join(shown(text).split()))
