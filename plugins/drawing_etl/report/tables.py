"""The figures of a report as tables: one CSV file each, and one workbook with a sheet each."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook

from drawing_etl.report.accuracy import Score
from drawing_etl.report.figures import Figures
from drawing_etl.report.headline import Headline
from ocr_tasks.files import written
from ocr_tasks.handover.tables import Cell, guarded, shown
from ocr_tasks.handover.workbook import SAFE, put


@dataclass(frozen=True)
class Table:
    """A table with a name that a file and a sheet can bear."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


SCORE = ("strings", "exact", "exact_rate", "characters", "edits", "character_error_rate")


def tables(figures: Figures, now: Headline) -> list[Table]:
    """Return every figure of a report. Shares are 0..1, times seconds."""
    accuracy = figures.accuracy
    found = [
        _table(
            "headline",
            ("figure", "value"),
            ((name, value) for name, value in now.model_dump(mode="json").items() if name != "written_at"),
        ),
        _table("what_was_read", ("kind", "strings", "from_picture", "from_file", "understood"), _kinds(figures)),
        _table(
            "confidence",
            ("from", "to", "strings"),
            ((each.low, each.high, each.strings) for each in figures.confidences),
        ),
        _table(
            "nights",
            ("night", "drawings", "loaded", "waiting", "not_read", "pages", "strings", "mean_confidence", "seconds"),
            (
                (
                    each.night.isoformat(),
                    each.drawings,
                    each.loaded,
                    each.quarantined,
                    each.rejected,
                    each.pages,
                    each.strings,
                    each.mean_confidence,
                    each.seconds,
                )
                for each in figures.nights
            ),
        ),
        _table("quarantine_reasons", ("expectation", "drawings"), figures.reasons),
        _table(
            "not_read",
            ("file", "code", "stage", "message"),
            ((each.original_name, each.code, each.stage, each.message) for each in figures.rejections),
        ),
        _table(
            "contradictions",
            ("code", "severity", "findings", "drawings", "example"),
            ((each.code, each.severity, each.findings, each.drawings, each.example) for each in figures.findings),
        ),
        _table(
            "stages",
            ("stage", "seconds", "pages", "ran_on"),
            ((each.stage, each.seconds, each.pages, each.ran_on) for each in figures.stages),
        ),
        _table(
            "drawings",
            ("file", "drawing_number", "revision", "state", "pages", "strings", "mean_confidence", "seconds"),
            (
                (
                    each.original_name,
                    each.drawing_number,
                    each.revision,
                    each.state,
                    each.pages,
                    each.strings,
                    each.mean_confidence,
                    each.seconds,
                )
                for each in figures.all_drawings
            ),
        ),
    ]
    if accuracy is not None:
        found += [
            _table(name, (column, *SCORE), map(_score, scores))
            for name, column, scores in (
                ("accuracy", "of", (accuracy.whole,)),
                ("accuracy_by_kind", "kind", accuracy.kinds),
                ("accuracy_by_file", "file", accuracy.sources),
                ("accuracy_by_night", "night", accuracy.nights),
                ("accuracy_by_version", "version", accuracy.versions),
                ("worst_drawings", "file", tuple(each.score for each in accuracy.worst)),
            )
        ]
        found += [
            _table(
                "calibration",
                ("from", "to", "strings", "exact", "exact_rate"),
                ((each.low, each.high, each.strings, each.exact, each.rate) for each in accuracy.sureness),
            ),
            _table(
                "confusions",
                ("stands_there", "was_read", "times", "drawings"),
                ((each.wanted, each.got, each.times, each.drawings) for each in accuracy.confusions),
            ),
        ]
    return found


def write_csvs(found: Sequence[Table], folder: Path) -> list[Path]:
    """Write each table as FOLDER/NAME.csv and return the paths; no cell is one that a spreadsheet would compute."""
    paths = []
    for table in found:
        target = folder / f"{table.name}.csv"
        with written(target) as draft, draft.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table.columns)
            writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows)
        paths.append(target)
    return paths


def write_workbook(found: Sequence[Table], target: Path) -> Path:
    """Write the tables as one workbook, a sheet each, and return its path."""
    with written(target) as draft, Workbook(str(draft), {**SAFE, "constant_memory": True}) as book:
        heading = book.add_format({"bold": True, "bg_color": "#E8ECF0", "bottom": 1})
        for table in found:
            sheet = book.add_worksheet(table.name.replace("_", " ").capitalize())
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(table.columns):
                texts = [len(cell) for row in table.rows[:200] if isinstance(cell := row[place], str)]
                sheet.set_column(place, place, min(60, max([len(column) + 3, 11, *texts])))
                sheet.write_string(0, place, column.replace("_", " "), heading)
            for number, row in enumerate(table.rows, 1):
                for place, cell in enumerate(row):
                    put(sheet, number, place, cell)
            sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    return target


def _table(name: str, columns: tuple[str, ...], rows: Iterable[Sequence[Cell]]) -> Table:
    return Table(
        name, columns, tuple(tuple(shown(cell) if isinstance(cell, str) else cell for cell in row) for row in rows)
    )


def _score(score: Score) -> tuple[Cell, ...]:
    return (score.name, score.strings, score.exact, score.rate, score.characters, score.edits, score.cer)


def _kinds(figures: Figures) -> Iterable[tuple[Cell, ...]]:
    return ((each.kind, each.strings, each.ocr, each.vector, each.understood) for each in figures.kinds)
