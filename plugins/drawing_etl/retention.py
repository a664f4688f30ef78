"""python -m drawing_etl prune [--days N] [--dry-run]: remove what nobody needs any more.

That are, once they are older than N days (default: the setting DRAWING_ETL_PRUNE_DAYS): Data Docs; work folders of
rejected drawings; work folders of loaded drawings of which a later revision is loaded. Rows and reports are kept.
"""

import argparse
import logging
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from drawing_etl.settings import Settings, SettingsError
from drawing_etl.stage_process import Refused
from drawing_etl.warehouse import Desk, Warehouse, WarehouseError
from ocr_tasks.contract import Stage
from ocr_tasks.workdir import NAME, Workdir

log = logging.getLogger(__name__)

HALF_REMOVED = ".removed-"
"""Begins the name of a folder while it is removed, so that none is ever seen in part."""
HALF_MADE = re.compile(r"\.gate-\w+")
"""Names what a validation leaves that was killed."""
MOST_DAYS = 36_500
NOT_READY = 2


class NotRemoved(Refused):
    """A folder could not be removed; the message says why, and what to do."""


@dataclass(frozen=True)
class Leftover:
    """A folder that may go. `since`: from when on nobody needs it."""

    folder: Path
    why: str
    since: datetime

    def bytes(self) -> int:
        """Return what removing it sets free."""
        return sum(file.lstat().st_size for file in self.folder.rglob("*") if file.is_file() or file.is_symlink())


def leftovers(settings: Settings, older_than: datetime) -> list[Leftover]:
    """Return what may go and was last needed before OLDER_THAN. Raises WarehouseError.

    A drawing that waits for a person, is to be read again or is being read keeps its folder, whatever its age. So does
    one that the database does not know: a failed task that is cleared goes on with it.
    """
    found = [*_data_docs(settings.docs_dir), *_workdirs(settings)]
    cut_off = [
        Leftover(folder, "removal cut off", _changed(folder))
        for root in (settings.docs_dir, settings.work_root)
        for folder in sorted(root.glob(f"{HALF_REMOVED}*"))
    ]
    return [*cut_off, *(each for each in found if each.since < older_than)]


def _data_docs(docs_dir: Path) -> Iterator[Leftover]:
    for folder in sorted(docs_dir.iterdir()) if docs_dir.is_dir() else ():
        if folder.is_symlink() or not folder.is_dir():
            continue
        if NAME.fullmatch(folder.name):
            yield Leftover(folder, "Data Docs written", _changed(folder))
        elif HALF_MADE.fullmatch(folder.name):
            yield Leftover(folder, "Data Docs never finished, begun", _changed(folder))


def _workdirs(settings: Settings) -> Iterator[Leftover]:
    warehouse = Warehouse(settings.database_url)
    waiting = {drawing.drawing_id for drawing in Desk(settings.database_url).queue(limit=1_000_000)}
    working = set(warehouse.unfinished_runs())
    for drawing in warehouse.settled_drawings():
        work = Workdir.below(settings.work_root, drawing.drawing_id)
        loaded = work.report(Stage.LOAD)
        if loaded is None or drawing.drawing_id in waiting or work.claimed_by() in working:
            continue
        moments = (loaded.finished_at, drawing.decided_at, drawing.superseded_at)
        why = "rejected" if drawing.state == "rejected" else "a later revision loaded"
        yield Leftover(work.path, why, max(moment for moment in moments if moment is not None))


def _changed(folder: Path) -> datetime:
    return datetime.fromtimestamp(folder.stat().st_mtime, UTC)


def prune(settings: Settings, days: int, say: Callable[[str], None], *, dry_run: bool = False) -> None:
    """Remove what may go and is older than DAYS; SAY each folder and the sum. Raises WarehouseError, NotRemoved."""
    total = 0
    failed: list[OSError] = []
    found = leftovers(settings, datetime.now(UTC) - timedelta(days=min(days, MOST_DAYS)))
    for each in found:
        try:
            size = each.bytes()
            if not dry_run:
                _remove(each.folder)
        except OSError as error:
            failed.append(error)
            continue
        total += size
        done = "would be removed" if dry_run else "removed"
        say(f"{each.folder}: {done}, {_megabytes(size)}, {each.why} {each.since:%Y-%m-%d}")
    say(f"{len(found) - len(failed)} folders, {_megabytes(total)}")
    if failed:
        raise NotRemoved(
            f"{len(failed)} folders could not be removed: {failed[0]}. "
            "Remedy: let the user that this runs as own them, then run `python -m drawing_etl prune` again"
        )


def _remove(folder: Path) -> None:
    going = folder
    if not folder.name.startswith(HALF_REMOVED):
        going = folder.rename(folder.with_name(HALF_REMOVED + folder.name))
    shutil.rmtree(going)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def main(argv: Sequence[str]) -> int:
    """Run the command; return its exit code: 1 where something could not be removed, 2 where nothing could be tried."""
    parser = argparse.ArgumentParser(
        prog="python -m drawing_etl prune", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, help="how old it must be; default: the setting DRAWING_ETL_PRUNE_DAYS")
    parser.add_argument("--dry-run", action="store_true", help="remove nothing, say what would be")
    args = parser.parse_args(argv)
    try:
        settings = Settings.from_env()
        days = settings.prune_days if args.days is None else args.days
        if days < 1:
            raise SettingsError("nothing says what is old: set DRAWING_ETL_PRUNE_DAYS, or --days, to 1 or more")
        prune(settings, days, print, dry_run=args.dry_run)
    except (SettingsError, WarehouseError) as trouble:
        print(trouble, file=sys.stderr)  # noqa: T201
        return NOT_READY
    except NotRemoved as trouble:
        print(trouble, file=sys.stderr)  # noqa: T201
        return 1
    return 0
