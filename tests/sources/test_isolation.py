"""A decoder that crashes, hangs or eats memory ends its own child and nothing else."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ocr_tasks.errors import BadDrawing, MachineError, Rejection, StorageFull
from ocr_tasks.sources.isolation import Answer, Ended, Limits, run_isolated

ROOT = Path(__file__).parent.parent.parent
OnPage = Callable[[], None]


def reader(job: Sequence[str], on_page: OnPage) -> Answer:
    """A working reader with planted faults, chosen by the job."""
    what, *rest = job
    on_page()
    match what:
        case "read":
            return {"pages": 1.0}
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "segfault once":
            mark = Path(rest[0])
            if not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGSEGV)
            return {"pages": 2.0}
        case "exit":
            os._exit(7)
        case "hang":
            time.sleep(600)
        case "pages":
            for _ in range(4):
                time.sleep(0.8)
                on_page()
            return {"pages": 5.0}
        case "eat":
            return {"bytes": float(len(bytearray(2**31)))}
        case "bad":
            raise BadDrawing(Rejection.ENCRYPTED, "asks for a password")
        case "full":
            raise StorageFull("no room left")
        case "bug":
            raise ZeroDivisionError("a bug of ours")
    raise AssertionError(what)


def run(*jobs: Sequence[str], seconds: float = 20.0, memory: int = 2**29, at_once: int = 2) -> dict[int, Ended]:
    limits = Limits(seconds, memory)
    return {ended.key: ended for ended in run_isolated(reader, jobs, limits, side_by_side=at_once)}


def reason(ended: Ended) -> Rejection:
    assert ended.rejected is not None
    return ended.rejected.code


def test_a_crash_is_one_drawings_rejection_and_the_rest_goes_on() -> None:
    ended = run(["read"], ["segfault"], ["read"], ["exit"], ["read"])
    assert [key for key in sorted(ended) if ended[key].rejected is None] == [0, 2, 4]
    assert ended[0].answer == {"pages": 1.0}
    assert reason(ended[1]) == Rejection.DECODER_CRASH
    assert "SIGSEGV" in str(ended[1].rejected)
    assert reason(ended[3]) == Rejection.DECODER_CRASH


def test_a_child_that_dies_once_gets_a_second_try(tmp_path: Path) -> None:
    ended = run(["segfault once", str(tmp_path / "mark")])
    assert ended[0].answer == {"pages": 2.0}


def test_a_reader_that_hangs_is_killed_at_its_time(tmp_path: Path) -> None:
    ended = run(["hang"], ["read"], seconds=2.0)
    assert reason(ended[0]) == Rejection.TIMEOUT
    assert ended[1].rejected is None


def test_a_long_drawing_has_its_time_for_each_page() -> None:
    assert run(["pages"], seconds=2.0)[0].answer == {"pages": 5.0}


def test_a_reader_that_asks_for_too_much_memory_is_rejected() -> None:
    assert reason(run(["eat"])[0]) == Rejection.PAGE_TOO_LARGE


def test_reasons_and_pages_come_back_from_the_child() -> None:
    pages = []
    limits = Limits(20.0)
    (ended,) = run_isolated(reader, [["bad"]], limits, side_by_side=1, on_page=lambda: pages.append(1))
    assert ended.rejected is not None
    assert (ended.rejected.code, ended.rejected.message) == (Rejection.ENCRYPTED, "asks for a password")
    assert pages == [1]


def test_machine_trouble_in_a_child_is_raised_as_what_it_is() -> None:
    with pytest.raises(StorageFull, match="no room left"):
        run(["full"])


def test_a_child_that_cannot_begin_is_the_machines_fault(tmp_path: Path) -> None:
    """A script without a guard starts itself again in each child: no drawing is to blame."""
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from ocr_tasks.sources.isolation import Limits, run_isolated\n"
        "print(list(run_isolated(len, [['a']], Limits(20.0), side_by_side=1)))\n"
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode != 0
    assert "MachineError: a decoding process ended before it began" in ended.stderr


def test_a_bug_of_ours_is_not_put_on_the_drawing() -> None:
    with pytest.raises(MachineError, match="a bug of ours"):
        run(["bug"])
