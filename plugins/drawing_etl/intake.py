"""Which drawings a run takes, their workdirs, and the batches they go in. docs/operations.md says it in prose."""

import hashlib
import heapq
import logging
import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol, Self, cast

from drawing_etl import inbox
from drawing_etl.inbox import Found, StillChanging, Vanished
from ocr_tasks.contract import (
    PIPELINE_VERSION,
    REPAIRS,
    DetectOptions,
    Manifest,
    Options,
    PostprocessOptions,
    PreprocessOptions,
    RecognizeOptions,
    RejectionRecord,
    RenderOptions,
    Stage,
    StageReport,
)
from ocr_tasks.errors import BadDrawing
from ocr_tasks.workdir import Workdir, fingerprint

log = logging.getLogger(__name__)


class Arrival(NamedTuple):
    """A file as it was when its bytes were digested: the same path, size and time are the same bytes."""

    path: str
    size_bytes: int
    mtime_ns: int
    sha256: str


class Ledger(Protocol):
    """What intake asks of the warehouse."""

    def known(self, sha256s: Collection[str], pipeline_version: str | None = None) -> set[str]:
        """Return those that were loaded, quarantined or rejected before; None: by any pipeline version."""
        ...

    def arrivals(self) -> Mapping[str, tuple[int, int, str]]:
        """Return (size, mtime_ns, sha256) by path for people."""
        ...

    def remember_arrivals(self, arrivals: Iterable[Arrival]) -> None:
        """Keep what was digested."""
        ...


@dataclass(frozen=True)
class Window:
    """When a drawing must have arrived: begin <= arrived < end, each None where there is no bound."""

    begin: datetime | None = None
    end: datetime | None = None

    @classmethod
    def of_run(cls, run_type: str, interval_start: datetime | None, interval_end: datetime | None) -> Self:
        """Return the window of an Airflow run of this type with this data interval."""
        match run_type:
            case "backfill":
                return cls(interval_start, interval_end)
            case "scheduled":
                return cls(None, interval_end)
            case _:
                return cls()

    def holds(self, arrived_at: datetime) -> bool:
        return (self.begin is None or self.begin <= arrived_at) and (self.end is None or arrived_at < self.end)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a run is asked for: the parameters of the DAG."""

    glob: str = "*"
    reprocess: bool = False
    batch_size: int
    options: Options = field(default_factory=Options)

    @classmethod
    def from_params(cls, params: Mapping[str, object], default_batch_size: int) -> Self:
        """Return the request that validated DAG parameters mean; a missing one is its default."""
        engine = str(params.get("engine") or DetectOptions().engine)
        steps = cast(Sequence[str], params.get("preprocessing_steps") or REPAIRS)
        switch = params.get("preprocessing") or "auto"
        return cls(
            glob=str(params.get("glob") or "*"),
            reprocess=bool(params.get("reprocess", False)),
            batch_size=int(str(params.get("batch_size") or default_batch_size)),
            options=Options(
                render=RenderOptions.model_validate({"dpi": params.get("dpi")}),
                preprocess=PreprocessOptions.model_validate(dict.fromkeys(steps, switch)),
                detect=DetectOptions(engine=engine),
                recognize=RecognizeOptions(engine=engine),
                postprocess=PostprocessOptions.model_validate({"text_source": params.get("text_source") or "auto"}),
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Claimant:
    """The run that takes drawings, and how it learns whether another one still works."""

    run_id: str
    works: Callable[[str], bool]

    def claims(self, work: Workdir) -> bool:
        """Claim the drawing for this run, unless a run that still works has it."""
        owner = work.claimed_by()
        if owner is not None and owner != self.run_id and self.works(owner):
            return False
        work.claim(self.run_id)
        return True


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A drawing that a run would take."""

    file: Found
    sha256: str
    rejected: BadDrawing | None = None

    @property
    def drawing_id(self) -> str:
        return self.sha256[:16]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What lies in the inbox, sorted out."""

    taken: tuple[Candidate, ...]
    known: int
    """Drawings that are in the database already."""
    copies: int
    """Files with the same bytes as another one."""
    outside: int
    """Files that arrived outside the run's window."""
    waiting: tuple[str, ...]
    """Files that are still being written."""
    ignored: tuple[tuple[str, str], ...]


def select(
    folder: Path, ledger: Ledger, request: Request, window: Window = Window(), *, settle_s: float = 5.0
) -> Selection:
    """Return the drawings in FOLDER that a run takes, by path. Waits once, SETTLE_S, for files that changed just now.

    Raises InboxUnavailable. What was digested is remembered, so that an unchanged file is read once in its life.
    """
    now = datetime.now(UTC)
    listing = inbox.scan(folder, request.glob, now)
    if settle_s and any(_fresh(file, now, settle_s) for file in listing.found):
        time.sleep(settle_s)
        before = set(listing.found)
        listing = inbox.scan(folder, request.glob, now)
        waiting = [file for file in listing.found if _fresh(file, now, settle_s) and file not in before]
    else:
        waiting = []
    inside = [file for file in listing.found if window.holds(file.arrived_at)]
    settled = [file for file in inside if file not in waiting]
    candidates, changing = _digested(folder, ledger, settled)
    unique = _by_content(candidates)
    known = set() if request.reprocess else ledger.known(set(unique))
    return Selection(
        taken=tuple(candidate for sha256, candidate in unique.items() if sha256 not in known),
        known=len(known & set(unique)),
        copies=len(candidates) - len(unique),
        outside=len(listing.found) - len(inside),
        waiting=(*(file.shown for file in waiting), *changing),
        ignored=listing.ignored,
    )


def _fresh(file: Found, now: datetime, settle_s: float) -> bool:
    return file.arrived_at > now - timedelta(seconds=settle_s)


def _digested(folder: Path, ledger: Ledger, files: Sequence[Found]) -> tuple[list[Candidate], list[str]]:
    """Return the candidates in order, and the names of files that changed while they were read."""
    before = ledger.arrivals()
    new: list[Arrival] = []
    candidates: list[Candidate] = []
    changing: list[str] = []
    for file in files:
        try:
            inbox.vet(file)
            size, mtime_ns, sha256 = before.get(file.shown, (-1, -1, ""))
            if (size, mtime_ns) != (file.size, file.mtime_ns):
                sha256 = inbox.sha256_of(folder, file)
                new.append(Arrival(file.shown, file.size, file.mtime_ns, sha256))
            candidates.append(Candidate(file=file, sha256=sha256))
        except BadDrawing as bad:
            candidates.append(Candidate(file=file, sha256=inbox.sha256_of_path(file), rejected=bad))
        except StillChanging:
            changing.append(file.shown)
        except Vanished:
            log.info("intake: %s is gone since it was listed", file.shown)
    if new:
        ledger.remember_arrivals(new)
    return candidates, changing


def _by_content(candidates: Iterable[Candidate]) -> dict[str, Candidate]:
    unique: dict[str, Candidate] = {}
    for candidate in candidates:
        unique.setdefault(candidate.sha256, candidate)
    return unique


def take(folder: Path, work_root: Path, selection: Selection, request: Request, claimant: Claimant) -> list[list[str]]:
    """Make a workdir for each drawing selected and return the batches, as workdirs' names. Safe to repeat.

    A drawing that another run works on stays with that run: if it fails there, the next run takes it.
    """
    admitted: list[Candidate] = []
    waiting = list(selection.waiting)
    rejected = 0
    for candidate in selection.taken:
        if not claimant.claims(Workdir.below(work_root, candidate.drawing_id)):
            log.warning("intake: %s is being read by another run", candidate.file.shown)
            continue
        try:
            candidate = _admit(folder, work_root, candidate, request.options)
            rejected += candidate.rejected is not None
            admitted.append(candidate)
        except StillChanging:
            waiting.append(candidate.file.shown)
        except Vanished:
            log.info("intake: %s is gone since it was listed", candidate.file.shown)
    for name in waiting:
        log.warning("intake: %s is still being written: it waits for the next run", name)
    for name, reason in selection.ignored:
        log.warning("intake: %s is passed over: %s", name, reason)
    batches = even_batches([(one.drawing_id, one.file.size) for one in admitted], request.batch_size)
    line = intake_line(
        drawings=len(admitted), batches=len(batches), rejected=rejected, known=selection.known, waiting=len(waiting)
    )
    log.info(
        "%s; %d copies of others, %d outside the window, %d passed over",
        line,
        selection.copies,
        selection.outside,
        len(selection.ignored),
    )
    return batches


def _admit(folder: Path, work_root: Path, candidate: Candidate, options: Options) -> Candidate:
    """Copy the drawing and write its manifest; return it, rejected if its bytes cannot be had."""
    file = candidate.file
    name = f"source{file.suffix}"
    work = Workdir.below(work_root, candidate.drawing_id)
    if candidate.rejected is None and not (work.path / name).is_file():
        try:
            work.write_source(name, _verified(folder, candidate))
        except BadDrawing as bad:
            candidate = Candidate(file=file, sha256=inbox.sha256_of_path(file), rejected=bad)
            work = Workdir.below(work_root, candidate.drawing_id)
    work.write_manifest(
        Manifest(
            drawing_id=candidate.drawing_id,
            sha256=candidate.sha256,
            source=name,
            original_name=file.shown,
            size_bytes=file.size,
            arrived_at=file.arrived_at,
            options=options,
        )
    )
    work.forget(Stage.LOAD)
    work.finish(_report(candidate))
    if candidate.rejected is not None:
        log.warning("intake: %s is rejected, %s: %s", file.shown, candidate.rejected.code, candidate.rejected.message)
    return candidate


def _report(candidate: Candidate) -> StageReport:
    bad = candidate.rejected
    return StageReport(
        stage=Stage.INTAKE,
        outcome="done" if bad is None else "rejected",
        rejection=None if bad is None else RejectionRecord(code=bad.code, message=bad.message, stage=Stage.INTAKE),
        fingerprint=fingerprint(PIPELINE_VERSION, candidate.sha256),
        seconds=0.0,
        finished_at=datetime.now(UTC),
    )


def _verified(folder: Path, candidate: Candidate) -> Iterator[bytes]:
    """Yield the file's bytes; StillChanging at the end if they are not those that were digested."""
    digest = hashlib.sha256()
    for chunk in inbox.content(folder, candidate.file):
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != candidate.sha256:
        raise StillChanging(f"{candidate.file.shown} is still changing")


def even_batches(sized: Sequence[tuple[str, int]], batch_size: int) -> list[list[str]]:
    """Split (name, bytes) into the fewest batches of at most BATCH_SIZE names, with bytes spread evenly.

    The largest first, each into the lightest batch that has room; equal input gives equal batches.
    """
    count = -(-len(sized) // batch_size)
    batches: list[list[str]] = [[] for _ in range(count)]
    lightest = [(0, index) for index in range(count)]
    for name, size in sorted(sized, key=lambda one: (-one[1], one[0])):
        weight, index = heapq.heappop(lightest)
        batches[index].append(name)
        if len(batches[index]) < batch_size:
            heapq.heappush(lightest, (weight + size, index))
    return batches


# --- the line that a run's log begins with --------------------------------------------------------------------------


class IntakeCounts(NamedTuple):
    drawings: int
    batches: int
    rejected: int
    known: int
    waiting: int


_LINE = re.compile(r"intake: (\d+) drawings in (\d+) batches \((\d+) rejected\), (\d+) known already, (\d+) waiting")


def intake_line(*, drawings: int, batches: int, rejected: int, known: int, waiting: int) -> str:
    """Return the line that people and the progress display read."""
    return (
        f"intake: {drawings} drawings in {batches} batches ({rejected} rejected), "
        f"{known} known already, {waiting} waiting"
    )


def parse_intake_line(line: str) -> IntakeCounts | None:
    """Return what `intake_line` said, or None if LINE is another line."""
    found = _LINE.search(line)
    return IntakeCounts(*(int(number) for number in found.groups())) if found else None
