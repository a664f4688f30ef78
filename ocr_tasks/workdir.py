"""One drawing's folder: the names, the reading and the atomic writing of its files. The only place that knows them."""

import errno
import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import ValidationError

from ocr_tasks.contract import (
    PIPELINE_VERSION,
    Manifest,
    Options,
    PageRecord,
    Preparation,
    Reading,
    Record,
    Region,
    Result,
    SecondReadings,
    Stage,
    StageReport,
    VectorText,
    Verdict,
)
from ocr_tasks.errors import ContractError, StorageFull
from ocr_tasks.files import written
from ocr_tasks.picture import Gray

R = TypeVar("R", bound=Record)

MAX_RECORD_BYTES = 256 * 2**20
"""No file of records is larger; one that is was not written by us."""

NAME = re.compile(r"[0-9a-f]{16}")


class Workdir:
    """The files of one drawing below `path`. Everything is written beside its name and renamed into place."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def __repr__(self) -> str:
        return f"Workdir({self.name})"

    @classmethod
    def below(cls, root: Path, name: str) -> "Workdir":
        """Return the workdir NAME below ROOT; a name that is not a drawing id is refused."""
        if not NAME.fullmatch(name):
            raise ContractError(f"{name!r} is not a workdir's name: 16 hex digits are wanted")
        return cls(root / name)

    @classmethod
    def of_file(
        cls,
        root: Path,
        file: Path,
        options: Options,
        *,
        sha256: str | None = None,
        original_name: str | None = None,
        pipeline_version: str = PIPELINE_VERSION,
    ) -> "Workdir":
        """Make the workdir of a file that comes by no inbox, below ROOT: the file's copy, and how it is to be read.

        SHA256 where the same file, read otherwise, is to be another drawing; by default that of its bytes.
        ORIGINAL_NAME is for people. Raises OSError if FILE cannot be read.
        """
        data = file.read_bytes()
        sha256 = sha256 or hashlib.sha256(data).hexdigest()
        work = cls.below(root, sha256[:16])
        manifest = Manifest(
            drawing_id=work.name,
            sha256=sha256,
            source=f"source{file.suffix.lower()}",
            original_name=original_name or file.name,
            size_bytes=len(data),
            arrived_at=datetime.now(UTC),
            pipeline_version=pipeline_version,
            options=options,
        )
        work.write_manifest(manifest)
        work.write_source(manifest.source, [data])
        return work

    @property
    def name(self) -> str:
        """The drawing's id."""
        return self.path.name

    # --- records ---

    def manifest(self) -> Manifest:
        return self._read("manifest.json", Manifest)

    def write_manifest(self, manifest: Manifest) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self._write("manifest.json", manifest)

    @property
    def source(self) -> Path:
        """The drawing's own file, as it arrived."""
        return self.path / self.manifest().source

    def write_source(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write the drawing's own file; nothing of it stays if CHUNKS raises."""
        with self._draft(name) as draft, draft.open("wb") as file:
            file.writelines(chunks)

    def claimed_by(self) -> str | None:
        """Return the run that took this drawing last, or None."""
        try:
            return self._text("claim")
        except ContractError:
            return None

    def claim(self, run_id: str) -> None:
        """Write down that this run works on the drawing."""
        with self._draft("claim") as draft:
            draft.write_text(run_id, encoding="utf-8")

    def pages(self) -> list[PageRecord]:
        return self._read_lines("pages.jsonl", PageRecord)

    def write_pages(self, pages: Iterable[PageRecord]) -> None:
        self._write_lines("pages.jsonl", pages)

    def vector_texts(self) -> list[VectorText]:
        return self._read_lines("vector_text.jsonl", VectorText)

    def write_vector_texts(self, texts: Iterable[VectorText]) -> None:
        self._write_lines("vector_text.jsonl", texts)

    def preparations(self) -> list[Preparation]:
        return self._read_lines("prepared.jsonl", Preparation)

    def write_preparations(self, preparations: Iterable[Preparation]) -> None:
        self._write_lines("prepared.jsonl", preparations)

    def regions(self) -> list[Region]:
        return self._read_lines("regions.jsonl", Region)

    def write_regions(self, regions: Iterable[Region]) -> None:
        self._write_lines("regions.jsonl", regions)

    def readings(self) -> list[Reading]:
        return self._read_lines("texts.jsonl", Reading)

    def write_readings(self, readings: Iterable[Reading]) -> None:
        self._write_lines("texts.jsonl", readings)

    def result(self) -> Result:
        return self._read("result.json", Result)

    def write_result(self, result: Result) -> None:
        self._write("result.json", result)

    def second_readings(self) -> SecondReadings | None:
        """Return what another recogniser read, None where none did."""
        return self._read("second.json", SecondReadings) if (self.path / "second.json").exists() else None

    def write_second_readings(self, readings: SecondReadings) -> None:
        self._write("second.json", readings)

    def verdict(self) -> Verdict:
        return self._read("verdict.json", Verdict)

    def write_verdict(self, verdict: Verdict) -> None:
        self._write("verdict.json", verdict)

    # --- reports ---

    def report(self, stage: Stage) -> StageReport | None:
        """Return the stage's report, or None if there is none that can be believed."""
        try:
            return self._read(f"reports/{stage}.json", StageReport)
        except ContractError:
            return None

    def required_report(self, stage: Stage) -> StageReport:
        """Return the stage's report; one that is missing or damaged is a ContractError that says which."""
        return self._read(f"reports/{stage}.json", StageReport)

    def finish(self, report: StageReport) -> None:
        """Write a stage's report: its last act on this drawing."""
        self._write(f"reports/{report.stage}.json", report)

    def forget(self, stage: Stage) -> None:
        """Remove a stage's report: the stage is to run again."""
        (self.path / "reports" / f"{stage}.json").unlink(missing_ok=True)

    def rejection(self) -> StageReport | None:
        """Return the report of the stage that rejected this drawing, if any did."""
        for stage in Stage:
            report = self.report(stage)
            if report is not None and report.outcome == "rejected":
                return report
        return None

    # --- rasters ---

    def write_page_image(self, page: int, image: Gray) -> str:
        """Write a rendered page, uint8 (height, width), and return its sha256."""
        return self._write_image(f"pages/{page:04d}.npy", image)

    def page_image(self, page: int) -> Gray:
        """Return a rendered page, uint8 (height, width), memory-mapped and read-only."""
        return self._image(f"pages/{page:04d}.npy")

    def write_prepared_image(self, page: int, image: Gray) -> str:
        """Write a page as preprocess left it and return its name, for `Preparation.file`."""
        name = f"prepared/{page:04d}.npy"
        self._write_image(name, image)
        return name

    def prepared_image(self, preparation: Preparation) -> Gray:
        """Return a page as preprocess left it: the page itself where nothing was done."""
        if preparation.file is None:
            return self.page_image(preparation.page)
        return self._image(f"prepared/{preparation.page:04d}.npy")

    # --- pictures for people, kept when the rasters are gone ---

    def preview(self, page: int) -> Path:
        """Where the reduced picture of a page lies."""
        return self.path / f"preview/{page:04d}.jpg"

    def overlay(self, page: int) -> Path:
        """Where the reduced picture of a page with what was read on it lies."""
        return self.path / f"overlay/{page:04d}.jpg"

    def write_preview(self, page: int, jpeg: bytes) -> None:
        with self._draft(f"preview/{page:04d}.jpg") as draft:
            draft.write_bytes(jpeg)

    def write_overlay(self, page: int, jpeg: bytes) -> None:
        with self._draft(f"overlay/{page:04d}.jpg") as draft:
            draft.write_bytes(jpeg)

    def discard_rasters(self) -> None:
        """Remove the rasters, and with them the reports of the stages that made them: a rerun makes both again."""
        for stage in (Stage.RENDER, Stage.PREPROCESS):
            if (report := self.report(stage)) is not None and report.outcome != "rejected":
                (self.path / "reports" / f"{stage}.json").unlink()
        for folder in ("pages", "prepared"):
            shutil.rmtree(self.path / folder, ignore_errors=True)

    # --- how ---

    def _image(self, name: str) -> Gray:
        try:
            image: Gray = np.load(self.path / name, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise ContractError(
                f"{self.name}/{name} cannot be read ({error}): run the stage that writes it again"
            ) from error
        return image

    def _write_image(self, name: str, image: Gray) -> str:
        image = np.ascontiguousarray(image)
        with self._draft(name) as draft, draft.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(image))
            file.write(image.data)  # not np.save: on a full disk it raises an error without its number
        return hashlib.sha256(image.data).hexdigest()

    def _text(self, name: str) -> str:
        path = self.path / name
        try:
            with path.open("rb") as file:
                data = file.read(MAX_RECORD_BYTES + 1)
            if len(data) > MAX_RECORD_BYTES:
                raise ContractError(f"{self.name}/{name} is larger than {MAX_RECORD_BYTES} bytes: not ours, remove it")
            return data.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ContractError(
                f"{self.name}/{name} cannot be read ({error}): run the stage that writes it again"
            ) from error

    def _read(self, name: str, kind: type[R]) -> R:
        text = self._text(name)
        try:
            return kind.model_validate_json(text)
        except ValidationError as error:
            raise ContractError(f"{self.name}/{name} is damaged or of another version: {error}") from error

    def _read_lines(self, name: str, kind: type[R]) -> list[R]:
        text = self._text(name)
        try:
            return [kind.model_validate_json(line) for line in text.split("\n") if line]
        except ValidationError as error:
            raise ContractError(f"{self.name}/{name} is damaged or of another version: {error}") from error

    def _write(self, name: str, record: Record) -> None:
        with self._draft(name) as draft:
            draft.write_text(record.model_dump_json(exclude_none=True), encoding="utf-8")

    def _write_lines(self, name: str, records: Iterable[Record]) -> None:
        with self._draft(name) as draft, draft.open("w", encoding="utf-8") as file:
            for record in records:
                file.write(record.model_dump_json(exclude_none=True) + "\n")

    @contextmanager
    def _draft(self, name: str) -> Iterator[Path]:
        """Give a path to write to; on success it becomes NAME, on failure it is gone."""
        try:
            with written(self.path / name) as draft:
                yield draft
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFull(
                    f"no room left for {self.name}/{name}: free space on the work volume, then clear the failed task"
                ) from error
            raise


def fingerprint(*parts: object) -> str:
    """Return a digest of plain values: equal parts, equal digest."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]
