"""One thing that the doctor has looked at."""

from collections.abc import Callable
from dataclasses import dataclass

from ocr_tasks.errors import MachineError

REINSTALL = "a library is there and broken: install the locked requirements again into an empty environment"


@dataclass(frozen=True)
class Check:
    """What was found. `remedy` is empty where nothing is wrong."""

    name: str
    found: str
    remedy: str = ""
    needed: bool = True
    """False: what was asked for works without it."""

    @property
    def mark(self) -> str:
        if not self.remedy:
            return "ok"
        return "FAIL" if self.needed else "none"

    def line(self) -> str:
        """Return the check as a line of text."""
        said = f"{self.name}: {self.found}" + (f" -> {self.remedy}" if self.remedy else "")
        return f"{self.mark:<4}  {' '.join(said.split())}"


def tried(name: str, look: Callable[[], str], *, needed: bool = True, remedy: str = REINSTALL) -> Check:
    """Return what LOOK finds. Machine trouble that it raises says the remedy itself; REMEDY is for all else."""
    try:
        return Check(name, look(), needed=needed)
    except MachineError as trouble:
        return Check(name, type(trouble).__name__, str(trouble), needed)
    except Exception as broken:  # a broken library raises what it likes, and the doctor has more to look at
        return Check(name, f"{type(broken).__name__}: {broken}", remedy, needed)
