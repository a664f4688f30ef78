"""Reads golden drawings with the pipeline's own stages, and says which reader it was that read."""

import logging
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from drawing_etl.golden.drawings import GoldenDrawing
from drawing_etl.settings import Settings
from drawing_etl.stage_process import follow, start, trouble
from ocr_tasks.contract import (
    READING_STAGES,
    DetectOptions,
    EngineInfo,
    Options,
    PostprocessOptions,
    RecognizeOptions,
    RenderOptions,
    Stage,
    stage_argv,
)
from ocr_tasks.errors import MachineError
from ocr_tasks.workdir import Workdir, fingerprint

log = logging.getLogger(__name__)

DRAWINGS_AT_ONCE = 16
"""Their page pictures lie on the work volume together."""

RunStage = Callable[[Stage, Path, Sequence[str]], None]
"""(stage, work root, names of workdirs): runs the stage over them; raises MachineError."""


class OtherReader(MachineError):
    """The golden set was read by another reader than the drawings that it is to speak for."""


@dataclass(frozen=True)
class Reader:
    """A pipeline version, its code, and the engines and weights that find and read text. Equal `key`, equal reader."""

    pipeline_version: str
    detector: str
    """As the option names it; so does `recognizer`."""
    recognizer: str
    engines: Mapping[str, Mapping[str, JsonValue]]
    code: str = ""
    """Digest of the code of all stages that ran."""

    @property
    def key(self) -> str:
        return fingerprint(self.pipeline_version, self.detector, self.recognizer, self.engines, self.code)

    @property
    def weights_digest(self) -> str:
        """Of the files of weights of both engines."""
        return fingerprint({stage: engine["weights"] for stage, engine in self.engines.items()})

    def options(self, pages: Sequence[int]) -> Options:
        """Return the options to read a golden drawing with: from the picture alone, so that reading is measured."""
        return Options(
            render=RenderOptions(text_layer=False, pages=tuple(pages)),
            detect=DetectOptions(engine=self.detector),
            recognize=RecognizeOptions(engine=self.recognizer),
            postprocess=PostprocessOptions(text_source="ocr"),
        )


def reader_of(work: Workdir) -> Reader | None:
    """Return the reader that read a drawing; None if it was rejected before."""
    reports = [report for stage in READING_STAGES if (report := work.report(stage)) is not None]
    engines = {
        str(report.stage): _identity(report.engine)
        for report in reports
        if report.stage in (Stage.DETECT, Stage.RECOGNIZE) and report.engine
    }
    if len(engines) < 2:
        return None
    manifest = work.manifest()
    options = manifest.options
    code = fingerprint(*sorted({report.code or "" for report in reports}))
    return Reader(manifest.pipeline_version, options.detect.engine, options.recognize.engine, engines, code)


def _identity(engine: EngineInfo) -> dict[str, JsonValue]:
    return {"name": engine.name, "precision": engine.precision, "weights": dict(engine.weights)}


def read(
    drawings: Sequence[GoldenDrawing], reader: Reader, root: Path, run_stage: RunStage
) -> Iterator[tuple[GoldenDrawing, Workdir]]:
    """Read drawings below ROOT and yield each with its workdir. All are removed once the last was taken.

    Who stops before goes on there: stages skip what is done.
    READER says by which engines. Raises OtherReader if those had other weights than it says (an empty `engines`: any).
    """
    done: list[Workdir] = []
    for first in range(0, len(drawings), DRAWINGS_AT_ONCE):
        some = drawings[first : first + DRAWINGS_AT_ONCE]
        works = [prepare(root, drawing, reader) for drawing in some]
        names = [work.name for work in works]
        for stage in READING_STAGES:
            run_stage(stage, root, names)
        for drawing, work in zip(some, works, strict=True):
            read_by = reader_of(work)
            if read_by is not None and reader.engines and read_by != reader:
                raise OtherReader(
                    f"the golden set was read by {_named(read_by)}, the drawings of this batch by {_named(reader)}: "
                    "install the same weights wherever stages run, then clear the batch's reading stages"
                )
            yield drawing, work
            done.append(work)
            work.discard_rasters()
    for work in done:
        shutil.rmtree(work.path, ignore_errors=True)


def _named(reader: Reader) -> str:
    return f"version {reader.pipeline_version} (code {reader.code[:12]}) with weights {reader.weights_digest[:12]}"


def prepare(root: Path, drawing: GoldenDrawing, reader: Reader) -> Workdir:
    """Make a drawing's workdir below ROOT. Its id is not the one that the same file has when it arrives by itself.

    For a reader whose engines are not known yet, whatever was read there is forgotten: it may have been another.
    """
    pages = [page.page for page in drawing.pages]
    identity = fingerprint(
        drawing.sha256, pages, reader.pipeline_version, reader.detector, reader.recognizer, reader.code
    )
    work = Workdir.of_file(
        root,
        drawing.file,
        reader.options(pages),
        sha256=(identity + drawing.sha256)[:64],
        original_name=drawing.name,
        pipeline_version=reader.pipeline_version,
    )
    for stage in () if reader.engines else READING_STAGES:
        work.forget(stage)
    return work


def already_read(stage: Stage, root: Path, names: Sequence[str]) -> None:
    """Stand where a stage would run: tasks of a DAG have run it over these workdirs."""


def local_stages(settings: Settings) -> RunStage:
    """Return what runs a stage in a process of its own on this machine, as the DAG's tasks do."""

    def run(stage: Stage, root: Path, names: Sequence[str]) -> None:
        argv = stage_argv(stage, names, work_root=str(root), device=settings.device, threads=settings.threads)
        code, tail = follow(start([sys.executable, *argv]), lambda line: log.debug("%s", line))
        if code != 0:
            raise trouble(stage, code, tail)
        log.info("golden set: %s of %d drawings", stage, len(names))

    return run
