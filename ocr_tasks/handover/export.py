"""Writes drawings in the form that was asked for."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from ocr_tasks.files import written
from ocr_tasks.handover.ballooned_pdf import write_ballooned_pdf
from ocr_tasks.handover.characteristics import characteristics
from ocr_tasks.handover.inspection_sheet import write_inspection_sheet
from ocr_tasks.handover.subject import Subject
from ocr_tasks.handover.tables import write_csv
from ocr_tasks.handover.workbook import write_workbook

Form = Literal["csv", "xlsx", "json", "fai"]
FORMS: tuple[Form, ...] = ("csv", "xlsx", "json", "fai")


def export(drawings: Iterable[Subject], form: Form, out: Path) -> list[Path]:
    """Write DRAWINGS and return the files written. csv and json take them one by one, however many they are.

    csv, xlsx, json: one file OUT. fai: an inspection sheet (.xlsx) and a ballooned drawing (.pdf) of each drawing; OUT
    names the two for one drawing (its ending is replaced), or is a folder for several.
    """
    match form:
        case "csv":
            write_csv(drawings, out)
        case "xlsx":
            write_workbook(list(drawings), out)
        case "json":
            write_json(drawings, out)
        case "fai":
            return [path for subject, stem in _stems(list(drawings), out) for path in _write_inspection(subject, stem)]
    return [out]


def write_json(drawings: Iterable[Subject], out: Path) -> None:
    """Write an array of results, each as in `result.json`, letter for letter."""
    with written(out) as draft, draft.open("w", encoding="utf-8") as file:
        before = "[\n"
        for subject in drawings:
            file.write(before + subject.result.model_dump_json(exclude_none=True))
            before = ",\n"
        file.write("\n]\n" if before == ",\n" else "[]\n")


def _write_inspection(subject: Subject, stem: Path) -> tuple[Path, Path]:
    rows = characteristics(subject.result)
    sheet, drawing = stem.with_name(f"{stem.name}.xlsx"), stem.with_name(f"{stem.name}.pdf")
    write_inspection_sheet(subject, rows, sheet)
    write_ballooned_pdf(subject, rows, drawing)
    return sheet, drawing


def _stems(drawings: Sequence[Subject], out: Path) -> list[tuple[Subject, Path]]:
    if len(drawings) == 1 and not out.is_dir():
        plain = out.with_suffix("") if out.suffix.lower() in (".xlsx", ".pdf") else out
        return [(drawings[0], plain)]
    names: dict[str, int] = {}
    stems = []
    for subject in drawings:
        times = names[subject.stem] = names.get(subject.stem, 0) + 1
        stems.append((subject, out / (subject.stem if times == 1 else f"{subject.stem}-{subject.result.drawing_id}")))
    return stems
