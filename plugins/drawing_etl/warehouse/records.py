"""What goes into the warehouse and comes out of it, beside the workdirs: frozen records.

Confidences are in 0..1 and are those of strings that OCR read: strings of a text layer have none. A mean over no
string is None. Seconds are wall-clock seconds of the stage's own process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from pydantic import JsonValue

from ocr_tasks.contract import PIPELINE_VERSION

DrawingState = Literal["loaded", "quarantined", "rejected"]
RunState = Literal["running", "success", "failed"]


class Arrival(Protocol):
    """A file as it lay below the inbox. `path` is as people see it, `sha256` is that of its bytes."""

    @property
    def path(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def mtime_ns(self) -> int: ...
    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run of the DAG. The interval is the one whose arrivals it takes, if it has one."""

    run_id: str
    started_at: datetime
    trigger: str = "manual"
    pipeline_version: str = PIPELINE_VERSION
    interval_start: datetime | None = None
    interval_end: datetime | None = None
    params: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCounts:
    """What loading a batch did. The first three count drawings by what changed, the next three by state."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    loaded: int = 0
    quarantined: int = 0
    rejected: int = 0
    pages: int = 0
    strings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRates:
    """What one batch looked like, for the gate to compare the next with. Shares are in 0..1.

    `share_low` is the share of OCR strings under the low-confidence limit; `agreement` the mean over drawings with a
    trusted text layer of the share of its strings that OCR reads the same. `diameter_share` is the share of
    dimensions with a ⌀, None where there are few. `quarantined_share` is of the drawings that were not rejected.
    """

    drawings: int
    pages: int
    strings: int
    mean_confidence: float | None
    share_low: float | None
    agreement: float | None
    diameter_share: float | None
    rejected_share: float
    quarantined_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run in figures. `strings` counts all strings, `seconds_by_stage` adds up over its drawings."""

    run_id: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    drawings: int
    loaded: int
    quarantined: int
    rejected: int
    rejected_by_reason: Mapping[str, int]
    quarantined_by_reason: Mapping[str, int]
    pages: int
    strings: int
    mean_confidence: float | None
    seconds_by_stage: Mapping[str, float]
    seconds_a_page: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTimes:
    """When a run began and ended."""

    run_id: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    load_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDrawing:
    """A drawing as one run left it."""

    run_id: str
    document_id: str
    drawing_id: str
    original_name: str
    drawing_number: str | None
    title: str | None
    revision: str | None
    state: DrawingState
    reason: str | None
    pages: int
    strings: int
    mean_confidence: float | None
    layer_agreement: float | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedDrawing:
    """A drawing that could not be read."""

    document_id: str
    original_name: str
    code: str
    stage: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineReason:
    """One expectation that a quarantined drawing did not meet."""

    document_id: str
    original_name: str
    expectation: str
    observed: JsonValue
    required: JsonValue
    message: str
    item_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFigures:
    """Strings of one kind from one source. `with_meaning` counts those that were understood."""

    kind: str
    source: str
    strings: int
    with_meaning: int
    mean_confidence: float | None


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """OCR strings with a confidence in [low, high), and the sum of theirs; the last bin includes 1."""

    low: float
    high: float
    strings: int
    confidence_sum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFigures:
    """How often a contradiction was found, and one sentence as an example."""

    code: str
    severity: str
    findings: int
    drawings: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFigures:
    """What one stage took, by what it ran on."""

    stage: str
    engine: str | None
    device: str | None
    provider: str | None
    precision: str | None
    drawings: int
    pages: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NightFigures:
    """All runs of one night (a date in UTC) together."""

    night: date
    runs: int
    drawings: int
    loaded: int
    quarantined: int
    rejected: int
    pages: int
    strings: int
    mean_confidence: float | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDrawing:
    """A current drawing: the newest reading of a file. Of its number and sheet, it may be the newest revision."""

    document_id: str
    drawing_id: str
    drawing_number: str | None
    title: str | None
    revision: str | None
    is_newest_revision: bool
    state: DrawingState
    original_name: str
    arrived_at: datetime
    pages: int
    strings: int
    mean_confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """A string of a document. `quad_px` are four (x, y) in page pixels, in reading order."""

    item_id: int
    page: int
    zone: str | None
    kind: str
    text: str
    raw_text: str
    other_text: str | None
    confidence: float
    source: str
    engine: str
    weights_digest: str | None
    quad_px: tuple[tuple[float, float], ...]
    rotation_deg: float
    meaning: Mapping[str, JsonValue] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionChange:
    """One difference between two revisions. `fields` are mappings with `field`, `old` and `new`.

    `doubtful`: one of the two readings is unsure.
    """

    what: str
    change: Literal["added", "removed", "changed"]
    zone: str | None
    old_text: str | None
    new_text: str | None
    fields: Sequence[Mapping[str, str | None]]
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledDrawing:
    """A drawing whose picture nobody needs any more: `superseded_at` is when a later revision was loaded."""

    drawing_id: str
    state: DrawingState
    decided_at: datetime | None
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionComparison:
    """What differs between two revisions of a drawing. `changes` may be only the first ones; the counts are of all."""

    old_document_id: str
    new_document_id: str
    original_name: str
    drawing_number: str | None
    title: str | None
    old_revision: str | None
    new_revision: str | None
    same: int
    added: int
    removed: int
    changed: int
    changes: tuple[RevisionChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """One reading of a file."""

    document_id: str
    drawing_id: str
    original_name: str
    state: DrawingState
