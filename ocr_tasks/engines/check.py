"""One thing that the doctor has looked at."""

from collections.abc import Callable
from dataclasses import dataclass

from ocr_tasks.errors import MachineError


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
        return f"{self.mark:<4}  {self.name}: {self.found}" + (f" -> {self.remedy}" if self.remedy else "")


def tried(name: str, look: Callable[[], str], *, needed: bool = True) -> Check:
    """Return what LOOK finds; machine trouble that it raises says the remedy itself."""
    try:
        return Check(name, look(), needed=needed)
    except MachineError as trouble:
        return Check(name, type(trouble).__name__, str(trouble), needed)
