"""Drawings that wait, asked about in Airflow itself: real runs of the DAG, answered through Airflow's own API."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowSkipException, TaskAwaitingInput
from good_sheets import MIDNIGHT, good_workdir
from told import told
from web_night import HOSTILE

from drawing_etl.airflow_home import POOLS, environment
from drawing_etl.asking import (
    APPROVE,
    LEAVE,
    MOST_STRINGS,
    REJECT,
    AskAboutDrawing,
    NotWritten,
    NotYetWritten,
    body,
    decide,
    form,
)
from drawing_etl.settings import PROJECT, Settings
from drawing_etl.warehouse import Desk, Review, RunRecord, Warehouse
from drawing_etl.web.golden import keep_label
from ocr_tasks.contract import Reason, Verdict

RUN = """
import json, sys, threading, time
from datetime import timedelta
from airflow.api_fastapi.app import create_app, get_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.dag_processing.dagbag import DagBag
from airflow.jobs.job import Job
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.models.taskinstance import TaskInstance
from airflow.sdk.timezone import utcnow
from airflow.utils.session import create_session
from fastapi.testclient import TestClient
from drawing_etl.airflow_home import POOLS, prepare
from drawing_etl.settings import PROJECT, Settings
from drawing_etl.warehouse import Desk, Review

answers, conf = json.loads(sys.argv[1])
prepare(POOLS)
dag = DagBag(PROJECT / "dags" / "drawing_review.py", bundle_name="dags-folder").dags["drawing_review"]
client = TestClient(create_app(apps="core"))


def ask(user, role, method, path, **more):
    token = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username=user, role=role))
    headers = {"Authorization": "Bearer " + token}
    return client.request(method, "/api/v2/dags/drawing_review/dagRuns/" + path, headers=headers, **more)


def questions():
    answer = ask("vera", "viewer", "GET", "~/hitlDetails?limit=100")
    return answer.json()["hitl_details"] if answer.status_code == 200 else []


told = []


def parked():
    with create_session() as session:
        return [ti.id for ti in session.query(TaskInstance).filter(TaskInstance.state == "awaiting_input")]


def wait_for(number):
    while len(parked()) != number:
        time.sleep(0.5)


def three_hours_pass():
    with create_session() as session:
        for ti in session.query(TaskInstance).filter(TaskInstance.state == "awaiting_input"):
            assert timedelta(hours=2) < ti.trigger_timeout - utcnow() <= timedelta(hours=3)
            ti.trigger_timeout = utcnow() - timedelta(seconds=1)
    SchedulerJobRunner(job=Job()).check_awaiting_input_timeouts()


def decide_on_the_page(document_id):
    desk = Desk(Settings.from_env().database_url)
    found = desk.dossier(document_id)
    desk.decide(Review(document_id=document_id, seen=found.seen, reviewer="vera", verdict="reject"))


def reply():
    elsewhere = [answer["elsewhere"] for answer in answers.values() if "elsewhere" in answer]
    wait_for(len(answers))
    for document_id in elsewhere:
        decide_on_the_page(document_id)
    three_hours_pass()
    wait_for(len(answers) - len(elsewhere))
    for question in sorted(questions(), key=lambda each: each["subject"]):
        place = question["task_instance"]
        answer = answers[question["subject"].partition(":")[0]]
        if "elsewhere" in answer:
            continue
        path = f"{place['dag_run_id']}/taskInstances/review.ask/{place['map_index']}/hitlDetails"
        if "first" in answer:
            decide_on_the_page(answer["first"])
        fields = {name: each["value"] for name, each in question["params"].items()}
        body = {"chosen_options": [answer["option"]], "params_input": {**fields, **answer.get("fields", {})}}
        codes = [ask(*who, "PATCH", path, json=body).status_code for who in ANSWERING]
        told.append({**{name: question[name] for name in ("subject", "body", "options")}, "codes": codes})


ANSWERING = [("vera", "viewer"), ("ursula", "user"), ("ursula", "user")]
threading.Thread(target=reply, daemon=True).start()
state = dag.test(run_conf=conf).state
with create_session() as session:
    states = {f"{ti.task_id}[{ti.map_index}]": str(ti.state) for ti in session.query(TaskInstance).all()}
print("told", json.dumps({"questions": told, "run": str(state), "states": states}))
"""


class Waiting:
    """An installation with five drawings in quarantine and one loaded."""

    def __init__(self, root: Path) -> None:
        self.settings = Settings.from_env({"DRAWING_ETL_VAR": str(root)})
        self.warehouse = Warehouse(self.settings.database_url, clock=lambda: MIDNIGHT)
        self.desk = Desk(self.settings.database_url)
        works = [good_workdir(self.settings.work_root, seed, pages=1) for seed in range(6)]
        for number, work in enumerate(works):
            work.write_source("source.pdf", [b"%PDF-1.7 " + work.name.encode()])
            doubt = Reason(
                expectation="one_unit", observed=2, required=1, message=f"units mix {HOSTILE}", item_ids=(3, 4)
            )
            reasons = (doubt,) if number else ()
            verdict = {"drawing_id": work.name, "outcome": "quarantine" if number else "pass", "reasons": reasons}
            work.write_verdict(Verdict.model_validate(verdict))
        self.warehouse.migrate()
        self.warehouse.start_run(RunRecord(run_id="night", started_at=MIDNIGHT))
        self.warehouse.load_batch("night", works)
        self.ids = {drawing.drawing_number: drawing.document_id for drawing in self.desk.search(limit=10)}

    def run(self, answers: Mapping[str, Any], conf: Mapping[str, Any]) -> dict[str, Any]:
        """Run the real DAG and answer its questions, by drawing number; return what came of it."""
        return told(RUN, json.dumps([answers, conf]), env=environment(self.settings), timeout_s=280)


@pytest.fixture(scope="module")
def dag() -> DAG:
    bag = DagBag(PROJECT / "dags" / "drawing_review.py", bundle_name="dags-folder")
    assert bag.import_errors == {}
    return bag.dags["drawing_review"]


def test_it_follows_each_load_and_waits_no_longer_than_it_says(dag: DAG) -> None:
    assert dag.timetable.asset_condition.name == "drawings_loaded"
    ask, decide = dag.get_task("review.ask"), dag.get_task("review.decide")
    assert ask.answer_within.days == 7 and ask.defaults is None, "nobody's silence decides"
    assert ask.execution_timeout is None
    assert decide.pool == "warehouse" and decide.pool in POOLS and decide.execution_timeout


def test_questions_are_answered_in_airflow_and_written_as_the_review_page_does(tmp_path: Path) -> None:
    made = Waiting(tmp_path)
    before = {item.item_id: item.text for item in made.warehouse.items(made.ids["DE-00001"])}
    ran = made.run(
        {
            "DE-00001": {"option": APPROVE, "fields": {"text-3": "⌀12 H7", "text-4": None, "field-revision": "C"}},
            "DE-00002": {"option": REJECT, "fields": {"comment": "wrong <b>scale</b>"}},
            "DE-00003": {"option": LEAVE},
            "DE-00004": {"option": APPROVE, "first": made.ids["DE-00004"]},
            "DE-00005": {"elsewhere": made.ids["DE-00005"]},
        },
        {"most": 10},
    )
    assert [each["codes"] for each in ran["questions"]] == [[403, 200, 409]] * 4, "a viewer may not answer"
    corrected, rejected, left, lost = (made.desk.dossier(made.ids[f"DE-0000{n}"]) for n in (1, 2, 3, 4))
    assert corrected and rejected and left and lost
    assert (corrected.drawing.state, corrected.drawing.revision) == ("loaded", "C")
    (decision,) = corrected.decisions
    assert (decision.reviewer, decision.action) == ("ursula", "corrected")
    after = {item.item_id: item.text for item in made.warehouse.items(made.ids["DE-00001"])}
    assert after == {**{item_id: text for item_id, text in before.items() if item_id != 4}, 3: "⌀12 H7"}
    assert {change.item_id for change in decision.changes} == {3, 4, None}
    label = json.loads(
        (made.settings.var / "golden" / corrected.drawing.drawing_id / "source.p0.json").read_text(encoding="utf-8")
    )
    assert label["reviewer"] == "ursula" and "⌀12 H7" in {text["text"] for text in label["texts"]}
    assert rejected.not_read is not None and rejected.not_read.message == "wrong <b>scale</b>"
    assert left.drawing.state == "quarantined" and left.decisions == ()
    assert [each.reviewer for each in lost.decisions] == ["vera"], "who was first is kept"
    states = ran["states"]
    asked = sorted(states[f"review.ask[{n}]"] for n in range(5))
    assert asked == ["skipped", *["success"] * 4], "a question ends by itself when its drawing was decided elsewhere"
    decided = sorted(states[f"review.decide[{n}]"] for n in range(5))
    assert decided == ["failed", *["skipped"] * 2, *["success"] * 2], "the second one sees that it was not written"
    assert ran["run"] == "failed"


def test_what_strangers_wrote_is_no_markdown(tmp_path: Path) -> None:
    made = Waiting(tmp_path)
    found = made.desk.dossier(made.ids["DE-00001"])
    assert found is not None
    said = body(found)
    assert "\\<script\\>alert\\(1\\)" in said and "[U+202E]" not in said and "\\[U\\+202E\\]" in said
    assert re.findall(r"(?<!\\)[<>`*\[]", said) == ["["], "but for the one link of ours"
    assert said.endswith(f"(/drawing-etl/review/{made.ids['DE-00001']})")
    fields = form(found, made.warehouse.items(made.ids["DE-00001"]))
    assert list(fields) == ["field-drawing_number", "field-title", "field-revision", "text-3", "text-4", "comment"]


def test_what_was_decided_meanwhile_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Waiting(tmp_path)
    monkeypatch.setenv("DRAWING_ETL_VAR", str(tmp_path))
    document_id = made.ids["DE-00001"]
    found = made.desk.dossier(document_id)
    assert found is not None
    question = {"document_id": document_id, "seen": found.seen, "name": "x"}
    made.desk.decide(Review(document_id=document_id, seen=found.seen, reviewer="vera", verdict="reject"))
    with pytest.raises(AirflowSkipException, match="meanwhile"):
        AskAboutDrawing(task_id="ask", drawing=question, answer_within=timedelta(days=7)).execute({})


def test_a_question_that_nobody_answered_in_time_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Waiting(tmp_path)
    monkeypatch.setenv("DRAWING_ETL_VAR", str(tmp_path))
    found = made.desk.dossier(made.ids["DE-00001"])
    assert found is not None
    question = {"document_id": made.ids["DE-00001"], "seen": found.seen, "name": "x"}
    ask = AskAboutDrawing(task_id="ask", drawing=question, answer_within=timedelta(days=7))
    silence = {"error": "no answer", "error_type": "timeout"}
    now = datetime.now(UTC)
    with pytest.raises(TaskAwaitingInput) as wait:
        ask.execute_complete({}, silence, (now + timedelta(hours=1)).isoformat())
    assert wait.value.timeout <= timedelta(hours=1) and wait.value.kwargs["until"] > now.isoformat()
    with pytest.raises(AirflowSkipException, match="nobody answered"):
        ask.execute_complete({}, silence, (now - timedelta(seconds=1)).isoformat())
    assert made.desk.dossier(made.ids["DE-00001"]) == found


def test_a_form_that_would_be_too_long_says_how_many_more_there_are(tmp_path: Path) -> None:
    made = Waiting(tmp_path)
    found = made.desk.dossier(made.ids["DE-00001"])
    assert found is not None
    items = made.warehouse.items(made.ids["DE-00001"])
    many = [items[0].item_id + n for n in range(MOST_STRINGS + 3)]
    longer = replace(found, reasons=(replace(found.reasons[0], item_ids=tuple(many)),))
    assert "below can be corrected here; 3 more are named on the page." in body(longer)
    assert "can be corrected here" not in body(found)


def answered(made: Waiting, **fields: str) -> str:
    """Approve the first drawing that waits, with FIELDS as they come from the question's form."""
    found = made.desk.dossier(made.ids["DE-00001"])
    assert found is not None
    answer = {"chosen_options": [APPROVE], "params_input": fields, "responded_by_user": {"name": "ursula"}}
    return decide.function({"document_id": made.ids["DE-00001"], "seen": found.seen, "name": "x"}, answer)


def test_an_answer_that_the_machine_is_in_the_way_of_can_be_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Waiting(tmp_path)
    monkeypatch.setenv("DRAWING_ETL_VAR", str(tmp_path))
    with monkeypatch.context() as broken:
        broken.setattr("drawing_etl.web.meanings.sys.executable", "/bin/false")
        with pytest.raises(NotYetWritten, match=r"ocr_tasks parse.*Remedy: try again.*clear this task"):
            answered(made, **{"text-3": "⌀12 H7"})
    with monkeypatch.context() as gone:
        gone.setenv("DRAWING_ETL_DATABASE_URL", f"sqlite:///{tmp_path}/elsewhere.sqlite")
        with pytest.raises(NotYetWritten, match=r"Remedy: .*clear this task: the answer is kept"):
            answered(made)
    assert answered(made, **{"text-3": "⌀12 H7"}) == "corrected"


def test_an_unclear_answer_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Waiting(tmp_path)
    monkeypatch.setenv("DRAWING_ETL_VAR", str(tmp_path))
    with pytest.raises(NotWritten, match="without a place"):
        answered(made, **{"missed-0": "R5"})
    found = made.desk.dossier(made.ids["DE-00001"])
    assert found is not None and found.decisions == ()


def test_a_decision_stands_although_no_label_can_be_made_of_it(tmp_path: Path) -> None:
    made = Waiting(tmp_path)
    found = made.desk.dossier(made.ids["DE-00001"])
    assert found is not None
    assert keep_label(made.settings, Warehouse(f"sqlite:///{tmp_path}/elsewhere.sqlite"), found) is False
