"""What is handed over: a drawing's result with the pictures that are kept of it."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from pydantic import ValidationError

from ocr_tasks.contract import Result
from ocr_tasks.engines import Gray
from ocr_tasks.errors import BadDrawing, ContractError
from ocr_tasks.workdir import MAX_RECORD_BYTES, Workdir

RESULT = "result.json"


@dataclass(frozen=True)
class Subject:
    """A drawing that was read. `name` is its file's name for people; `work` holds its pictures, where it is there."""

    name: str
    result: Result
    work: Workdir | None = None

    @property
    def stem(self) -> str:
        """A file name for what is written of it, safe on every system."""
        stem = re.sub(r"[^\w-]+", "-", Path(self.name.replace("\\", "/")).stem)[:80].strip("-")
        return stem or self.result.drawing_id

    def field(self, name: str) -> str:
        """Return a title-block field, empty if it was not read."""
        field = self.result.title_block.get(name)
        return field.value or "" if field is not None and field.state == "read" else ""

    def picture(self, page: int) -> Gray | None:
        """Return the picture of a page, uint8 (height, width): as rendered, else reduced, else None."""
        if self.work is None:
            return None
        try:
            return self.work.page_image(page)
        except ContractError:
            pass
        path = self.work.preview(page)
        if not path.is_file():
            return None
        image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE)
        return None if image is None else np.asarray(image, np.uint8)

    def pdf(self) -> Path | None:
        """Return the drawing's own file if it is a PDF and still there."""
        if self.work is None:
            return None
        try:
            source = self.work.source
        except ContractError:
            return None
        return source if source.suffix == ".pdf" and source.is_file() else None


@contextmanager
def subjects(paths: Sequence[Path], *, threads: int = 0) -> Iterator[list[Subject]]:
    """Give what the PATHS hold: workdirs, result files, or drawings, which are read first into a passing folder.

    Raises ContractError for a result that cannot be read, BadDrawing for a drawing that cannot be.
    """
    with ExitStack() as stack:
        yield [_subject(path, stack, threads) for path in paths]


def subject_of_workdir(work: Workdir) -> Subject:
    """Return a drawing by its workdir."""
    rejected = work.rejection()
    if rejected is not None and rejected.rejection is not None:
        raise BadDrawing(rejected.rejection.code, f"{work.name} was rejected: {rejected.rejection.message}")
    result = work.result()
    try:
        name = work.manifest().original_name
    except ContractError:
        name = work.name
    return Subject(name, result, work)


def _subject(path: Path, stack: ExitStack, threads: int) -> Subject:
    if path.is_dir():
        return subject_of_workdir(Workdir(path.resolve()))
    if path.name == RESULT:
        return subject_of_workdir(Workdir(path.resolve().parent))
    if path.suffix.lower() == ".json":
        return Subject(path.name, _result(path))
    from ocr_tasks.evaluation.show import read_drawing

    if not path.is_file():
        raise ContractError(f"{path} is not there: name a workdir, a {RESULT} or a drawing")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="drawing-")))
    return subject_of_workdir(read_drawing(folder, path, None, text_layer=True, threads=threads))


def _result(path: Path) -> Result:
    try:
        if path.stat().st_size > MAX_RECORD_BYTES:
            raise ContractError(f"{path} is larger than {MAX_RECORD_BYTES} bytes: it is no result of ours")
        return Result.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ContractError(f"{path} cannot be read ({error}): check its name and permissions") from error
    except ValidationError as error:
        raise ContractError(f"{path} is no result, or of another version: {error}") from error
