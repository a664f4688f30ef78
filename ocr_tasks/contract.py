"""The contract between stages: their names, options, records and command line. Pydantic and the standard library only.

Coordinates are page pixels of the rendered page (`*_px`), origin top-left, x to the right, y down, unless a name says
otherwise. A quad is four corners in reading order: where the first character begins at its top, then clockwise as read.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from ocr_tasks import __version__
from ocr_tasks.errors import Rejection

CONTRACT_VERSION = "1.2"
PIPELINE_VERSION = __version__

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
Device = Literal["cpu", "cuda"]
Switch = Literal["auto", "on", "off"]
"""auto: on where the page needs it."""
DOUBTFUL = 0.8
"""Confidence below which people are shown that a string may be wrong; the gate's own limits are in a file."""


class Stage(StrEnum):
    """What runs on a drawing, in this order. Intake, validate and load run beside Airflow, the others anywhere."""

    INTAKE = "intake"
    RENDER = "render"
    PREPROCESS = "preprocess"
    DETECT = "detect"
    RECOGNIZE = "recognize"
    POSTPROCESS = "postprocess"
    VALIDATE = "validate"
    LOAD = "load"


READING_STAGES = (Stage.RENDER, Stage.PREPROCESS, Stage.DETECT, Stage.RECOGNIZE, Stage.POSTPROCESS)
"""The stages that `python -m ocr_tasks STAGE` runs."""


ENGINES = ("ppocr-onnx", "ppocr-torch", "ppocr-tensorrt", "ppocr-onnx-stock", "ppocr-torch-stock")
"""What may be asked to find and read text; the first is the default. Stock: with the publisher's own recogniser."""
DETECTORS = (*ENGINES, "craft-torch")
RECOGNIZERS = (*ENGINES, "trocr")
"""What may be asked to do one of the two."""


class Record(BaseModel):
    """Base of all records: frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- options -------------------------------------------------------------------------------------------------------


class RenderOptions(Record):
    """How a source becomes page rasters."""

    renderer: Literal["pdfium", "poppler"] = "pdfium"
    dpi: int | None = Field(default=None, ge=36, le=1200, description="None: chosen for the sheet and its text height.")
    pages: tuple[int, ...] | None = Field(default=None, description="Pages to render, from 1. None: all.")
    text_layer: bool = Field(default=True, description="Also read the PDF's own text layer.")
    max_page_pixels: int = Field(default=200_000_000, ge=1, description="A page above it, rendered, is rejected.")
    max_pages: int = Field(default=500, ge=1)
    timeout_s: float = Field(default=300.0, gt=0, description="Without a page done; a decoder that hangs is killed.")


class PreprocessOptions(Record):
    """Image repair before detection; each step on, off, or on where the page needs it."""

    clahe: Switch = "auto"
    blur: Switch = "auto"
    threshold: Switch = "auto"
    opening: Switch = "auto"
    sharpen: Switch = "auto"
    deskew: Switch = "auto"
    clahe_clip: float = Field(default=2.0, gt=0)
    clahe_tiles: int = Field(default=8, ge=1, le=64)
    blur_sigma: float = Field(default=0.8, gt=0)
    threshold_block_px: int = Field(default=31, ge=3)
    threshold_offset: float = 15.0
    opening_px: int = Field(default=1, ge=1, le=15, description="Larger spots may be decimal points of a fax.")
    sharpen_amount: float = Field(default=0.6, gt=0)
    max_skew_deg: float = Field(default=5.0, ge=0, le=15)


REPAIRS = ("clahe", "blur", "threshold", "opening", "sharpen", "deskew")
"""The steps of image repair, as `PreprocessOptions` names them."""


class DetectOptions(Record):
    """How text is found."""

    engine: str = "ppocr-onnx"
    dpi: int = Field(
        default=200, ge=72, le=600, description="The detector looks at a page at this resolution, at most."
    )
    max_pixels: int = Field(
        default=16_000_000, ge=1_000_000, description="And at so many pixels: large sheets have larger lettering."
    )


class RecognizeOptions(Record):
    """How a region is read."""

    engine: str = "ppocr-onnx"
    batch_size: int = Field(default=0, ge=0, description="Crops at once; 0: sized to the memory at hand.")


class PostprocessOptions(Record):
    """How readings become items."""

    text_source: Literal["auto", "ocr", "vector"] = Field(
        default="auto", description="auto: the text layer where it is trusted, else OCR."
    )


class Options(Record):
    """Everything that decides what a drawing's result is, besides the drawing, the code and the weights."""

    render: RenderOptions = RenderOptions()
    preprocess: PreprocessOptions = PreprocessOptions()
    detect: DetectOptions = DetectOptions()
    recognize: RecognizeOptions = RecognizeOptions()
    postprocess: PostprocessOptions = PostprocessOptions()

    def of(self, stage: Stage) -> Record:
        """Return the options of one reading stage."""
        options: Record = getattr(self, stage.value)
        return options


# --- records, in the order in which the stages write them ------------------------------------------------------------


class Versioned(Record):
    """A file with a contract version: an older minor version is read, another major or a newer minor is refused."""

    contract: str = CONTRACT_VERSION

    @model_validator(mode="after")
    def _readable(self) -> Self:
        major, minor = (int(part) for part in self.contract.split("."))
        ours, newest = (int(part) for part in CONTRACT_VERSION.split("."))
        if major != ours or minor > newest:
            raise ValueError(
                f"contract version {self.contract} is not readable here ({CONTRACT_VERSION}): update this side"
            )
        return self


class Manifest(Versioned):
    """`manifest.json`: what the drawing is and how it is to be read."""

    drawing_id: str = Field(pattern=r"^[0-9a-f]{16}$", description="First 16 hex digits of sha256.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the source file; of its path if it is unreadable.")
    source: str = Field(description="File name inside the workdir: source.<ext>.")
    original_name: str = Field(description="Path below the inbox as it arrived, for people; may hold anything.")
    size_bytes: int = Field(ge=0)
    arrived_at: datetime
    pipeline_version: str = PIPELINE_VERSION
    options: Options = Options()


class TextLayer(Record):
    """What the PDF's own text layer is worth on one page."""

    strings: int = Field(ge=0)
    trusted: bool
    reason: str = Field(description="Why it is trusted or not, in words.")


class PageRecord(Record):
    """A line of `pages.jsonl`: one rendered page, `pages/NNNN.npy`, grey uint8 (height_px, width_px)."""

    page: int = Field(ge=1)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    dpi: float = Field(gt=0, description="Pixels an inch of the sheet; a guess for a picture without a resolution.")
    rotation: int = Field(
        default=0, description="Degrees, counter-clockwise, that the source asked for; already applied."
    )
    sha256: str
    text_layer: TextLayer | None = None


class VectorText(Record):
    """A line of `vector_text.jsonl`: one string of the PDF's own text layer."""

    page: int = Field(ge=1)
    text: str
    quad_px: Quad
    font: str = ""
    size_px: float = 0.0
    painted: bool = Field(
        default=True, description="False: in an invisible mode; it may stand over drawn strokes that say the same."
    )


class Preparation(Record):
    """A line of `prepared.jsonl`: what preprocess did to a page. `file` None: nothing, read the page itself."""

    page: int = Field(ge=1)
    file: str | None = None
    steps: dict[str, float] = Field(default_factory=dict, description="Step: its strength (deskew: degrees) or count.")
    why: dict[str, float] = Field(default_factory=dict, description="What was measured on the page.")


class Region(Record):
    """A line of `regions.jsonl`: where text stands. Coordinates are of the page as preprocess left it: same size."""

    region_id: int = Field(ge=0, description="Unique in the drawing.")
    page: int = Field(ge=1)
    quad_px: Quad
    angle_deg: float = Field(
        description="Of the reading direction, counter-clockwise from the x axis, as far as known."
    )
    score: float = Field(ge=0, le=1)
    kind: str = "text"


class EngineInfo(Record):
    """What really ran."""

    name: str
    device: Device = "cpu"
    provider: str = ""
    precision: str = "float32"
    weights: dict[str, str] = Field(default_factory=dict, description="File name: sha256.")


class Reading(Record):
    """A line of `texts.jsonl`: one region, read."""

    region_id: int = Field(ge=0)
    page: int = Field(ge=1)
    text: str
    confidence: float = Field(ge=0, le=1)
    char_confidences: tuple[float, ...] = Field(default=(), description="One a character of `text`, in its order.")
    quad_px: Quad = Field(description="The region's quad, its first corner where the text begins as it was read.")
    engine: str
    parts: tuple[str, ...] = Field(default=(), description="Of a stacked tolerance or feature control frame.")


class Finding(Record):
    """A contradiction or a doubt, as data."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    item_ids: tuple[int, ...] = ()


DimensionKind = Literal[
    "linear",
    "diameter",
    "spherical_diameter",
    "radius",
    "spherical_radius",
    "square",
    "angle",
    "chamfer",
    "arc_length",
]
DIMENSION_KINDS: frozenset[str] = frozenset(get_args(DimensionKind))
"""Kinds of meaning that make an item a dimension."""


class Item(Record):
    """A string with its meaning: what a person reads as one."""

    item_id: int = Field(ge=0)
    page: int = Field(ge=1)
    kind: str
    text: str
    raw_text: str = Field(description="As read, before any repair.")
    quad_px: Quad
    rotation_deg: float
    confidence: float = Field(ge=0, le=1)
    source: Literal["ocr", "vector"]
    other_text: str | None = Field(default=None, description="What the other source says here, if it was read too.")
    other_confidence: float | None = Field(default=None, ge=0, le=1, description="How sure OCR was of `other_text`.")
    engine: str
    zone: str | None = Field(default=None, description="Frame zone such as C4.")
    parts: tuple[str, ...] = ()
    hangs_on: int | None = Field(
        default=None,
        ge=0,
        description="The item that this one continues: its dimension, its hole, its upper limit.",
    )
    meaning: dict[str, JsonValue] | None = Field(
        default=None, description="`ocr_tasks.drawing`'s record, null fields out."
    )


class TitleBlockField(Record):
    """A field of the title block. absent: no such label on the drawing; unread: a label without a legible value."""

    state: Literal["read", "unread", "absent"]
    value: str | None = None
    item_ids: tuple[int, ...] = ()


class ViewRecord(Record):
    """A named view or section: `A-A`, `DETAIL B`. `items` are its title, and its scale if that stands below."""

    name: str
    scale: str | None = None
    item_ids: tuple[int, ...]


class SheetRecord(Record):
    """What is known of one sheet as a whole."""

    page: int = Field(ge=1)
    size: str | None = Field(default=None, description="A0 to A4, ANSI A to E.")
    scale: str | None = None
    projection: str | None = None
    sheet_of: str | None = Field(default=None, description="n/m.")
    views: tuple[ViewRecord, ...] | None = Field(default=None, description="None: not told, as in older results.")


class Result(Versioned):
    """`result.json`: everything that the reading stages know of a drawing."""

    drawing_id: str
    pages: tuple[PageRecord, ...]
    items: tuple[Item, ...]
    sheets: tuple[SheetRecord, ...] = ()
    title_block: dict[str, TitleBlockField] = Field(default_factory=dict)
    revisions: tuple[dict[str, str], ...] = ()
    parts_list: tuple[dict[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    note_items: tuple[tuple[int, ...], ...] | None = Field(
        default=None,
        description="The items of each of `notes`, first line first. None: not told, as in older results.",
    )
    findings: tuple[Finding, ...] = ()
    layer_agreement: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Share of trusted text-layer strings that OCR reads the same; None: no layer.",
    )


class SecondReading(Record):
    """A string's place, read again by another recogniser."""

    page: int = Field(ge=1)
    quad_px: Quad = Field(description="The item's.")
    text: str
    char_confidences: tuple[float, ...] = Field(description="One a character of `text`, in its order.")


class SecondReadings(Versioned):
    """`second.json`: what another recogniser reads where the result has numbers, for the gate to compare."""

    engine: EngineInfo
    readings: tuple[SecondReading, ...]


class Reason(Record):
    """One expectation that a drawing or a batch did not meet."""

    expectation: str
    observed: JsonValue = None
    required: JsonValue = None
    message: str
    item_ids: tuple[int, ...] = ()


class Verdict(Versioned):
    """`verdict.json`: whether the drawing may be loaded, with each reason if not."""

    drawing_id: str
    outcome: Literal["pass", "quarantine"]
    reasons: tuple[Reason, ...] = ()


class RejectionRecord(Record):
    """Why a drawing was rejected."""

    code: Rejection
    message: str
    stage: Stage


class StageReport(Versioned):
    """`reports/<stage>.json`, written last: its presence with the same fingerprint means that the stage is done."""

    stage: Stage
    outcome: Literal["done", "rejected", "skipped"] = Field(
        description="skipped: an earlier stage rejected the drawing."
    )
    rejection: RejectionRecord | None = None
    fingerprint: str = Field(description="Of inputs, options, code version and weights.")
    engine: EngineInfo | None = None
    seconds: float = Field(ge=0)
    pages: int = Field(default=0, ge=0)
    counts: dict[str, float] = Field(default_factory=dict)
    image: str | None = Field(default=None, description="Digest of the container image that it ran in; None: in none.")
    code: str | None = Field(default=None, description="Digest of the code that ran; None: not told, as before 1.2.")
    finished_at: datetime


# --- the command line ------------------------------------------------------------------------------------------------


def stage_argv(
    stage: Stage,
    workdirs: Sequence[str],
    *,
    work_root: str,
    device: Device = "cpu",
    threads: int = 0,
    batch_parts: int = 1,
    image: str | None = None,
) -> list[str]:
    """Return the arguments after `python` that run a stage over workdirs below `work_root`: the same everywhere.

    `batch_parts`: into how many parts the device's batches are cut from the beginning. `image`: for the reports.
    """
    options = ["--threads", str(threads)] if threads else []
    options += ["--batch-parts", str(batch_parts)] if batch_parts > 1 else []
    options += ["--image", image] if image else []
    return ["-m", "ocr_tasks", stage.value, "--device", device, *options, "--work", work_root, *workdirs]


class Progress(Record):
    """How far a stage is with its batch: a line on its standard output that people and programs can read."""

    stage: Stage
    drawings_done: int
    drawings: int
    pages_done: int
    pages: int

    def line(self) -> str:
        """Return the line, e.g. `progress detect: 3 of 12 drawings, 14 of 40 pages`."""
        return (
            f"progress {self.stage}: {self.drawings_done} of {self.drawings} drawings, "
            f"{self.pages_done} of {self.pages} pages"
        )

    @classmethod
    def parse(cls, line: str) -> Self | None:
        """Return the progress that a line tells, or None if it is another line."""
        if not (found := _PROGRESS.search(line)):
            return None
        stage, *numbers = found.groups()
        done, drawings, pages_done, pages = (int(number) for number in numbers)
        return cls(stage=Stage(stage), drawings_done=done, drawings=drawings, pages_done=pages_done, pages=pages)


_PROGRESS = re.compile(
    rf"progress ({'|'.join(READING_STAGES)}): (\d{{1,9}}) of (\d{{1,9}}) drawings, (\d{{1,9}}) of (\d{{1,9}}) pages"
)
