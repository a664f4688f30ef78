"""The golden set's figures and baselines, on every database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from databases import HalfWay
from fabricated import NOON

from drawing_etl.warehouse import BaselineConflict, GoldenLedger, GoldenRun, GoldenScore


def score(sha256: str, exact: int = 9, **changes: object) -> GoldenScore:
    made = GoldenScore(
        sha256=sha256,
        truth_digest=f"truth of {sha256}",
        name=f"{sha256}.pdf",
        pages=1,
        strings=10,
        exact=exact,
        missed=0,
        readings=12,
        characters=50,
        edits=10 - exact,
        rejected=False,
        measured_at=NOON,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def run(name: str, *scores: GoldenScore, reader: str = "reader one") -> GoldenRun:
    return GoldenRun(
        golden_run_id=name,
        reader_key=reader,
        pipeline_version="0.1.0",
        engines={"recognize": {"name": "planted", "precision": "float32", "weights": {"a.onnx": "ab"}}},
        weights_digest="cd",
        measured_at=NOON,
        scores=scores,
    )


@pytest.fixture
def ledger(address: str) -> GoldenLedger:
    return GoldenLedger(address, clock=lambda: NOON)


def test_figures_come_back_as_they_were_stored(ledger: GoldenLedger) -> None:
    stored = run("one", score("a"), score("b", 5, rejected=True, name="b \0.pdf"))
    ledger.store(stored)
    ledger.store(stored)
    found = ledger.run("one")
    assert found is not None and found.scores[0] == stored.scores[0]
    assert (found.exact_share, found.scores[1].rejected) == (pytest.approx(0.7), True)
    assert found.engines == stored.engines and ledger.run("two") is None


def test_a_drawing_is_known_by_reader_file_and_truth(ledger: GoldenLedger) -> None:
    ledger.store(run("old", score("a", 3, measured_at=NOON - timedelta(days=1)), score("b")))
    ledger.store(run("new", score("a", 9)))
    wanted = {"a": "truth of a", "b": "another truth", "c": "truth of c"}
    assert {sha: known.exact for sha, known in ledger.known("reader one", wanted).items()} == {"a": 9}
    assert ledger.known("reader two", wanted) == {}


def test_the_last_accepted_run_is_the_baseline(ledger: GoldenLedger) -> None:
    assert ledger.baseline() is None
    ledger.store(run("one", score("a")))
    ledger.store(run("two", score("a", 8), reader="reader two"))
    ledger.accept("one", accepted_by="ursula", seen=None)
    ledger.accept("two", accepted_by="otto", seen=1, reason="new pen", comparison={"exact": 0.8})
    found = ledger.baseline()
    assert found is not None
    assert (found.number, found.accepted_by, found.reason, found.accepted_at) == (2, "otto", "new pen", NOON)
    assert found.run.scores[0].exact == 8 and found.comparison == {"exact": 0.8}


def test_of_two_who_accept_at_once_the_second_is_told(address: str) -> None:
    first, second = GoldenLedger(address), GoldenLedger(address)
    first.store(run("one", score("a")))
    half_way = HalfWay(first._database.engine, "INSERT INTO golden_baselines")
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor() as threads:
        one = threads.submit(first.accept, "one", accepted_by="ursula", seen=None)
        waited, other = half_way.while_it_stands(
            lambda: second.accept("one", accepted_by="otto", seen=None), second._database.engine
        )
    assert waited and one.result().number == 1
    with pytest.raises(BaselineConflict, match="run it again"):
        other.result()
    found = first.baseline()
    assert found is not None and (found.number, found.accepted_by) == (1, "ursula")


def test_a_run_that_was_never_stored_is_no_baseline(ledger: GoldenLedger) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key|constraint|golden"):
        ledger.accept("nowhere", accepted_by="ursula", seen=None)
    assert ledger.baseline() is None


def test_shares_of_a_drawing_without_readings_or_strings() -> None:
    assert score("a", 0, readings=0).right_share == 0.0
    empty = score("a", 0, strings=0, readings=0, characters=0, edits=0)
    assert (empty.exact_share, empty.right_share, empty.character_error) == (1.0, 1.0, 0.0)
