"""The accuracy report of some nights in all its forms, in a folder of its own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from drawing_etl.report.figures import Nights
from drawing_etl.report.headline import FILE, Headline, changes, headline_of, last_headline
from drawing_etl.report.page import file_name, gather, render
from drawing_etl.report.pdf import write_pdf
from drawing_etl.report.tables import tables, write_csvs, write_workbook
from drawing_etl.warehouse import Warehouse
from ocr_tasks.files import written


@dataclass(frozen=True)
class Written:
    """A report that was written: its few figures, and its files."""

    folder: Path
    headline: Headline

    @classmethod
    def in_folder(cls, folder: Path) -> "Written":
        """Return the report that lies in a folder. Raises OSError, or ValueError for a damaged headline."""
        return cls(folder, Headline.model_validate_json((folder / FILE).read_bytes()))

    @property
    def page(self) -> Path:
        return self.folder / "report.html"

    @property
    def pdf(self) -> Path:
        return self.folder / "report.pdf"

    @property
    def workbook(self) -> Path:
        return self.folder / "figures.xlsx"


def _now() -> datetime:
    return datetime.now(UTC)


def write_accuracy_report(
    warehouse: Warehouse,
    nights: Nights,
    reports: Path,
    name: str,
    *,
    work_root: Path | None = None,
    docs: Path | None = None,
    price: float | None = None,
    clock: Callable[[], datetime] = _now,
) -> Written:
    """Write REPORTS/NAME/ with report.html, report.pdf, figures.xlsx and csv/, and return what was written.

    It is compared with the newest other report below REPORTS. PRICE is that of an hour of the machine. Nights without a
    run give files that say so. The headline is written last: a report that was cut off is none to compare with.
    """
    folder = reports / file_name(name)
    (folder / FILE).unlink(missing_ok=True)
    report = replace(gather(warehouse, nights, work_root=work_root, docs=docs), price=price)
    now = headline_of(report.figures, f"{nights.first} to {nights.last}", clock())
    if report.figures.drawings and (before := last_headline(reports)):
        report = replace(report, before=before, changes=changes(before, now))
    made, found = Written(folder, now), tables(report.figures, now)
    _write(made.page, render(report))
    write_pdf(report, made.pdf)
    write_workbook(found, made.workbook)
    write_csvs(found, folder / "csv")
    _write(folder / FILE, now.model_dump_json(indent=1))
    return made


def _write(target: Path, text: str) -> Path:
    with written(target) as draft:
        draft.write_text(text, encoding="utf-8")
    return target
