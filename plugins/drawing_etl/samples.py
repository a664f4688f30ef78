"""The project's own sample drawings, made by the reading side in a process of its own."""

import sys
from pathlib import Path

from drawing_etl.stage_process import follow, start
from ocr_tasks.errors import MachineError


class SamplesFailed(MachineError):
    """The project's own samples could not be made."""


def make_samples(folder: Path, *, random: int = 0) -> None:
    """Write the fixed samples into FOLDER, or so many RANDOM sheets. Raises SamplesFailed."""
    command = [sys.executable, "-m", "ocr_tasks", "samples", str(folder)]
    code, tail = follow(start([*command, "--random", str(random)] if random else command), lambda line: None)
    if code != 0:
        raise SamplesFailed(
            f"the sample drawings could not be made: {tail[-1] if tail else f'exit code {code}'} | "
            f"What to do: see that {folder} can be written and has room, then try again."
        )
