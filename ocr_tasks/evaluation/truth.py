"""Truth folders: one JSON a page, beside the drawing that it describes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocr_tasks.contract import Quad
from ocr_tasks.errors import MachineError


class NoTruth(MachineError):
    """A truth folder that holds no truth."""


@dataclass(frozen=True)
class TrueText:
    """A string that stands on the page; `quad` in the truth's own unit, corners in reading order."""

    text: str
    quad: Quad
    kind: str
    rotation_deg: float
    unreliable: bool
    in_parts: bool

    @property
    def counts(self) -> bool:
        """Whether it is to be read: zones of the frame and what the truth is unsure of count neither way."""
        return not self.unreliable and self.kind != "zone"


@dataclass(frozen=True)
class TruthPage:
    """One page of a truth folder. `name` is the truth file's path below the folder, `page` counts from 1."""

    name: str
    drawing: Path
    page: int
    width: float
    height: float
    texts: tuple[TrueText, ...]


def truth_pages(folder: Path, only: str = "") -> list[TruthPage]:
    """Return the pages of FOLDER, by path, whose path contains ONLY or, with commas in it, one of its parts.

    A folder without any is refused.
    """
    pages = [page for path in sorted(folder.rglob("*.json")) if (page := _page(folder, path, only)) is not None]
    if not pages:
        raise NoTruth(f"no truth page is below {folder}: name the folder that holds the *.json of the drawings")
    return pages


def page_of(path: Path) -> TruthPage:
    """Return the page that one truth file describes; a file that describes none is refused."""
    if (page := _page(path.parent, path, "")) is None:
        raise NoTruth(f"{path} holds no truth: name the *.json of one page")
    return page


def _page(folder: Path, path: Path, only: str) -> TruthPage | None:
    name = path.relative_to(folder).as_posix()
    if not any(part in name for part in only.split(",")):
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    if "texts" not in data or "file" not in data:
        return None
    unit = "pt" if "width_pt" in data else "px"
    return TruthPage(
        name=name,
        drawing=path.parent / Path(data["file"]).name,
        page=int(data.get("page", 0)) + 1,
        width=float(data[f"width_{unit}"]),
        height=float(data[f"height_{unit}"]),
        texts=tuple(_texts(data["texts"])),
    )


def _texts(entries: list[dict[str, Any]]) -> Iterator[TrueText]:
    for entry in entries:
        first, second, third, fourth = ((float(x), float(y)) for x, y in entry["quad"])
        yield TrueText(
            text=entry["text"],
            quad=(first, second, third, fourth),
            kind=entry.get("kind", "text"),
            rotation_deg=float(entry.get("rotation", 0)),
            unreliable=bool(entry.get("unreliable")),
            in_parts="parts" in entry,
        )
