"""`python -m drawing_etl golden` and `promote`: measure this reader on the golden set, and accept its figures.

Exit code 0: done. 1: the reader is worse than the accepted one, and nothing was accepted. 2: the golden set, the
settings, the database or the machine is not ready, and the message says what to do. 130: interrupted.
"""

import argparse
import getpass
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import JsonValue
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from drawing_etl.golden.comparison import Comparison, NothingInCommon, compare
from drawing_etl.golden.regression import Bench, sentence
from drawing_etl.quality.thresholds import Thresholds
from drawing_etl.settings import Settings, SettingsError
from drawing_etl.stage_process import Refused
from drawing_etl.warehouse import GoldenBaseline, GoldenLedger, GoldenRun, Warehouse, WarehouseError
from ocr_tasks.contract import ENGINES
from ocr_tasks.errors import MachineError

WORSE = 1
NOT_READY = 2
INTERRUPTED = 130


def main(argv: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    args = _arguments(argv)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("drawing_etl.golden").setLevel(logging.INFO)
    console, errors = Console(), Console(stderr=True)
    try:
        settings = Settings.from_env()
        thresholds = Thresholds.load(settings.thresholds)
        Warehouse(settings.database_url).migrate()
        ledger = GoldenLedger(settings.database_url)
        bench = Bench.of(settings)
        for problem in bench.golden.problems:
            errors.print(f"[yellow]left out:[/] {escape(problem)}", soft_wrap=True)
        run = bench.measure(bench.reader(args.engine), ledger, again=args.again)
        console.print(_table(run))
        verdict = judged(run, ledger.baseline(), thresholds)
        console.print(escape(verdict.says), soft_wrap=True)
        if args.command == "golden":
            return WORSE if verdict.worse else 0
        return _promote(console, errors, ledger, run, verdict, by=args.by, reason=args.accept_drop)
    except (SettingsError, WarehouseError, Refused, MachineError) as trouble:
        errors.print(f"[red]{type(trouble).__name__}:[/] {escape(str(trouble))}", soft_wrap=True)
        return NOT_READY
    except KeyboardInterrupt:
        errors.print("Interrupted. What was read is kept: the same command goes on from here.")
        return INTERRUPTED


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drawing_etl", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    golden = commands.add_parser("golden", help="read the golden set, compare with the baseline")
    promote = commands.add_parser("promote", help="accept this reader's figures as the baseline")
    for each in (golden, promote):
        each.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="finds and reads text")
        each.add_argument("--again", action="store_true", help="read every drawing again, whatever is known of it")
    promote.add_argument("--by", default=getpass.getuser(), help="who accepts; default: the user of this machine")
    promote.add_argument("--accept-drop", metavar="REASON", help="accept worse figures; the reason is kept")
    return parser.parse_args(argv)


@dataclass(frozen=True)
class Judged:
    """A run against the baseline."""

    baseline: GoldenBaseline | None
    comparison: Comparison | None
    says: str
    worse: bool


def judged(run: GoldenRun, baseline: GoldenBaseline | None, thresholds: Thresholds) -> Judged:
    """Compare a run with the baseline, if there is one that it can be compared with."""
    if baseline is None:
        return Judged(None, None, "No baseline was accepted yet: python -m drawing_etl promote accepts one.", False)
    if run.golden_run_id == baseline.run.golden_run_id:
        return Judged(baseline, None, f"These figures are the baseline, no. {baseline.number}.", False)
    try:
        comparison = compare(run, baseline.run, thresholds.golden)
    except NothingInCommon as trouble:
        return Judged(baseline, None, str(trouble), True)
    against = f"Against baseline no. {baseline.number}, accepted by {baseline.accepted_by}, {sentence(comparison)}."
    gone = f" No longer in the set: {', '.join(comparison.gone)}." if comparison.gone else ""
    verdict = " That is a significant drop." if comparison.dropped else " That is no significant drop."
    return Judged(baseline, comparison, against + gone + verdict, comparison.dropped)


def _promote(
    console: Console,
    errors: Console,
    ledger: GoldenLedger,
    run: GoldenRun,
    verdict: Judged,
    *,
    by: str,
    reason: str | None,
) -> int:
    if verdict.baseline is not None and verdict.baseline.run.golden_run_id == run.golden_run_id:
        return 0
    if verdict.worse and not (reason or "").strip():
        errors.print(
            "[red]Not accepted.[/] Mend what was lost, or accept the drop with a reason that is kept: "
            "python -m drawing_etl promote --accept-drop REASON",
            soft_wrap=True,
        )
        return WORSE
    comparison: dict[str, JsonValue] | None = asdict(verdict.comparison) if verdict.comparison is not None else None
    accepted = ledger.accept(
        run.golden_run_id,
        accepted_by=by,
        seen=verdict.baseline.number if verdict.baseline else None,
        reason=reason.strip() if reason and verdict.worse else None,
        comparison=comparison,
    )
    console.print(
        f"Baseline no. {accepted.number}: weights {run.weights_digest[:12]}, version {escape(run.pipeline_version)}, "
        f"accepted by {escape(accepted.accepted_by)} at {accepted.accepted_at:%Y-%m-%d %H:%M} UTC.",
        soft_wrap=True,
    )
    return 0


def _table(run: GoldenRun) -> Table:
    title = f"Golden set, version {escape(run.pipeline_version)}, weights {run.weights_digest[:12]}"
    table = Table(title=title, title_justify="left")
    table.add_column("drawing", overflow="fold")
    for name in ("strings", "exact", "right", "CER", "missed"):
        table.add_column(name, justify="right")
    for score in run.scores:
        shares = (score.exact_share, score.right_share, score.character_error)
        table.add_row(
            escape(score.name) + (" (rejected)" if score.rejected else ""),
            str(score.strings),
            *(f"{share:.3f}" for share in shares),
            str(score.missed),
        )
    table.add_section()
    shares = (run.exact_share, run.right_share, run.character_error)
    table.add_row(
        f"{len(run.scores)} drawings", str(run.strings), *(f"{share:.3f}" for share in shares), "", style="bold"
    )
    return table
