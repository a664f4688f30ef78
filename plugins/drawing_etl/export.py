"""python -m drawing_etl.export RUN_ID|DRAWING_ID --to csv|xlsx|json|fai --out PATH: drawings out of the database.

Tables need the database alone; a ballooned drawing (fai) also takes its page from the drawing's workdir, if it is kept.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from drawing_etl.settings import Settings, SettingsError
from drawing_etl.warehouse import Warehouse, WarehouseError
from ocr_tasks.handover.export import FORMS, export
from ocr_tasks.handover.subject import Subject
from ocr_tasks.workdir import NAME, Workdir


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command on the database that the settings name; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m drawing_etl.export", description=__doc__)
    parser.add_argument("id", help="a run, or the id of a drawing (16 hex digits)")
    parser.add_argument("--to", choices=FORMS, required=True)
    parser.add_argument("--out", type=Path, required=True, help="file; fai of a run: folder")
    args = parser.parse_args(argv)
    try:
        settings = Settings.from_env()
        warehouse = Warehouse(settings.database_url)
        found = documents(warehouse, args.id)
        for path in export(stored(warehouse, found, settings.work_root), args.to, args.out):
            print(path)  # noqa: T201
    except (SettingsError, WarehouseError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


def documents(warehouse: Warehouse, name: str) -> list[tuple[str, str, str]]:
    """Return (document id, drawing id, file name) of the drawings that were read in a run, or of one drawing.

    Raises WarehouseError if NAME is neither, or nothing of it could be read.
    """
    found = warehouse.documents_of(name) if NAME.fullmatch(name) else []
    if not found:
        warehouse.run_summary(name)
    read = [drawing for drawing in found or warehouse.drawings([name]) if drawing.state != "rejected"]
    if not read:
        raise WarehouseError(f"nothing of {name!r} could be read. Remedy: see the table rejections for the reasons")
    return [(drawing.document_id, drawing.drawing_id, drawing.original_name) for drawing in read]


def stored(warehouse: Warehouse, found: Sequence[tuple[str, str, str]], work_root: Path) -> Iterator[Subject]:
    """Give documents with what they were loaded from, and the workdirs that are still there."""
    for document_id, drawing_id, name in found:
        work = Workdir.below(work_root, drawing_id)
        yield Subject(name, warehouse.result(document_id), work if work.path.is_dir() else None)


if __name__ == "__main__":
    sys.exit(main())
