"""Which drawings a run takes, what it makes of them, and how it batches them."""

import os
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing_etl.intake import (
    Arrival,
    Claimant,
    IntakeCounts,
    Request,
    Selection,
    Window,
    even_batches,
    intake_line,
    parse_intake_line,
    select,
    take,
)
from ocr_tasks.contract import Options, RenderOptions, Stage
from ocr_tasks.errors import Rejection
from ocr_tasks.workdir import Workdir

REQUEST = Request(batch_size=10)
ALONE = Claimant(run_id="tonight", works=lambda run_id: False)
DAY = timedelta(days=1)
MONDAY = datetime(2024, 5, 6, 1, tzinfo=UTC)


class FakeLedger:
    """A ledger in memory. `digested` counts what had to be read."""

    def __init__(self) -> None:
        self.stored: set[str] = set()
        self.seen: dict[str, tuple[int, int, str]] = {}
        self.digested = 0

    def known(self, sha256s: Collection[str], pipeline_version: str | None = None) -> set[str]:
        return self.stored & set(sha256s)

    def arrivals(self) -> dict[str, tuple[int, int, str]]:
        return dict(self.seen)

    def remember_arrivals(self, arrivals: Iterable[Arrival]) -> None:
        for path, size, mtime_ns, sha256 in arrivals:
            self.seen[path] = (size, mtime_ns, sha256)
            self.digested += 1


@pytest.fixture
def ledger() -> FakeLedger:
    return FakeLedger()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def put(folder: Path, name: str, data: bytes | None = None, arrived: datetime = MONDAY) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(name.encode() if data is None else data)
    os.utime(path, (arrived.timestamp(), arrived.timestamp()))
    return path


def names(selection: Selection) -> list[str]:
    return [candidate.file.path for candidate in selection.taken]


def load_all(ledger: FakeLedger, selection: Selection) -> None:
    ledger.stored |= {candidate.sha256 for candidate in selection.taken}


# --- what a run takes ---


def test_a_nightly_run_takes_what_arrived_before_its_interval_ended(folder: Path, ledger: FakeLedger) -> None:
    put(folder, "long ago.pdf", arrived=MONDAY - 400 * DAY)
    put(folder, "in time.pdf", arrived=MONDAY + DAY - timedelta(seconds=1))
    put(folder, "too late.pdf", arrived=MONDAY + DAY)
    window = Window.of_run("scheduled", MONDAY, MONDAY + DAY)
    selection = select(folder, ledger, REQUEST, window, settle_s=0)
    assert names(selection) == ["in time.pdf", "long ago.pdf"]
    assert selection.outside == 1


def test_a_backfill_takes_what_arrived_within_each_interval_and_each_drawing_once(
    folder: Path, ledger: FakeLedger
) -> None:
    for hours in (-1, 0, 23, 24, 47, 48):
        put(folder, f"{hours:+03d}.pdf", arrived=MONDAY + timedelta(hours=hours))
    taken = []
    for day in range(2):
        window = Window.of_run("backfill", MONDAY + day * DAY, MONDAY + (day + 1) * DAY)
        taken.append(names(select(folder, ledger, REQUEST, window, settle_s=0)))
    assert taken == [["+00.pdf", "+23.pdf"], ["+24.pdf", "+47.pdf"]]


def test_a_run_by_hand_takes_all_that_lies_there(folder: Path, ledger: FakeLedger) -> None:
    put(folder, "old.pdf", arrived=MONDAY)
    put(folder, "new.pdf", arrived=datetime.now(UTC))
    assert len(select(folder, ledger, REQUEST, Window.of_run("manual", MONDAY, MONDAY + DAY), settle_s=0).taken) == 2


def test_what_was_loaded_before_is_not_taken_again_unless_reprocess_asks(folder: Path, ledger: FakeLedger) -> None:
    put(folder, "a.pdf")
    load_all(ledger, select(folder, ledger, REQUEST, settle_s=0))
    put(folder, "b.pdf")
    again = select(folder, ledger, REQUEST, settle_s=0)
    assert names(again) == ["b.pdf"] and again.known == 1
    assert names(select(folder, ledger, Request(batch_size=1, reprocess=True), settle_s=0)) == ["a.pdf", "b.pdf"]


def test_a_drawing_that_changed_is_taken_again(folder: Path, ledger: FakeLedger) -> None:
    put(folder, "a.pdf", b"revision A")
    load_all(ledger, select(folder, ledger, REQUEST, settle_s=0))
    put(folder, "a.pdf", b"revision B", arrived=MONDAY + DAY)
    assert names(select(folder, ledger, REQUEST, settle_s=0)) == ["a.pdf"]


def test_a_drawing_that_moved_is_not(folder: Path, ledger: FakeLedger) -> None:
    put(folder, "a.pdf", b"same")
    load_all(ledger, select(folder, ledger, REQUEST, settle_s=0))
    (folder / "a.pdf").rename(folder / "b.pdf")
    assert names(select(folder, ledger, REQUEST, settle_s=0)) == []


def test_the_same_bytes_twice_are_one_drawing(folder: Path, ledger: FakeLedger) -> None:
    put(folder, "b/copy.PDF", b"same")
    put(folder, "a/first.pdf", b"same")
    selection = select(folder, ledger, REQUEST, settle_s=0)
    assert names(selection) == ["a/first.pdf"] and selection.copies == 1


def test_an_unchanged_file_is_read_once_in_its_life(folder: Path, ledger: FakeLedger) -> None:
    put(folder, "a.pdf")
    put(folder, "b.pdf")
    for _ in range(3):
        select(folder, ledger, REQUEST, settle_s=0)
    assert ledger.digested == 2
    put(folder, "a.pdf", b"changed")
    select(folder, ledger, REQUEST, settle_s=0)
    assert ledger.digested == 3


def test_a_file_that_has_just_come_is_waited_for_and_then_taken(folder: Path, ledger: FakeLedger) -> None:
    put(folder, "a.pdf", arrived=datetime.now(UTC))
    selection = select(folder, ledger, REQUEST, settle_s=0.2)
    assert names(selection) == ["a.pdf"] and selection.waiting == ()


def test_a_file_still_being_written_waits_for_the_next_run(
    folder: Path, ledger: FakeLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder, "growing.pdf", b"%PDF", arrived=datetime.now(UTC))
    put(folder, "whole.pdf")

    def another_chunk(seconds: float) -> None:
        with path.open("ab") as file:
            file.write(b" more")

    monkeypatch.setattr("time.sleep", another_chunk)
    selection = select(folder, ledger, REQUEST, settle_s=5)
    assert names(selection) == ["whole.pdf"] and selection.waiting == ("growing.pdf",)
    assert ledger.digested == 1


# --- what it makes of them ---


def test_each_drawing_gets_a_workdir_with_a_copy_and_a_manifest(
    folder: Path, tmp_path: Path, ledger: FakeLedger
) -> None:
    source = put(folder, "m7/Platte.PDF", b"a drawing")
    before = source.stat()
    request = Request(batch_size=5, options=Options(render=RenderOptions(dpi=200)))
    ((name,),) = take(folder, tmp_path / "work", select(folder, ledger, request, settle_s=0), request, ALONE)
    work = Workdir.below(tmp_path / "work", name)
    manifest = work.manifest()
    assert manifest.original_name == "m7/Platte.PDF"
    assert manifest.arrived_at == MONDAY
    assert manifest.options.render.dpi == 200
    assert work.source.name == "source.pdf" and work.source.read_bytes() == b"a drawing"
    assert work.required_report(Stage.INTAKE).outcome == "done"
    after = source.stat()
    assert (before.st_mtime_ns, before.st_size, before.st_nlink) == (after.st_mtime_ns, after.st_size, after.st_nlink)


def test_taking_again_changes_no_copy_and_forgets_that_it_was_loaded(
    folder: Path, tmp_path: Path, ledger: FakeLedger
) -> None:
    put(folder, "a.pdf")
    selection = select(folder, ledger, REQUEST, settle_s=0)
    ((name,),) = take(folder, tmp_path / "work", selection, REQUEST, ALONE)
    work = Workdir.below(tmp_path / "work", name)
    copied = work.source.stat().st_mtime_ns
    work.finish(work.required_report(Stage.INTAKE).model_copy(update={"stage": Stage.LOAD}))
    assert take(folder, tmp_path / "work", selection, REQUEST, ALONE) == [[name]]
    assert work.source.stat().st_mtime_ns == copied
    assert work.report(Stage.LOAD) is None


def test_a_drawing_that_another_run_works_on_stays_with_it_until_that_run_ends(
    folder: Path, tmp_path: Path, ledger: FakeLedger
) -> None:
    put(folder, "a.pdf")
    selection = select(folder, ledger, REQUEST, settle_s=0)
    at_work = {"tonight", "backfill"}
    tonight, backfill = (Claimant(run_id=name, works=at_work.__contains__) for name in ("tonight", "backfill"))
    taken = take(folder, tmp_path / "work", selection, REQUEST, tonight)
    assert take(folder, tmp_path / "work", selection, REQUEST, backfill) == []
    assert take(folder, tmp_path / "work", selection, REQUEST, tonight) == taken
    at_work.remove("tonight")
    assert take(folder, tmp_path / "work", selection, REQUEST, backfill) == taken


def test_a_bad_name_becomes_a_rejection_and_the_rest_goes_on(folder: Path, tmp_path: Path, ledger: FakeLedger) -> None:
    put(folder, "bad\nname.pdf", b"same bytes")
    put(folder, "good name.pdf", b"same bytes")
    selection = select(folder, ledger, REQUEST, settle_s=0)
    (batch,) = take(folder, tmp_path / "work", selection, REQUEST, ALONE)
    works = [Workdir.below(tmp_path / "work", name) for name in batch]
    rejected = [work for work in works if work.rejection() is not None]
    assert len(works) == 2 and len(rejected) == 1, "a bad name must not hide the same drawing under a good one"
    report = rejected[0].required_report(Stage.INTAKE)
    assert report.rejection is not None and report.rejection.code == Rejection.BAD_NAME
    assert rejected[0].manifest().original_name == "bad\\x0aname.pdf"
    assert not (rejected[0].path / "source.pdf").exists()


def test_a_file_that_becomes_unreadable_after_it_was_digested_is_rejected_by_its_path(
    folder: Path, tmp_path: Path, ledger: FakeLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a.pdf")
    selection = select(folder, ledger, REQUEST, settle_s=0)
    opened = os.open

    def refuse(path: os.PathLike[str] | str, *args: int, **kwargs: int) -> int:
        if os.fspath(path).endswith("a.pdf"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr("os.open", refuse)
    ((name,),) = take(folder, tmp_path / "work", selection, REQUEST, ALONE)
    monkeypatch.undo()
    report = Workdir.below(tmp_path / "work", name).required_report(Stage.INTAKE)
    assert report.rejection is not None and report.rejection.code == Rejection.UNREADABLE
    assert name != selection.taken[0].drawing_id, "once it can be read it must count as new"


def test_a_file_that_changes_between_digest_and_copy_waits(folder: Path, tmp_path: Path, ledger: FakeLedger) -> None:
    put(folder, "a.pdf", b"before")
    put(folder, "b.pdf", b"steady")
    selection = select(folder, ledger, REQUEST, settle_s=0)
    put(folder, "a.pdf", b"behind", arrived=MONDAY)  # as long, and with the same time
    (batch,) = take(folder, tmp_path / "work", selection, REQUEST, ALONE)
    assert batch == [selection.taken[1].drawing_id]
    assert not list((tmp_path / "work").glob(f"{selection.taken[0].drawing_id}/*source*"))


# --- batches ---


@given(st.lists(st.integers(0, 10**9), max_size=60), st.integers(1, 9))
def test_batches_hold_each_drawing_once_and_are_as_few_as_can_be(sizes: list[int], batch_size: int) -> None:
    sized = [(f"{place:016x}", size) for place, size in enumerate(sizes)]
    batches = even_batches(sized, batch_size)
    assert sorted(name for batch in batches for name in batch) == [name for name, _ in sized]
    assert len(batches) == -(-len(sizes) // batch_size)
    assert all(1 <= len(batch) <= batch_size for batch in batches)


def test_batches_are_even_by_bytes() -> None:
    sized = [("large", 90), ("medium", 50), ("small", 40), ("tiny", 1)]
    assert even_batches(sized, 2) == [["large", "tiny"], ["medium", "small"]]


# --- parameters and lines ---


def test_parameters_become_options() -> None:
    params = {
        "glob": "*.tif",
        "engine": "ppocr-onnx",
        "text_source": "ocr",
        "preprocessing": "off",
        "preprocessing_steps": ["deskew", "clahe"],
        "dpi": 150,
        "reprocess": True,
        "batch_size": 7,
    }
    request = Request.from_params(params, default_batch_size=3)
    assert (request.glob, request.reprocess, request.batch_size) == ("*.tif", True, 7)
    assert request.options.render.dpi == 150
    assert request.options.postprocess.text_source == "ocr"
    assert (request.options.preprocess.deskew, request.options.preprocess.clahe) == ("off", "off")
    assert request.options.preprocess.sharpen == "auto"
    assert Request.from_params({}, default_batch_size=3) == Request(batch_size=3)
    everything = Request.from_params({"preprocessing": "on"}, 1).options.preprocess
    assert {everything.clahe, everything.blur, everything.threshold, everything.opening, everything.deskew} == {"on"}


def test_the_intake_line_is_read_back() -> None:
    line = intake_line(drawings=12, batches=2, rejected=1, known=7, waiting=3)
    assert parse_intake_line(f"2024-05-06 [info] {line}; and more") == IntakeCounts(12, 2, 1, 7, 3)
    assert parse_intake_line("intake: something else") is None
