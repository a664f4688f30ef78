"""Which GPU a stage gets: one that it may have, with enough free memory, and with the least to do."""

import logging
import shutil
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

from ocr_tasks.errors import DeviceUnavailable, MachineError

log = logging.getLogger(__name__)

QUERY = ("--query-gpu=index,uuid,memory.total,memory.free", "--format=csv,noheader,nounits")
ANSWERS_WITHIN_S = 30.0


class GpuFull(MachineError):
    """The GPUs are large enough, but others use them."""


class Gpu(NamedTuple):
    """A GPU as the driver tells of it. Memory in MiB."""

    number: str
    uuid: str
    total_mib: int
    free_mib: int

    @classmethod
    def parse(cls, line: str) -> "Gpu | None":
        """Return the GPU that a line of QUERY's answer tells of, or None if it tells nothing of use."""
        fields = [field.strip() for field in line.split(",")]
        if len(fields) != 4 or not (fields[0].isdecimal() and fields[2].isdecimal() and fields[3].isdecimal()):
            return None
        return cls(fields[0], fields[1], int(fields[2]), int(fields[3]))

    def named_in(self, ids: Sequence[str]) -> bool:
        return self.number in ids or self.uuid in ids


def probe() -> list[Gpu]:
    """Ask the driver of this machine for its GPUs; none where it has no `nvidia-smi`, or that says nothing of use."""
    program = shutil.which("nvidia-smi")
    if program is None:
        log.info("no nvidia-smi here: the memory of GPUs is not looked at")
        return []
    try:
        said = subprocess.run(  # noqa: S603 - a fixed argument list, no shell
            [program, *QUERY],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=ANSWERS_WITHIN_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as silence:
        log.warning("nvidia-smi does not answer (%s): the memory of GPUs is not looked at", silence)
        return []
    found = [gpu for line in said.stdout.splitlines() if (gpu := Gpu.parse(line))]
    if said.returncode != 0 or not found:
        log.warning(
            "nvidia-smi ended with %d and told of no GPU (%s): their memory is not looked at",
            *(said.returncode, (said.stdout + said.stderr).strip()[-200:]),
        )
        return []
    return found


def choose(gpus: Sequence[Gpu], allowed: Sequence[str], needed_mib: int, taken: Sequence[str]) -> Gpu:
    """Return the GPU for a stage: of those that have NEEDED_MIB free, one with the fewest stages, then the most memory.

    ALLOWED: numbers or UUIDs to choose from, empty for all. TAKEN: a number or UUID for each stage at work.
    DeviceUnavailable if none could ever do it, GpuFull if none can now.
    """
    candidates = [gpu for gpu in gpus if not allowed or gpu.named_in(allowed)]
    if not candidates:
        raise DeviceUnavailable(
            f"none of the GPUs {', '.join(allowed)} is here, only {', '.join(f'{g.number} ({g.uuid})' for g in gpus)} "
            "| What to do: correct DRAWING_ETL_GPU_IDS."
        )
    told = ", ".join(f"GPU {gpu.number}: {gpu.free_mib} of {gpu.total_mib} MiB free" for gpu in candidates)
    if all(gpu.total_mib < needed_mib for gpu in candidates):
        raise DeviceUnavailable(
            f"no GPU is large enough for {needed_mib} MiB ({told}) | What to do: use a larger GPU, lower "
            "DRAWING_ETL_GPU_MEMORY_MIB if a stage needs less, or set DRAWING_ETL_GPU_FALLBACK to cpu."
        )
    roomy = [gpu for gpu in candidates if gpu.free_mib >= needed_mib]
    if not roomy:
        raise GpuFull(
            f"no GPU has {needed_mib} MiB free ({told}) | What to do: wait for the other programs on it or close them "
            "(nvidia-smi lists them); the task is tried again."
        )
    return min(roomy, key=lambda gpu: (sum(gpu.named_in([one]) for one in taken), -gpu.free_mib))
