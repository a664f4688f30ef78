"""What an analyst sees."""

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fabricated import NOON, batch, drawing, encrypted, low_share

from drawing_etl.warehouse import RunRecord, Warehouse
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.tables import documents
from ocr_tasks.workdir import Workdir

RUN = RunRecord(run_id="manual__1", started_at=NOON)


def load(address: str, works: Sequence[Workdir]) -> None:
    warehouse = Warehouse(address, clock=lambda: NOON)
    warehouse.start_run(RUN)
    warehouse.load_batch(RUN.run_id, works)


def select(address: str, query: str, **values: Any) -> list[tuple[Any, ...]]:
    with Database(address).reading() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]


NEWEST = "SELECT original_name FROM current_drawings WHERE is_newest_revision ORDER BY original_name"


def test_the_newest_pipeline_version_of_a_file_is_current(address: str, tmp_path: Path) -> None:
    for version in ("0.10.0", "0.9.0"):
        load(address, [drawing(tmp_path, "one", version=version, texts=["Ra 3.2", version])])

    assert select(address, "SELECT pipeline_version, is_newest_revision FROM current_drawings") == [("0.10.0", True)]


def test_an_older_revision_that_arrives_late_is_not_the_newest(address: str, tmp_path: Path) -> None:
    load(
        address,
        [
            drawing(tmp_path, "b", revision="B", name="b.pdf", arrived_at=NOON),
            drawing(tmp_path, "a", revision="A", name="a.pdf", arrived_at=NOON + timedelta(days=9)),
            drawing(tmp_path, "other", number="DE-200", revision="-", name="other.pdf"),
            drawing(tmp_path, "none", number=None, revision=None, name="no number.pdf"),
            drawing(tmp_path, "none either", number=None, revision=None, name="no number 2.pdf"),
        ],
    )

    assert len(select(address, "SELECT * FROM current_drawings")) == 5
    assert select(address, NEWEST) == [("b.pdf",), ("no number 2.pdf",), ("no number.pdf",), ("other.pdf",)]


@pytest.mark.parametrize(
    ("arrivals", "newest"),
    [
        ([("Z", 0), ("AA", 0)], "AA"),
        ([("9", 0), ("10", 0)], "10"),
        ([("Rev. A", 0), ("B", -1)], "B"),
        # letters, then numbers: the scheme that arrived last counts
        ([("A", 0), ("B", 1), ("1", 2)], "1"),
        ([("1", 0), ("2", 1), ("A", 2)], "A"),
        ([("1", 0), ("B", 1), ("A", 2)], "B"),
        # none read, then one
        ([(None, 0), ("A", 1)], "A"),
    ],
)
def test_which_revision_is_the_newest(
    address: str, tmp_path: Path, arrivals: list[tuple[str | None, int]], newest: str
) -> None:
    works = [
        drawing(tmp_path, f"file {place}", revision=revision, name=str(revision), arrived_at=NOON + timedelta(days=day))
        for place, (revision, day) in enumerate(arrivals)
    ]
    load(address, works)
    assert select(address, NEWEST) == [(newest,)]


def test_the_same_revision_sent_again_is_newer(address: str, tmp_path: Path) -> None:
    works = [
        drawing(tmp_path, "first", name="first.pdf", arrived_at=NOON),
        drawing(tmp_path, "second", name="second.pdf", number="de - 100", arrived_at=NOON + timedelta(days=1)),
    ]
    load(address, works)
    assert select(address, NEWEST) == [("second.pdf",)]


def test_sheets_of_one_drawing_in_files_of_their_own_are_all_the_newest(address: str, tmp_path: Path) -> None:
    works = [
        drawing(tmp_path, "sheet 1", sheet_of="1/2", name="1.pdf"),
        drawing(tmp_path, "sheet 2", sheet_of="2/2", name="2.pdf"),
        drawing(tmp_path, "sheet 2 old", sheet_of="2/2", name="2 old.pdf", revision="-"),
    ]
    load(address, works)
    assert select(address, NEWEST) == [("1.pdf",), ("2.pdf",)]


def test_dimensions_and_threads_are_those_of_drawings_that_passed(address: str, tmp_path: Path) -> None:
    load(address, batch(tmp_path, 3))

    dimensions = select(
        address,
        "SELECT drawing_number, revision, kind, quantity, nominal, upper_limit, lower_limit, fit "
        "FROM current_dimensions ORDER BY nominal",
    )
    assert dimensions == [
        ("DE-0", "A", "diameter", 4, 16.5, 16.518, 16.5, "H7"),
        ("DE-0", "A", "linear", None, 120.0, None, None, None),
    ]
    assert select(address, "SELECT drawing_number, thread_size, thread_pitch, thread_hand FROM threads") == [
        ("DE-0", "M12", 1.5, "left")
    ]


def test_quarantine_is_open_until_a_better_reading(address: str, tmp_path: Path) -> None:
    open_now = "SELECT original_name, expectation, message FROM open_quarantine"
    load(address, [drawing(tmp_path, "one", reasons=(low_share(),), version="0.1.0"), drawing(tmp_path, "two")])
    assert select(address, open_now) == [("in/a.pdf", "share_low", "half is doubtful")]

    load(address, [drawing(tmp_path, "one", version="0.2.0")])
    assert select(address, open_now) == []


def test_nights_are_counted_by_run(address: str, tmp_path: Path) -> None:
    warehouse = Warehouse(address)
    nights = [
        RunRecord(run_id=f"scheduled__{n}", started_at=NOON, interval_end=NOON + timedelta(days=n)) for n in range(3)
    ]
    for run in nights:
        warehouse.start_run(run)
    warehouse.load_batch("scheduled__0", batch(tmp_path, 4))
    warehouse.load_batch("scheduled__1", [drawing(tmp_path, "late", rejected=encrypted())])

    columns = "runs, drawings, loaded, quarantined, rejected, pages, strings, seconds"
    assert select(address, f"SELECT {columns} FROM nightly_figures ORDER BY night") == [
        (1, 4, 2, 1, 1, 3, 18, 19.0),
        (1, 1, 0, 0, 1, 0, 0, 1.0),
        (1, 0, 0, 0, 0, 0, 0, 0.0),
    ]
    (mean,) = select(address, "SELECT mean_confidence FROM nightly_figures ORDER BY night LIMIT 1")
    assert mean[0] == pytest.approx(0.9)


def current_and_newest(readings: Sequence[dict[str, Any]]) -> tuple[set[str], set[str]]:
    """Say which documents should be current and which the newest revision, the slow and obvious way."""
    of_files: dict[str, dict[str, Any]] = {}
    for row in sorted(readings, key=lambda row: [int(part) for part in row["pipeline_version"].split(".")]):
        of_files[row["sha256"]] = row
    current = of_files.values()
    newest = {row["document_id"] for row in current if row["number_key"] is None}
    for number, sheet in {(row["number_key"], row["sheet_number"]) for row in current if row["number_key"]}:
        same = [row for row in current if (row["number_key"], row["sheet_number"]) == (number, sheet)]
        last = max(same, key=lambda row: (row["arrived_at"], row["revision_scheme"]))
        rivals = [row for row in same if row["revision_scheme"] == last["revision_scheme"]]
        best = max(rivals, key=lambda row: (row["revision_order"], row["arrived_at"], row["sha256"]))
        newest.add(best["document_id"])
    return {row["document_id"] for row in current}, newest


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_in_whatever_order_one_revision_of_a_sheet_is_the_newest(
    address: str, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    warehouse, database = Warehouse(address), Database(address)
    warehouse.start_run(RUN)
    for step in range(20):
        reading = drawing(
            tmp_path,
            f"file {chance.randrange(5)}",
            number=chance.choice(["DE-1", "DE-2", None]),
            revision=chance.choice(["A", "B", "AA", "1", "02", None]),
            sheet_of=chance.choice(["1/2", "2/2"]),
            version=chance.choice(["0.9.0", "0.10.0"]),
            arrived_at=NOON + timedelta(days=chance.randrange(4)),
            texts=[str(step)],
        )
        warehouse.load_batch(RUN.run_id, [reading])

        with database.reading() as connection:
            readings = [dict(row) for row in connection.execute(sa.select(documents)).mappings()]
        current, newest = current_and_newest(readings)
        assert {row["document_id"] for row in readings if row["is_current"]} == current
        assert {row["document_id"] for row in readings if row["is_newest_revision"]} == newest
