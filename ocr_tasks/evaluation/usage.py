"""What a piece of work keeps busy: processors by this process's own time, the GPU as nvidia-smi tells."""

import os
import shutil
import statistics
import subprocess
import time
from types import TracebackType
from typing import NamedTuple, Self

EVERY_MS = 200
BUSY = 0.8
"""A share of the time from which something counts as the limit."""


class Usage(NamedTuple):
    """`processors`: how many were busy on average; `gpu`: the share of the time that it worked, None if unknown."""

    seconds: float
    processors: float
    gpu: float | None


class Watch:
    """Watches what happens between enter and exit; `usage` is there afterwards.

    GPU: also watch the first GPU that this process sees; without nvidia-smi its usage is unknown.
    """

    def __init__(self, *, gpu: bool = False) -> None:
        self._gpu = gpu
        self._teller: subprocess.Popen[str] | None = None
        self.usage = Usage(0.0, 0.0, None)

    def __enter__(self) -> Self:
        program = shutil.which("nvidia-smi") if self._gpu else None
        if program is not None:
            visible = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip() or "0"
            query = [program, "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "-i", visible]
            self._teller = subprocess.Popen(  # noqa: S603 - an argument list of ours, no shell
                [*query, "-lms", str(EVERY_MS)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
        self._began, self._worked = time.perf_counter(), processor_seconds()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        seconds = max(1e-9, time.perf_counter() - self._began)
        processors = (processor_seconds() - self._worked) / seconds
        gpu = None
        if self._teller is not None:
            self._teller.terminate()
            said, _ = self._teller.communicate()
            told = [float(line) / 100 for line in said.splitlines() if line.strip().isdigit()]
            gpu = statistics.mean(told) if told else None
        self.usage = Usage(seconds, processors, gpu)


def processor_seconds() -> float:
    """Return the processor time of this process and of its children that have ended, all threads together."""
    return sum(os.times()[:4])


def limit_of(usage: Usage, processors: int) -> str:
    """Return in words what kept the work from being faster. PROCESSORS: how many there are for it."""
    busy = f"{usage.processors:.1f} of {processors} processors busy"
    if usage.gpu is not None:
        busy += f", the GPU {usage.gpu:.0%} of the time"
    if usage.gpu is not None and usage.gpu >= BUSY:
        return f"the GPU ({busy})"
    if usage.processors >= BUSY * processors:
        return f"the processors ({busy})"
    if usage.processors >= BUSY:
        return f"one processor's code that does not run in parallel ({busy})"
    return f"waiting: for transfers, the disk or other programs ({busy})"
