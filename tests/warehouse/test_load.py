"""Loading: what becomes rows, and that all of a batch does or nothing."""

import itertools
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import HalfWay
from fabricated import NOON, batch, drawing, dump, encrypted, item, low_share

from drawing_etl.warehouse import LoadRefused, RunRecord, Warehouse
from ocr_tasks.contract import Stage, StageReport, Verdict
from ocr_tasks.errors import ContractError

RUN = RunRecord(run_id="manual__1", started_at=NOON, params={"glob": "*"})


def warehouse_at(address: str, now: datetime = NOON) -> Warehouse:
    warehouse = Warehouse(address, clock=lambda: now)
    warehouse.start_run(RUN)
    return warehouse


def test_passed_quarantined_and_rejected_drawings_all_become_rows(address: str, tmp_path: Path) -> None:
    counts = warehouse_at(address).load_batch(RUN.run_id, batch(tmp_path))

    assert (counts.inserted, counts.updated, counts.unchanged) == (4, 0, 0)
    assert (counts.loaded, counts.quarantined, counts.rejected) == (2, 1, 1)
    assert (counts.pages, counts.strings) == (3, 18)
    rows = dump(address)
    states = {row["original_name"]: row["state"] for row in rows["documents"]}
    assert states == {
        "in/0.pdf": "loaded",
        "in/1.pdf": "loaded",
        "in/q.pdf": "quarantined",
        "in/locked.pdf": "rejected",
    }
    assert [row["code"] for row in rows["rejections"]] == ["encrypted"]
    assert [(row["expectation"], row["observed"], row["item_ids"]) for row in rows["quarantine_reasons"]] == [
        ("share_low", 0.5, [1, 2])
    ]
    assert len(rows["items"]) == 18
    assert len(rows["stage_reports"]) == 3 * 6 + 1


def test_a_stage_keeps_the_image_that_it_ran_in(address: str, tmp_path: Path) -> None:
    work = drawing(tmp_path, "one")
    digest = f"drawing-etl/ocr-cpu@sha256:{'a' * 64}"
    work.finish(work.required_report(Stage.RECOGNIZE).model_copy(update={"image": digest}))
    warehouse_at(address).load_batch(RUN.run_id, [work])
    images = {row["stage"]: row["image"] for row in dump(address)["stage_reports"]}
    assert images["recognize"] == digest
    assert images["detect"] is None


def test_an_item_keeps_its_text_its_meaning_and_where_it_comes_from(address: str, tmp_path: Path) -> None:
    work = drawing(tmp_path, "one")
    warehouse_at(address).load_batch(RUN.run_id, [work])

    rows = dump(address)
    fit, reference, thread, frame, roughness, note = rows["items"]
    assert fit["text"] == "4x ⌀16.5 H7"
    assert (fit["value_kind"], fit["quantity"], fit["nominal"]) == ("diameter", 4, 16.5)
    assert (fit["upper_limit"], fit["lower_limit"], fit["unit"], fit["fit"]) == (16.518, 16.5, "mm", "H7")
    assert (fit["left_px"], fit["top_px"], fit["right_px"], fit["bottom_px"]) == (100, 200, 180, 220)
    assert fit["meaning"]["count"] == 4
    assert reference["reference"] is True
    assert (thread["thread_standard"], thread["thread_size"], thread["thread_pitch"]) == ("M", "M12", 1.5)
    assert (thread["thread_class"], thread["thread_hand"]) == ("6H", "left")
    assert (frame["gdt_characteristic"], frame["gdt_value"], frame["gdt_datums"]) == ("position", 0.3, "A|B|C")
    assert (roughness["roughness_parameter"], roughness["roughness_value"]) == ("Ra", 3.2)
    assert note["meaning"] is None
    (weights,) = rows["weights"]
    assert weights["files"] == {"rec.onnx": "ab" * 32}
    assert {row["weights_digest"] for row in rows["items"]} == {weights["weights_digest"]}
    (document,) = rows["documents"]
    assert (document["drawing_number"], document["title"], document["revision"]) == ("DE-100", "BRACKET", "A")
    assert document["sha256"] == work.manifest().sha256
    assert document["arrived_at"] == NOON
    assert {row["field"]: row["state"] for row in rows["title_block"]}["title"] == "read"
    assert rows["notes"][0]["text"] == "DEBURR ALL EDGES"
    assert rows["parts"][0]["fields"]["material"] == rows["parts"][0]["material"] == "S235JR"
    assert rows["pages"][0]["layer_trusted"] is True


def test_a_string_of_the_text_layer_names_no_weights(address: str, tmp_path: Path) -> None:
    work = drawing(tmp_path, "one", items=[item(0, "(120)", source="vector", other_text="(12O)", confidence=1.0)])
    warehouse_at(address).load_batch(RUN.run_id, [work])

    rows = dump(address)
    assert rows["items"][0]["weights_digest"] is None
    assert rows["items"][0]["other_text"] == "(12O)"
    assert rows["documents"][0]["mean_confidence"] is None


def test_loading_twice_changes_no_row(address: str, tmp_path: Path) -> None:
    works = batch(tmp_path)
    warehouse_at(address).load_batch(RUN.run_id, works)
    before = dump(address)

    for work in works:  # what the task writes after loading must not become a row the next time
        work.finish(StageReport(stage=Stage.LOAD, outcome="done", fingerprint="x", seconds=3.0, finished_at=NOON))
    later = Warehouse(address, clock=lambda: NOON + timedelta(hours=5))
    counts = later.load_batch(RUN.run_id, works)

    assert (counts.inserted, counts.updated, counts.unchanged) == (0, 0, 4)
    assert dump(address) == before


def test_a_later_run_that_reads_the_same_leaves_the_drawings_as_they_are(address: str, tmp_path: Path) -> None:
    works = batch(tmp_path)
    warehouse_at(address).load_batch(RUN.run_id, works)
    before = dump(address)

    later = Warehouse(address, clock=lambda: NOON + timedelta(days=1))
    later.start_run(RunRecord(run_id="manual__2", started_at=NOON + timedelta(days=1)))
    later.load_batch("manual__2", works)

    after = dump(address)
    of_runs = ("runs", "batches", "run_documents", "stage_reports")
    assert {table: rows for table, rows in after.items() if table not in of_runs} == {
        table: rows for table, rows in before.items() if table not in of_runs
    }
    assert len(after["run_documents"]) == 2 * len(before["run_documents"])


def test_the_order_of_loading_does_not_matter(tmp_path: Path, migrated_file: Path) -> None:
    works = batch(tmp_path, 3)
    dumps = []
    for place, order in enumerate(itertools.permutations(range(3))):
        path = tmp_path / f"{place}.sqlite"
        path.write_bytes(migrated_file.read_bytes())
        warehouse = warehouse_at(f"sqlite:///{path}")
        for one in order:
            warehouse.load_batch(RUN.run_id, [works[one]])
        dumps.append(dump(f"sqlite:///{path}", without=["load_seconds"]))

    assert all(other == dumps[0] for other in dumps)


def test_both_databases_hold_the_same(address: str, tmp_path: Path, migrated_file: Path) -> None:
    works = batch(tmp_path)
    path = tmp_path / "reference.sqlite"
    path.write_bytes(migrated_file.read_bytes())
    for one in (address, f"sqlite:///{path}"):
        warehouse_at(one).load_batch(RUN.run_id, works)

    assert dump(address, without=["load_seconds"]) == dump(f"sqlite:///{path}", without=["load_seconds"])


def test_another_reading_of_a_drawing_replaces_all_of_the_old_one(address: str, tmp_path: Path) -> None:
    warehouse = warehouse_at(address)
    warehouse.load_batch(RUN.run_id, [drawing(tmp_path, "one", reasons=(low_share(),))])
    again = drawing(tmp_path, "one", texts=["Ra 3.2"], revision="B")
    warehouse.start_run(RunRecord(run_id="manual__2", started_at=NOON))
    counts = warehouse.load_batch("manual__2", [again])

    assert (counts.inserted, counts.updated) == (0, 1)
    rows = dump(address)
    (document,) = rows["documents"]
    assert (document["state"], document["revision"], document["run_id"]) == ("loaded", "B", "manual__2")
    assert [row["text"] for row in rows["items"]] == ["Ra 3.2"]
    assert rows["quarantine_reasons"] == []
    # what the first run saw stays said
    assert [(row["run_id"], row["state"], row["strings"]) for row in rows["run_documents"]] == [
        ("manual__1", "quarantined", 6),
        ("manual__2", "loaded", 1),
    ]


def test_a_new_pipeline_version_stands_beside_the_old_one(address: str, tmp_path: Path) -> None:
    warehouse = warehouse_at(address)
    warehouse.load_batch(RUN.run_id, [drawing(tmp_path, "one", version="0.9.0")])
    warehouse.load_batch(RUN.run_id, [drawing(tmp_path, "one", version="0.10.0")])

    assert {row["pipeline_version"] for row in dump(address)["documents"]} == {"0.9.0", "0.10.0"}


def test_no_half_of_a_batch_when_a_statement_fails(address: str, tmp_path: Path) -> None:
    warehouse = warehouse_at(address)
    before = dump(address)
    engine = warehouse._database.engine

    @sa.event.listens_for(engine, "before_cursor_execute")
    def fail(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("INSERT INTO quarantine_reasons"):
            raise RuntimeError("the planted fault")

    with pytest.raises(RuntimeError, match="the planted fault"):
        warehouse.load_batch(RUN.run_id, batch(tmp_path))

    assert dump(address) == before


@pytest.mark.parametrize("damage", ["result.json", "verdict.json", "manifest.json"])
def test_no_half_of_a_batch_when_a_file_is_damaged(address: str, tmp_path: Path, damage: str) -> None:
    warehouse = warehouse_at(address)
    works = batch(tmp_path)
    (works[2].path / damage).write_text('{"drawing_id": ')

    with pytest.raises(ContractError, match=damage):
        warehouse.load_batch(RUN.run_id, works)

    assert dump(address)["documents"] == []


def test_the_files_of_another_drawing_are_refused(address: str, tmp_path: Path) -> None:
    work = drawing(tmp_path, "one")
    other = drawing(tmp_path, "two")
    work.write_result(other.result())
    with pytest.raises(LoadRefused, match=f"its result is of drawing {other.name}"):
        warehouse_at(address).load_batch(RUN.run_id, [work])

    work = drawing(tmp_path, "one")
    work.write_verdict(Verdict(drawing_id=other.name, outcome="pass"))
    with pytest.raises(LoadRefused, match=f"its verdict is of drawing {other.name}"):
        warehouse_at(address).load_batch(RUN.run_id, [work])


def test_two_files_with_one_drawing_id_are_refused(address: str, tmp_path: Path) -> None:
    warehouse = warehouse_at(address)
    work = drawing(tmp_path, "one")
    warehouse.load_batch(RUN.run_id, [work])
    manifest = work.manifest()
    work.write_manifest(manifest.model_copy(update={"sha256": manifest.sha256[:16] + "0" * 48}))

    with pytest.raises(LoadRefused, match="share the first 64 bits"):
        warehouse.load_batch(RUN.run_id, [work])


def test_an_item_that_is_there_twice_is_refused(address: str, tmp_path: Path) -> None:
    work = drawing(tmp_path, "one", items=[item(0, "(120)"), item(0, "(120)")])
    with pytest.raises(LoadRefused, match="contradict each other"):
        warehouse_at(address).load_batch(RUN.run_id, [work])


def test_a_run_must_have_been_started(address: str, tmp_path: Path) -> None:
    warehouse = Warehouse(address)
    with pytest.raises(LoadRefused, match="start_run"):
        warehouse.load_batch("never", [drawing(tmp_path, "one")])
    with pytest.raises(LoadRefused, match="start_run"):
        warehouse.finish_run("never", "success")


def test_an_empty_batch_is_loaded_without_a_word(address: str) -> None:
    assert warehouse_at(address).load_batch(RUN.run_id, []).inserted == 0


HALF_WAY = """
import sys, time
import sqlalchemy as sa
from pathlib import Path
from drawing_etl.warehouse import Warehouse
from ocr_tasks.workdir import Workdir

address, run_id, moment, *works = sys.argv[1:]
warehouse = Warehouse(address)

def stand_still():
    print("now", flush=True)
    time.sleep(60)

@sa.event.listens_for(warehouse._database.engine, "after_cursor_execute")
def after(connection, cursor, statement, *rest):
    if moment == "half-way" and statement.startswith("INSERT INTO quarantine_reasons"):
        stand_still()

warehouse.load_batch(run_id, [Workdir(Path(work)) for work in works])
stand_still()
"""


@pytest.mark.parametrize(("moment", "documents"), [("half-way", 0), ("loaded", 4)])
def test_a_loader_that_is_killed_leaves_all_or_nothing(
    address: str, tmp_path: Path, moment: str, documents: int
) -> None:
    warehouse = warehouse_at(address)
    works = batch(tmp_path)
    arguments = [sys.executable, "-c", HALF_WAY, address, RUN.run_id, moment, *(str(work.path) for work in works)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as loader:
        assert loader.stdout is not None
        assert loader.stdout.readline() == "now\n"
        loader.send_signal(signal.SIGKILL)

    assert len(dump(address)["documents"]) == documents
    # and the next loader is not kept waiting
    counts = warehouse.load_batch(RUN.run_id, works)
    assert counts.inserted == 4 - documents
    assert len(dump(address)["items"]) == 18


def test_a_loader_that_meets_another_waits_for_it(address: str, tmp_path: Path) -> None:
    works = batch(tmp_path, 6)
    first, second = warehouse_at(address), Warehouse(address)
    half_way = HalfWay(first._database.engine, "INSERT INTO items")
    with ThreadPoolExecutor() as threads:
        one = threads.submit(first.load_batch, RUN.run_id, works[:4])
        waited, other = half_way.while_it_stands(
            lambda: second.load_batch(RUN.run_id, works[2:]), second._database.engine
        )

    assert waited
    assert one.result().inserted == 4
    assert (other.result().inserted, other.result().unchanged) == (2, 2)
    rows = dump(address)
    assert len(rows["documents"]) == len(rows["run_documents"]) == 6
    assert len(rows["items"]) == 5 * 6


def test_hostile_text_stays_text(address: str, tmp_path: Path) -> None:
    texts = [
        "NUL \0 inside",
        "'); DROP TABLE items; --",
        "<script>alert(1)</script>",
        "א" * 10_000,
        "‮rtl\x1b[31m",
        "",
    ]
    meaning = {
        "kind": "k" * 10_000,
        "count": 10**30,
        "nominal": 10**400,
        "upper": True,
        "thread": "no mapping",
        "gdt": {"datums": "ABC", "value": "0.3"},
        "nested": [{"\0": "\0"}],
    }
    items = [item(place, text) for place, text in enumerate(texts)] + [item(len(texts), "odd", meaning=meaning)]
    work = drawing(
        tmp_path,
        "one",
        items=items,
        number="N" * 10_000,
        revision="\0",
        name="in/\x07'\"\0.pdf",
        notes=("\0",),
        title_block={"\0" * 5: {"state": "read", "value": "\0"}},
        revisions=({"revision": "R" * 10_000},),
    )
    warehouse_at(address).load_batch(RUN.run_id, [work])

    rows = dump(address)
    assert [row["text"] for row in rows["items"]] == [text.replace("\0", "\ufffd") for text in texts] + ["odd"]
    odd = rows["items"][-1]
    assert odd["value_kind"] == "k" * 200
    assert [odd[name] for name in ("quantity", "nominal", "upper_limit", "thread_size", "gdt_datums")] == [None] * 5
    assert odd["meaning"]["nominal"] is None
    assert odd["meaning"]["nested"] == [{"\ufffd": "\ufffd"}]
    assert rows["notes"][0]["text"] == "\ufffd"


def test_a_rejected_drawing_needs_no_result(address: str, tmp_path: Path) -> None:
    work = drawing(tmp_path, "locked", rejected=encrypted())
    assert not (work.path / "result.json").exists()
    warehouse_at(address).load_batch(RUN.run_id, [work])

    rows = dump(address)
    assert [(row["stage"], row["message"]) for row in rows["rejections"]] == [("render", "needs a password: remove it")]
    assert rows["documents"][0]["pages"] == 0


def test_times_are_kept_as_moments(address: str) -> None:
    abroad = datetime(2026, 3, 1, 23, 30, tzinfo=UTC).astimezone(tz=None)
    Warehouse(address).start_run(RunRecord(run_id="r", started_at=abroad, interval_end=NOON + timedelta(days=1)))
    (run,) = dump(address)["runs"]
    assert run["started_at"] == abroad
    assert run["started_at"].tzinfo is UTC
    assert run["night"].isoformat() == "2026-03-02"
