"""*Review*: who may decide, what a decision writes, two reviewers at once, requests from elsewhere, hostile input."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from httpx import Response
from web_night import HOSTILE, RUN, SAME_SITE, Installation, seen

from drawing_etl.warehouse import Warehouse, tables
from drawing_etl.warehouse.connection import Database
from drawing_etl.web import PREFIX
from ocr_tasks.contract import TitleBlockField
from ocr_tasks.evaluation.truth import truth_pages


def post(visitor: TestClient, document_id: str, headers: dict[str, str] | None = None, **form: str) -> Response:
    """Open the review as a browser does, and send its form with these fields changed."""
    address = f"{PREFIX}/review/{document_id}"
    if "seen" not in form:
        form["seen"] = seen(visitor.get(address))
    return visitor.post(address, data=form, headers=SAME_SITE if headers is None else headers)


def row(site: Installation, table: sa.Table, document_id: str, **where: Any) -> dict[str, Any]:
    query = sa.select(table).where(table.c.document_id == document_id)
    for name, value in where.items():
        query = query.where(table.c[name] == value)
    with Database(site.settings.database_url).reading() as connection:
        return dict(connection.execute(query).mappings().one())


def test_approving_loads_the_drawing_and_says_who_and_when(site: Installation) -> None:
    document_id, before = site.waiting, site.texts(site.waiting)
    answer = post(site.visitor("user", "ursula"), document_id, verdict="approve", comment="looked at it")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PREFIX}/review?done=approved")
    found = site.desk.dossier(document_id)
    assert found is not None and found.drawing.state == "loaded" and site.desk.queue() == []
    (decision,) = found.decisions
    assert (decision.reviewer, decision.action, decision.comment) == ("ursula", "approved", "looked at it")
    assert (decision.state_before, decision.state_after, decision.changes) == ("quarantined", "loaded", ())
    assert site.texts(document_id) == before
    assert "ursula" in site.visitor("viewer").get(f"{PREFIX}/drawings/{document_id}").text


@pytest.mark.parametrize(("verdict", "compared"), [("approve", 1), ("reject", 0)])
def test_a_revision_that_a_person_lets_pass_is_compared_with_the_one_before_it(
    site: Installation, verdict: str, compared: int
) -> None:
    (earlier,) = site.desk.search("DE-00000")
    work = site.work(earlier.document_id)
    result = work.result()
    block = {**result.title_block, "revision": TitleBlockField(state="read", value="A")}
    work.write_result(result.model_copy(update={"title_block": block}))
    site.warehouse.load_batch(RUN, [work])
    post(site.visitor("user"), site.waiting, verdict=verdict, **{"field-drawing_number": "DE-00000"})
    found = site.warehouse.revision_changes([RUN])
    assert [(one.drawing_number, one.old_revision, one.new_revision) for one in found] == [
        ("DE-00000", "A", "B")
    ] * compared


def test_corrections_change_text_meaning_and_title_block_and_are_audited(site: Installation) -> None:
    document_id, before = site.waiting, site.texts(site.waiting)
    form = {
        **{f"text-{item_id}": text for item_id, text in before.items()},
        "text-3": "4x ⌀16.5 H7 (+0.018/0)",
        "gone-4": "on",
        "field-drawing_number": "DE-77",
        "field-revision": "C",
        "verdict": "approve",
    }
    assert post(site.visitor("user"), document_id, **form).headers["location"].endswith("?done=corrected")
    item = row(site, tables.items, document_id, item_id=3)
    assert (item["kind"], item["value_kind"], item["quantity"], item["fit"]) == ("dimension", "diameter", 4, "H7")
    assert (item["nominal"], item["upper_limit"], item["lower_limit"]) == (16.5, 16.518, 16.5)
    assert (item["engine"], item["confidence"], item["weights_digest"]) == ("person", 1.0, None)
    assert row(site, tables.items, document_id, item_id=5)["engine"] != "person"
    after = site.texts(document_id)
    assert set(before) - set(after) == {4}
    assert {item_id for item_id in after if after[item_id] != before[item_id]} == {3}
    document = row(site, tables.documents, document_id)
    assert (document["drawing_number"], document["number_key"], document["revision"]) == ("DE-77", "DE-77", "C")
    assert document["strings"] == len(after)
    assert row(site, tables.title_block, document_id, field="drawing_number")["value"] == "DE-77"
    found = site.desk.dossier(document_id)
    assert found is not None
    changes: dict[object, Any] = {change.item_id or change.field: change for change in found.decisions[0].changes}
    assert set(changes) == {3, 4, "drawing_number", "revision"}
    assert (changes[3].before["text"], changes[3].after["text"]) == (HOSTILE, "4x ⌀16.5 H7 (+0.018/0)")
    assert (changes[4].before["text"], changes[4].after) == (before[4], None)
    assert (changes["revision"].before, changes["revision"].after) == ("B", "C")


def test_a_corrected_number_decides_anew_which_revision_is_the_newest(site: Installation) -> None:
    document_id = site.waiting
    assert [found.is_newest_revision for found in site.desk.search("DE-00000")] == [True]
    post(site.visitor("user"), document_id, verdict="approve", **{"field-drawing_number": "DE-00000"})
    newest = {found.document_id: found.is_newest_revision for found in site.desk.search("DE-00000")}
    assert len(newest) == 2 and newest.pop(document_id) and not any(newest.values())


def test_rejecting_keeps_the_rows_and_the_reason(site: Installation) -> None:
    document_id, before = site.waiting, site.texts(site.waiting)
    form = {"text-3": "not to be written", "verdict": "reject", "comment": HOSTILE}
    assert post(site.visitor("user"), document_id, **form).headers["location"].endswith("?done=rejected")
    found = site.desk.dossier(document_id)
    assert found is not None and found.drawing.state == "rejected" and site.texts(document_id) == before
    assert found.not_read is not None and (found.not_read.code, found.not_read.stage) == ("by_reviewer", "review")
    page = site.visitor("viewer").get(f"{PREFIX}/drawings/{document_id}").text
    assert HOSTILE not in page and "&lt;script&gt;alert(1)" in page
    assert not (site.settings.var / "golden").exists()


def test_an_approved_drawing_becomes_a_golden_label(site: Installation) -> None:
    document_id, work = site.waiting, site.work(site.waiting)
    post(site.visitor("user", "ursula"), document_id, verdict="approve", **{"text-3": "⌀12", "gone-4": "on"})
    pages = truth_pages(site.settings.var / "golden")
    assert len(pages) == 2
    assert pages[0].drawing.read_bytes() == work.source.read_bytes()
    texts = [text.text for page in pages for text in page.texts]
    assert sorted(texts) == sorted(site.texts(document_id).values()) and "⌀12" in texts
    record = work.pages()[0]
    assert (pages[0].width, pages[0].height) == (record.width_px * 72 / record.dpi, record.height_px * 72 / record.dpi)
    first = site.warehouse.items(document_id, 1)[0]
    assert pages[0].texts[0].quad[0] == pytest.approx([side * 72 / record.dpi for side in first.quad_px[0]], abs=0.01)
    assert json.loads((pages[0].drawing.parent / "source.p0.json").read_text())["reviewer"] == "ursula"


def test_a_label_that_cannot_be_written_is_told_and_the_decision_kept(site: Installation) -> None:
    (site.settings.var / "golden").write_text("no folder")
    document_id = site.waiting
    visitor = site.visitor("user")
    answer = post(visitor, document_id, verdict="approve")
    assert answer.headers["location"].endswith("?done=unlabelled")
    assert "No golden label" in visitor.get(answer.headers["location"]).text
    assert site.desk.queue() == []


def test_the_second_reviewer_is_told_who_was_first_and_writes_nothing(site: Installation) -> None:
    document_id = site.waiting
    first, second = site.visitor("user", "ursula"), site.visitor("user", "otto")
    stale = seen(second.get(f"{PREFIX}/review/{document_id}"))
    post(first, document_id, verdict="approve")
    answer = post(second, document_id, seen=stale, verdict="reject", **{"text-5": "otto's"})
    assert answer.status_code == 409
    assert "ursula decided first: approved on" in answer.text
    found = site.desk.dossier(document_id)
    assert found is not None and len(found.decisions) == 1 and found.drawing.state == "loaded"
    assert "otto's" not in site.texts(document_id).values()


def test_of_many_at_the_same_time_one_decides(site: Installation) -> None:
    document_id = site.waiting
    visitors = [site.visitor("user", f"reviewer {number}") for number in range(6)]
    token = seen(visitors[0].get(f"{PREFIX}/review/{document_id}"))
    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(lambda v: post(v, document_id, seen=token, verdict="reject"), visitors))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409, 409, 409]
    found = site.desk.dossier(document_id)
    assert found is not None and len(found.decisions) == 1


def test_a_drawing_read_again_meanwhile_is_not_decided_on_what_was_seen_before(site: Installation) -> None:
    document_id, work = site.waiting, site.work(site.waiting)
    visitor = site.visitor("user")
    token = seen(visitor.get(f"{PREFIX}/review/{document_id}"))
    result = work.result()
    work.write_result(result.model_copy(update={"items": result.items[:-1]}))
    Warehouse(site.settings.database_url).load_batch(RUN, [work])
    answer = post(visitor, document_id, seen=token, verdict="approve")
    assert answer.status_code == 409 and "read again meanwhile" in answer.text
    assert site.waiting == document_id


def test_loading_the_same_results_again_keeps_what_was_decided(site: Installation) -> None:
    document_id = site.waiting
    post(site.visitor("user"), document_id, verdict="approve", **{"text-3": "⌀12"})
    Warehouse(site.settings.database_url).load_batch(RUN, [site.work(document_id)])
    found = site.desk.dossier(document_id)
    assert found is not None and found.drawing.state == "loaded" and site.texts(document_id)[3] == "⌀12"


def test_other_results_are_a_new_reading_and_the_audit_stays(site: Installation) -> None:
    document_id, work = site.waiting, site.work(site.waiting)
    post(site.visitor("user"), document_id, verdict="approve")
    result = work.result()
    work.write_result(result.model_copy(update={"items": result.items[:-1]}))
    Warehouse(site.settings.database_url).load_batch(RUN, [work])
    found = site.desk.dossier(document_id)
    assert found is not None and found.drawing.state == "quarantined" and len(found.decisions) == 1
    assert post(site.visitor("user"), document_id, verdict="reject").status_code == 303


def test_a_viewer_sees_the_queue_but_cannot_decide(site: Installation) -> None:
    visitor, document_id = site.visitor("viewer"), site.waiting
    assert "deciding needs more rights" in visitor.get(f"{PREFIX}/review").text
    assert visitor.get(f"{PREFIX}/review/{document_id}").status_code == 403
    token = seen(site.visitor("user").get(f"{PREFIX}/review/{document_id}"))
    answer = post(visitor, document_id, seen=token, verdict="approve")
    assert answer.status_code == 403 and "not decide" in answer.text
    nobody = post(site.visitor(None), document_id, seen=token, verdict="approve")
    assert nobody.status_code == 401
    assert site.waiting == document_id


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "http://testserver.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_form_of_another_site_decides_nothing(site: Installation, headers: dict[str, str], allowed: bool) -> None:
    document_id = site.waiting
    answer = post(site.visitor("user"), document_id, headers=headers, verdict="approve")
    assert answer.status_code == (303 if allowed else 403)
    assert (site.desk.queue() == []) is allowed


@pytest.mark.parametrize("form", [{"verdict": "load"}, {"verdict": ""}, {}])
def test_a_decision_that_is_none_is_refused(site: Installation, form: dict[str, str]) -> None:
    assert post(site.visitor("user"), site.waiting, **form).status_code == 422
    assert len(site.desk.queue()) == 1


def test_a_form_that_is_too_large_is_refused_unread(site: Installation) -> None:
    answer = post(site.visitor("user"), site.waiting, verdict="reject", comment="x" * (17 * 2**20))
    assert answer.status_code == 413
    assert len(site.desk.queue()) == 1


def test_only_what_waits_can_be_decided(site: Installation) -> None:
    loaded = site.desk.search("DE-00003")[0].document_id
    answer = post(site.visitor("user"), loaded, verdict="reject")
    assert answer.status_code == 409 and "does not wait" in answer.text
    found = site.desk.dossier(loaded)
    assert found is not None and found.drawing.state == "loaded"


def test_a_missed_string_is_added_audited_and_in_the_golden_label(site: Installation) -> None:
    document_id, before = site.waiting, site.texts(site.waiting)
    form = {"missed-0": " 2x  M8 ", "place-0": "2 100 200 120 280 90", "missed-7": "", "place-7": "nowhere"}
    answer = post(site.visitor("user", "ursula"), document_id, verdict="approve", **form)
    assert answer.headers["location"].endswith("?done=corrected")
    (new,) = set(site.texts(document_id)) - set(before)
    item = row(site, tables.items, document_id, item_id=new)
    assert (item["text"], item["page"], item["engine"], item["thread_size"]) == ("2x M8", 2, "person", "M8")
    assert item["quad_px"][0] == [100, 280] and item["rotation_deg"] == 90, "it runs upwards from the lower left"
    found = site.desk.dossier(document_id)
    assert found is not None and found.decisions[0].changes[-1].before is None
    assert "was missed" in site.visitor("viewer").get(f"{PREFIX}/drawings/{document_id}").text
    pages = truth_pages(site.settings.var / "golden")
    assert "2x M8" in {text.text for page in pages for text in page.texts}


@pytest.mark.parametrize(
    "place", ["", "1 2 3", "1 a b c d 0", "9 1 1 5 5 0", "1 5 5 5 5 0", "1 1e9 0 1 1 0", "1 -5 0 9 9 0"]
)
def test_a_missed_string_without_a_place_on_a_page_is_refused(site: Installation, place: str) -> None:
    answer = post(site.visitor("user"), site.waiting, verdict="approve", **{"missed-0": "<b>M8", "place-0": place})
    assert answer.status_code == 422 and "on the sheet" in answer.text and "<b>M8" not in answer.text
    assert len(site.desk.queue()) == 1


def test_a_drawing_drawn_at_random_is_looked_at_like_one_in_quarantine(site: Installation) -> None:
    loaded = site.desk.search("DE-00003")[0].document_id
    warehouse = Warehouse(site.settings.database_url)
    warehouse.load_batch(RUN, [site.work(loaded)], sample_rate=1.0)
    visitor = site.visitor("user", "ursula")
    assert f"/review/{loaded}" in visitor.get(f"{PREFIX}/drawings/{loaded}").text
    assert "drawn at random" in visitor.get(f"{PREFIX}/review/{loaded}").text
    answer = post(visitor, loaded, verdict="approve", **{"missed-0": "R5", "place-0": "1 10 10 90 30 0"})
    assert answer.headers["location"].endswith("?done=corrected")
    assert f"/review/{loaded}" not in visitor.get(f"{PREFIX}/drawings/{loaded}").text
    report = visitor.get(f"{PREFIX}/accuracy/report?first=2026-02-20&last=2026-03-05").text
    assert "This is the best estimate for what is in the database" in report


def test_odd_corrections_are_kept_as_text(site: Installation) -> None:
    document_id = site.waiting
    odd = {"text-3": "\x00\ud7ff' ; DROP TABLE items; --", "text-7": "x" * 20_000, "text-999999": "no such string"}
    assert post(site.visitor("user"), document_id, verdict="approve", **odd).status_code == 303
    texts = site.texts(document_id)
    assert texts[3] == "\ufffd\ud7ff' ; DROP TABLE items; --" and len(texts[7]) == 10_000 and 999999 not in texts


def test_a_string_with_spaces_that_a_form_cannot_hold_is_no_correction(site: Installation) -> None:
    document_id = site.waiting
    post(site.visitor("user"), document_id, verdict="approve", **{"text-5": "a b"})
    assert site.texts(document_id)[5] == "a  b"


def test_a_failed_write_leaves_everything_as_it_was(site: Installation) -> None:
    document_id, before = site.waiting, site.texts(site.waiting)
    with Database(site.settings.database_url).writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no_audit BEFORE INSERT ON review_changes BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    answer = post(site.visitor("user"), document_id, verdict="approve", **{"text-3": "⌀12"})
    assert answer.status_code >= 500
    assert site.texts(document_id) == before and site.waiting == document_id
    assert not (site.settings.var / "golden").exists()


def test_the_live_report_follows_a_decision(site: Installation) -> None:
    visitor, address = site.visitor("user"), f"{PREFIX}/accuracy/report?first=2026-02-20&last=2026-03-05"
    before = visitor.get(address).text
    assert visitor.get(address).text == before and "no mark is missed" in before
    post(visitor, site.waiting, verdict="approve")
    assert "no mark is missed" not in visitor.get(address).text
