"""`python -m ocr_tasks bench SHARED`: seconds a page by stage and peak memory, beside the plain peer in the same run.

SHARED holds `drawings/` (pages with truth) and `tools/peer_rapidocr.py`. Every command is a process of its own, run one
after the other, so that its memory is its own; ours and the peer take turns source by source, so that a machine whose
speed drifts is fair to both.
"""

import argparse
import contextlib
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from ocr_tasks.contract import READING_STAGES, Options, RenderOptions, Stage, stage_argv
from ocr_tasks.evaluation.truth import truth_pages
from ocr_tasks.workdir import Workdir

PEER_PAGE = re.compile(r"read (\d+\.\d+) s  \d+ strings$", re.MULTILINE)
OUR_STAGE = re.compile(rf"^({'|'.join(READING_STAGES)}) +(\d+\.\d+) ", re.MULTILINE)
OUR_PAGE = re.compile(r"\d+ strings  (\d+\.\d+) s$", re.MULTILINE)


class Ran(NamedTuple):
    """A finished process."""

    said: str
    seconds: float
    peak_mib: float


def main(argv: Sequence[str]) -> int:
    """Run the benchmark and print its tables in Markdown; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks bench", description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--only", default="", metavar="SUBSTRING", help="only pages whose path contains this")
    parser.add_argument("--peer", default="--side 4096 --turned", help="the peer's own options")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--out", type=Path, help="keep what was read below this folder, to be scored")
    args = parser.parse_args(argv)
    drawings = args.shared / "drawings"
    peer = args.shared / "tools" / "peer_rapidocr.py"
    sources = sorted({page.name.split("/")[0] for page in truth_pages(drawings, args.only)})
    _say(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors ({platform.machine()}), load {_load()}\n"
    )
    ours: list[Ran] = []
    peers: list[Ran] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        out = args.out or Path(folder)
        for source in sources:
            only = source if args.only in source else args.only
            command = ["-m", "ocr_tasks", "evaluate", str(drawings), "--out", str(out / "ours"), "--only", only]
            ours.append(_run([sys.executable, *command]))
            if not args.no_peer:
                command = [str(peer), str(drawings), str(out / "peer"), *args.peer.split(), "--only", only]
                peers.append(_run([sys.executable, *command]))
            _say(f"{source}: {ours[-1].seconds:.1f} s" + (f", peer {peers[-1].seconds:.1f} s" if peers else ""))
        _say("")
        _say(_pages_table(ours, peers, args.peer))
        _say("")
        _say(_a0_table(Path(folder)))
    return 0


def _run(command: Sequence[str]) -> Ran:
    """Run a process to its end; OSError if it cannot start, RuntimeError if it fails.

    The peak is of all its processes together (decoders are children of their own), sampled every 50 ms.
    """
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - an argument list of ours, no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    peak = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, _resident_mib(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    said, _ = process.communicate()
    done.set()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{said[-2000:]}")
    return Ran(said, time.perf_counter() - began, peak)


def _resident_mib(session: int) -> float:
    """Return the resident memory of all processes of a session."""
    pages = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                pages += int(fields[21])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def _pages_table(ours: Sequence[Ran], peers: Sequence[Ran], peer_options: str) -> str:
    stages = dict.fromkeys(READING_STAGES, 0.0)
    for ran in ours:
        for stage, seconds in OUR_STAGE.findall(ran.said):
            stages[Stage(stage)] += float(seconds)
    pages = [float(seconds) for ran in ours for seconds in OUR_PAGE.findall(ran.said)]
    lines = ["| | pages | seconds in all | median s a page | peak MiB |", "|---|---|---|---|---|"]
    lines += [_row("ours, all stages", pages, max(ran.peak_mib for ran in ours), sum(ran.seconds for ran in ours))]
    if peers:
        peer_pages = [float(seconds) for ran in peers for seconds in PEER_PAGE.findall(ran.said)]
        peak, seconds = max(ran.peak_mib for ran in peers), sum(ran.seconds for ran in peers)
        lines += [_row(f"peer `{peer_options}`, reading alone", peer_pages, peak, seconds)]
    lines += ["", "| stage | seconds | s a page |", "|---|---|---|"]
    lines += [f"| {stage} | {seconds:.1f} | {seconds / len(pages):.2f} |" for stage, seconds in stages.items()]
    return "\n".join(lines)


def _row(name: str, pages: Sequence[float], peak_mib: float, wall: float) -> str:
    """One line: the seconds are the pages' own; the processes' start and model loading stand in brackets."""
    spent = f"{sum(pages):.1f} (processes {wall:.1f})"
    return f"| {name} | {len(pages)} | {spent} | {statistics.median(pages):.2f} | {peak_mib:.0f} |"


def _a0_table(folder: Path) -> str:
    """Read the project's own A0 sheet at 300 dpi, each stage in a process of its own."""
    _run([sys.executable, "-m", "ocr_tasks", "samples", str(folder / "samples"), "--only", "A0"])
    sheet = next((folder / "samples").glob("*.pdf"))
    work = Workdir.of_file(folder / "work", sheet, Options(render=RenderOptions(dpi=300)))
    lines = ["| A0 sheet at 300 dpi | seconds, process included | peak MiB |", "|---|---|---|"]
    for stage in READING_STAGES:
        ran = _run([sys.executable, *stage_argv(stage, [work.name], work_root=str(work.path.parent))])
        lines.append(f"| {stage} | {ran.seconds:.1f} | {ran.peak_mib:.0f} |")
    page = work.pages()[0]
    return "\n".join([*lines, "", f"{page.width_px} x {page.height_px} px, {len(work.result().items)} strings"])


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f} before the run"


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201
