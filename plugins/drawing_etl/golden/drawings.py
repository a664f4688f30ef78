"""What is in the golden set: drawings beside the truth of their pages, and what is wrong with the folder."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from drawing_etl.inbox import SUFFIXES
from drawing_etl.samples import make_samples
from ocr_tasks.contract import PIPELINE_VERSION
from ocr_tasks.evaluation.truth import NoTruth, TruthPage, page_of

RANDOM_SHEETS = 12
"""Random sheets beside the fixed samples: a paired test needs some twenty drawings to see a few hundredths."""


@dataclass(frozen=True)
class GoldenDrawing:
    """A drawing whose strings are known. `name` is for people: its path below the folder of the set."""

    name: str
    file: Path
    pages: tuple[TruthPage, ...]
    """Those whose truth is known, by number."""

    @cached_property
    def sha256(self) -> str:
        """Of the drawing's bytes."""
        with self.file.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @cached_property
    def truth_digest(self) -> str:
        """Of all that its truth says."""
        says = [
            (page.page, page.width, page.height, [(t.text, t.quad, t.kind, t.unreliable) for t in page.texts])
            for page in self.pages
        ]
        return hashlib.sha256(json.dumps(says).encode()).hexdigest()[:32]

    @property
    def size_bytes(self) -> int:
        return self.file.stat().st_size


@dataclass(frozen=True)
class GoldenSet:
    """The drawings, each file once, by name; `problems` are sentences about what was left out, each with a remedy."""

    drawings: tuple[GoldenDrawing, ...]
    problems: tuple[str, ...]


def golden_set(folders: Sequence[Path], samples: Path | None = None) -> GoldenSet:
    """Return the drawings of SAMPLES and of FOLDERS, searched below. A folder that is not there holds none.

    The same file in two places is taken from where it is found first. Below SAMPLES a drawing may lack a truth: some
    are there to be rejected.
    """
    drawings: dict[str, GoldenDrawing] = {}
    problems: list[str] = []
    if samples is not None:
        found, _ = _below(samples)
        # A CAD sample's truth is of its sheet, its picture has a margin around that; and its text is never read.
        drawings |= {drawing.sha256: drawing for drawing in found if drawing.file.suffix != ".dxf"}
    for folder in folders:
        found, wrong = _below(folder)
        problems += wrong
        for drawing in found:
            drawings.setdefault(drawing.sha256, drawing)
    return GoldenSet(tuple(sorted(drawings.values(), key=lambda drawing: drawing.name)), tuple(problems))


def _below(folder: Path) -> tuple[list[GoldenDrawing], list[str]]:
    pages: dict[Path, list[TruthPage]] = defaultdict(list)
    problems: list[str] = []
    for path in _files(folder, {".json"}):
        try:
            page = page_of(path)
        except NoTruth:
            problems.append(f"{path}: holds no truth of a page: remove it, or correct it (it needs `file` and `texts`)")
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            problems.append(f"{path}: cannot be read as the truth of a page ({error!r}): correct or remove it")
        else:
            pages[page.drawing].append(page)
    drawings: list[GoldenDrawing] = []
    for file, described in sorted(pages.items()):
        numbers = [page.page for page in described]
        if not file.is_file() or file.is_symlink():
            names = ", ".join(sorted(page.name for page in described))
            problems.append(f"{file}: the drawing is gone, its truth is still there: put it back, or remove {names}")
        elif len(set(numbers)) < len(numbers):
            problems.append(f"{file}: two truth files describe the same page of it: remove one")
        elif not any(_counts(page) for page in described):
            problems.append(f"{file}: its truth has no string: write what stands on it, or remove both")
        else:
            described.sort(key=lambda page: page.page)
            drawings.append(GoldenDrawing(file.relative_to(folder).as_posix(), file, tuple(described)))
    problems += [
        f"{file}: a golden drawing without truth: put {file.stem}.p0.json beside it (docs/quality.md says how), "
        "or take it out"
        for file in _files(folder, SUFFIXES)
        if file not in pages
    ]
    return drawings, problems


def _files(folder: Path, suffixes: frozenset[str] | set[str]) -> Iterator[Path]:
    """Yield the files below FOLDER with such a suffix; hidden ones are drafts."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.suffix.lower() in suffixes and not path.name.startswith(".") and path.is_file():
            yield path


def _counts(page: TruthPage) -> bool:
    return any(text.text.strip() and text.counts for text in page.texts)


def own_samples(folder: Path) -> Path:
    """Make the project's own samples below FOLDER unless they are there, and return where they lie."""
    made = folder / PIPELINE_VERSION
    done = made / "done"
    if done.exists():
        return made
    make_samples(made / "fixed")
    make_samples(made / "random", random=RANDOM_SHEETS)
    done.touch()
    return made
