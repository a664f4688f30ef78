"""How a stage's process is started and followed, how it ends, and what it left behind. Knows nothing of Airflow."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ocr_tasks.contract import Progress, Stage
from ocr_tasks.errors import (
    ContractError,
    DeviceUnavailable,
    MachineError,
    OutOfDeviceMemory,
    StorageFull,
    WeightsError,
)

STOP_GRACE_S = 3.0
"""What a stage gets to end by itself before it is killed; Airflow gives a task 5 s in all."""
TAIL_LINES = 5


class Refused(Exception):
    """A task ends on purpose: trying again would change nothing."""


class StageKilled(MachineError):
    """A signal ended the stage: memory ran out, or someone killed it."""


class StageCrashed(MachineError):
    """The stage ended with an exit code that no known trouble has."""


KINDS = {
    kind.exit_code: kind for kind in (DeviceUnavailable, OutOfDeviceMemory, WeightsError, ContractError, StorageFull)
}
REMEDIES: dict[type[MachineError], str] = {
    DeviceUnavailable: "run the stage on a device that this machine has (python -m ocr_tasks doctor lists them)",
    OutOfDeviceMemory: "use a smaller batch size, or a device with more memory",
    WeightsError: "install the model weights that the message names, then clear the failed task",
    ContractError: "clear the stage that writes the file it names, and those after it",
    StorageFull: "free space on the work volume; the task goes on where it stopped",
    StageKilled: "give the machine more memory or the run a smaller batch size if it was the out-of-memory killer",
    StageCrashed: "look at the lines above; the task goes on where it stopped",
}


class Outcome(NamedTuple):
    """What a stage did to a batch, by its reports."""

    stage: Stage
    drawings: int
    done: int
    rejected: int
    pages: int
    seconds: float = 0.0
    """Wall time of the work itself, process start included, without what Airflow does around it."""

    def line(self) -> str:
        """Return the line that people and the progress display read."""
        return (
            f"finished {self.stage}: {self.drawings} drawings, {self.done} done, {self.rejected} rejected, "
            f"{self.pages} pages, {self.seconds:.2f} s"
        )

    @classmethod
    def parse(cls, line: str) -> "Outcome | None":
        """Return what `line` said, or None if it is another line."""
        if not (found := _OUTCOME.search(line)):
            return None
        stage, *numbers = found.groups()
        drawings, done, rejected, pages = (int(number) for number in numbers[:4])
        return cls(Stage(stage), drawings, done, rejected, pages, float(numbers[4]))


_OUTCOME = re.compile(
    rf"finished ({'|'.join(Stage)}): (\d{{1,9}}) drawings, (\d{{1,9}}) done, (\d{{1,9}}) rejected, (\d{{1,9}}) pages, "
    r"(\d{1,9}\.\d\d) s"
)


def outcome_of(stage: Stage, work_root: Path, names: Sequence[str], seconds: float = 0.0) -> Outcome:
    """Return what the reports say; ContractError if a drawing has none."""
    from ocr_tasks.workdir import Workdir  # numpy: not while a DAG is parsed

    reports = [Workdir.below(work_root, name).required_report(stage) for name in names]
    return Outcome(
        stage,
        len(reports),
        sum(report.outcome == "done" for report in reports),
        sum(report.outcome == "rejected" for report in reports),
        sum(report.pages for report in reports),
        seconds,
    )


def dies_with_parent(signal_name: str = "TERM") -> list[str]:
    """Return what goes before a command so that it gets a signal when this process is killed without a chance to."""
    setpriv = shutil.which("setpriv")  # util-linux: on every Debian and Ubuntu
    return [setpriv, "--pdeathsig", signal_name] if setpriv else []


def start(
    command: Sequence[str], env: Mapping[str, str] = os.environ, *, ends_by: str = "TERM"
) -> "subprocess.Popen[str]":
    """Start a process in a group of its own that ends when this one does; what it says comes line by line.

    ENDS_BY: the signal that ends it when this process was killed.
    """
    return subprocess.Popen(  # noqa: S603 - an argument list of ours, no shell
        [*dies_with_parent(ends_by), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="backslashreplace",
        start_new_session=True,
        env={**env, "PYTHONUNBUFFERED": "1"},
    )


def stop_group(process: "subprocess.Popen[Any]", grace_s: float = STOP_GRACE_S) -> None:
    """End a process that leads its own group, and the group: TERM, then KILL after GRACE_S. Safe to repeat."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(grace_s)
        os.killpg(process.pid, signal.SIGKILL)  # those of the group that outlived their leader
    process.wait()


def follow(
    process: "subprocess.Popen[str]",
    say: Callable[[str], object],
    stop: Callable[["subprocess.Popen[str]"], object] = stop_group,
) -> tuple[int, tuple[str, ...]]:
    """Give each line to SAY until the process ends; return its exit code and its last lines.

    STOP is called at the end, whatever that is: a time limit is raised here, in the middle of a line.
    """
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    try:
        for line in process.stdout or ():
            text = line.rstrip("\n")
            say(text)
            tail.append(text)
        return process.wait(), tuple(tail)
    finally:
        stop(process)


def trouble(stage: Stage, code: int, tail: Sequence[str]) -> MachineError:
    """Return the exception that a stage's exit code means, with its last words and the remedy."""
    if code < 0 or code > 128:
        number = -code if code < 0 else code - 128
        kind: type[MachineError] = StageKilled
        what = f"was killed by signal {number}"
    else:
        kind = KINDS.get(code, StageCrashed)
        what = f"ended with exit code {code}"
    told = (line for line in reversed(tail) if line.strip() and Progress.parse(line) is None)
    said = next(told, "it said nothing")
    return kind(f"{stage} {what}: {said} | What to do: {REMEDIES[kind]}.")
