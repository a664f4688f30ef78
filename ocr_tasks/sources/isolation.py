"""Runs decoders in child processes with limits, so that a hostile file ends its own child and nothing else.

Children are forked by a small server process that has the decoders imported and no threads, so each drawing gets a
fresh process at the cost of a fork. They answer in JSON lines: nothing that a child says is executed or unpickled.
"""

import contextlib
import json
import multiprocessing
import os
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from typing import NamedTuple

from ocr_tasks import errors
from ocr_tasks.errors import BadDrawing, MachineError, Rejection

DEFAULT_MEMORY_BYTES = 4 * 2**30
"""Address space that one drawing may add: an A0 sheet in colour takes about a quarter."""

MAX_MESSAGE_BYTES = 1 << 20

MAX_CPU_SECONDS = 3600
"""For a child whose parent is gone and that never comes to tell of a page."""

Answer = dict[str, float]
Work = Callable[[Sequence[str], Callable[[], None]], Answer]
"""What a child does: arguments, a callback after each page, an answer of plain numbers. A module-level function."""


@dataclass(frozen=True)
class Limits:
    """What one child may use: `seconds` without a page done, and address space that it may add."""

    seconds: float
    memory_bytes: int = DEFAULT_MEMORY_BYTES


class Ended(NamedTuple):
    """How a child ended: an answer or a rejection."""

    key: int
    """The job's place in the given order."""
    answer: Answer
    rejected: BadDrawing | None
    seconds: float


@dataclass
class _Child:
    key: int
    process: ForkServerProcess
    answers: Connection
    deadline: float
    began: float
    started: bool = False
    said: dict[str, object] = field(default_factory=dict)


def run_isolated(
    work: Work,
    jobs: Sequence[Sequence[str]],
    limits: Limits,
    *,
    side_by_side: int,
    preload: Sequence[str] = (),
    on_page: Callable[[], None] = lambda: None,
) -> Iterator[Ended]:
    """Run WORK on each job in a process of its own, several at once; yield each as it ends.

    A child that dies of a signal is tried once more by itself (another program may have taken the memory), then its
    drawing is rejected. Raises MachineError for what a child says of the machine, and when a child fails in our code.
    `preload`: modules imported once for all children; it counts for the first call in a process.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    waiting = deque(enumerate(jobs))
    again: deque[tuple[int, Sequence[str]]] = deque()
    second: set[int] = set()
    running: list[_Child] = []
    try:
        while waiting or again or running:
            while waiting and len(running) < side_by_side:
                running.append(_start(context, work, *waiting.popleft(), limits))
            if not running:
                key, job = again.popleft()
                second.add(key)
                running.append(_start(context, work, key, job, limits))
            for child in _next_news(running):
                if _listen(child, limits.seconds, on_page):
                    continue
                running.remove(child)
                ended = _end(child, limits)
                crashed = ended.rejected is not None and ended.rejected.code is Rejection.DECODER_CRASH
                if crashed and child.key not in second:
                    again.append((child.key, jobs[child.key]))
                else:
                    yield ended
    finally:
        for child in running:
            _kill(child)


def _start(
    context: multiprocessing.context.ForkServerContext, work: Work, key: int, job: Sequence[str], limits: Limits
) -> _Child:
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(work, list(job), theirs, limits), daemon=True)
    process.start()
    theirs.close()
    now = time.monotonic()
    return _Child(key, process, ours, now + limits.seconds, now)


def _next_news(running: Sequence[_Child]) -> list[_Child]:
    """Return the children that said something, ended, or ran out of time."""
    soonest = min(child.deadline for child in running)
    ready = wait([child.answers for child in running], timeout=max(0.0, soonest - time.monotonic()))
    now = time.monotonic()
    return [child for child in running if child.answers in ready or now >= child.deadline]


def _listen(child: _Child, seconds: float, on_page: Callable[[], None]) -> bool:
    """Take one message; return whether the child goes on. Each page gives it SECONDS more."""
    if time.monotonic() >= child.deadline and not child.answers.poll():
        child.said = {"timeout": True}
        return False
    try:
        said = json.loads(child.answers.recv_bytes(MAX_MESSAGE_BYTES))
    except (EOFError, OSError, ValueError):
        return False
    if not isinstance(said, dict):
        return False
    if said == {"started": True}:
        child.started = True
        return True
    if said == {"page": True}:
        child.deadline = time.monotonic() + seconds
        on_page()
        return True
    child.said = said
    return False


def _end(child: _Child, limits: Limits) -> Ended:
    if not child.said:
        child.process.join(timeout=10)
    _kill(child)
    seconds = time.monotonic() - child.began
    answer: Answer = {}
    rejected = None
    if not child.started:
        raise MachineError(
            f"a decoding process ended before it began (exit code {child.process.exitcode}): see its lines above; "
            'a script that calls this needs the guard if __name__ == "__main__"'
        )
    match child.said:
        case {"done": dict(numbers)}:
            answer = {str(name): float(number) for name, number in numbers.items()}
        case {"bad": [str(code), str(message)]} if code in set(Rejection):
            rejected = BadDrawing(Rejection(code), message)
        case {"timeout": True}:
            rejected = BadDrawing(
                Rejection.TIMEOUT,
                f"decoding a page took longer than {limits.seconds:.0f} s: simplify the drawing, or raise timeout_s",
            )
        case {"machine": [str(name), str(message)]}:
            raise _machine_error(name)(message)
        case {"error": str(traceback)}:
            raise MachineError(f"a decoding process failed in our own code, please report it:\n{traceback}")
        case _:
            rejected = _crash(child.process.exitcode)
    return Ended(child.key, answer, rejected, seconds)


def _machine_error(name: str) -> type[MachineError]:
    kind = getattr(errors, name, MachineError)
    return kind if isinstance(kind, type) and issubclass(kind, MachineError) else MachineError


def _crash(exit_code: int | None) -> BadDrawing:
    if exit_code is not None and exit_code < 0:
        how = f"by signal {signal.Signals(-exit_code).name}" if -exit_code in set(signal.Signals) else "by a signal"
    else:
        how = f"with exit code {exit_code}"
    return BadDrawing(
        Rejection.DECODER_CRASH, f"the decoder ended {how} on this file: export the drawing again, with other settings"
    )


def _kill(child: _Child) -> None:
    if child.process.is_alive() and child.said:
        child.process.join(timeout=0.2)
    if child.process.is_alive():
        child.process.kill()
    child.process.join()
    child.answers.close()


# --- in the child ---


def _child(work: Work, job: Sequence[str], answers: Connection, limits: Limits) -> None:
    def say(**message: object) -> None:
        answers.send_bytes(json.dumps(message).encode())

    say(started=True)
    try:
        _limit(limits)
        say(done=work(job, lambda: say(page=True)))
    except BadDrawing as bad:
        say(bad=[str(bad.code), bad.message])
    except MachineError as trouble:
        say(machine=[type(trouble).__name__, str(trouble)])
    except MemoryError:
        gigabytes = limits.memory_bytes / 2**30
        say(
            bad=[
                Rejection.PAGE_TOO_LARGE,
                f"decoding needs more than {gigabytes:.1f} GB: lower dpi, or split the sheet",
            ]
        )
    except BrokenPipeError:
        pass  # the parent is gone: so are we
    except Exception:
        import traceback

        with contextlib.suppress(OSError):
            say(error=traceback.format_exc(limit=-6)[-4000:])


def _limit(limits: Limits) -> None:
    """Bound memory and processor time, and write no core file."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123
        used = int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    for what, bound in (
        (resource.RLIMIT_AS, used + limits.memory_bytes),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))
