"""What the warehouse knows of the inbox."""

from datetime import timedelta
from pathlib import Path

from fabricated import NOON, batch, drawing, dump

from drawing_etl.intake import Arrival, Ledger
from drawing_etl.warehouse import RunRecord, Warehouse
from ocr_tasks.contract import PIPELINE_VERSION

RUN = RunRecord(run_id="manual__1", started_at=NOON)


def test_it_is_the_ledger_that_intake_asks(address: str) -> None:
    ledger: Ledger = Warehouse(address)
    assert ledger.known([]) == set()
    assert ledger.arrivals() == {}


def test_loaded_quarantined_and_rejected_drawings_are_known(address: str, tmp_path: Path) -> None:
    warehouse = Warehouse(address)
    warehouse.start_run(RUN)
    works = batch(tmp_path)
    warehouse.load_batch(RUN.run_id, works)
    shas = {work.manifest().sha256 for work in works}

    assert warehouse.known(shas | {"0" * 64}, PIPELINE_VERSION) == shas
    assert warehouse.known(shas, "9.9.9") == set()
    assert warehouse.known(shas) == shas
    assert warehouse.known([f"{n:064x}" for n in range(2_000)]) == set()


def test_a_path_remembers_the_file_that_lay_there_last(address: str) -> None:
    moments = iter([NOON, NOON + timedelta(days=1), NOON + timedelta(days=2)])
    warehouse = Warehouse(address, clock=lambda: next(moments))
    first, second = Arrival("in/a.pdf", 10, 111, "1" * 64), Arrival("in/a.pdf", 12, 222, "2" * 64)

    warehouse.remember_arrivals([first])
    warehouse.remember_arrivals([second])
    assert warehouse.arrivals() == {"in/a.pdf": (12, 222, "2" * 64)}

    warehouse.remember_arrivals([Arrival("in/a.pdf", 10, 99, "1" * 64)])  # the old file came back, with its old time
    assert warehouse.arrivals() == {"in/a.pdf": (10, 99, "1" * 64)}
    rows = {row["sha256"][0]: row for row in dump(address)["arrivals"]}
    assert (rows["1"]["first_seen"], rows["1"]["last_seen"]) == (NOON, NOON + timedelta(days=2))
    assert rows["2"]["last_seen"] == NOON + timedelta(days=1)


def test_the_same_bytes_under_two_names_are_one_document_and_two_arrivals(address: str, tmp_path: Path) -> None:
    warehouse = Warehouse(address)
    warehouse.start_run(RUN)
    work = drawing(tmp_path, "one", name="in/a.pdf")
    sha256 = work.manifest().sha256
    warehouse.remember_arrivals([Arrival("in/a.pdf", 3, 1, sha256), Arrival("in/copy of a.pdf", 3, 2, sha256)])
    warehouse.load_batch(RUN.run_id, [work])
    again = drawing(tmp_path / "again", "one", name="in/a.pdf")
    warehouse.load_batch(RUN.run_id, [again])

    rows = dump(address)
    assert len(rows["documents"]) == 1
    assert {row["path"] for row in rows["arrivals"]} == {"in/a.pdf", "in/copy of a.pdf"}


def test_long_and_odd_paths_are_kept_apart(address: str) -> None:
    long = "d/" * 2_000
    paths = [long + "a.pdf", long + "b.pdf", "in/\ud800.pdf", "in/\ud801.pdf", "in/\0.pdf"]
    warehouse = Warehouse(address)
    warehouse.remember_arrivals([Arrival(path, 1, place, f"{place:064x}") for place, path in enumerate(paths)])

    assert len(dump(address)["arrivals"]) == 5
    assert warehouse.arrivals()[long + "b.pdf"] == (1, 1, f"{1:064x}")
