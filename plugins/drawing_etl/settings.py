"""What this installation is told from outside. The only reader of the environment; read once, then frozen."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, get_args

PROJECT = Path(__file__).resolve().parents[2]
PREFIX = "DRAWING_ETL_"

Runtime = Literal["local", "docker"]
Device = Literal["cpu", "cuda"]
Fallback = Literal["none", "cpu"]


class SettingsError(ValueError):
    """A setting that cannot be right; the message names the variable and what it may hold."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things lie and how much is done at once. The defaults are the embedded layout below `var/`."""

    var: Path
    """Everything made at run time, unless a path below says otherwise."""
    inbox: Path
    """Where drawings arrive. Only ever read."""
    work_root: Path
    """One folder a drawing, named by its id."""
    reports: Path
    """One page of HTML a run."""
    thresholds: Path
    """The gate's limits, YAML."""
    database_url: str = field(repr=False)
    """SQLAlchemy's form. Not shown: it may hold a password."""
    golden: Path | None = None
    """A folder of drawings with truth beside the project's samples and what people reviewed."""
    runtime: Runtime = "local"
    """Where the reading stages run."""
    threads: int = 0
    """Processor threads of one stage; 0: all."""
    batch_size: int = 48
    """Drawings of one batch, where a run does not say otherwise."""
    settle_s: float = 5.0
    """A file changed less than this ago may still be on its way."""
    keep_days: int = 7
    """How long the rasters of drawings that were not loaded are kept."""
    prune_days: int = 0
    """After how long what nobody needs any more is removed, see `retention`; 0: never."""
    device: Device = "cpu"
    """Where preprocess, detect and recognize compute. The other stages are at home on the CPU."""

    # what only the runtime `docker` asks for
    docker_url: str = "unix:///var/run/docker.sock"
    """The engine; a socket proxy in production."""
    image_cpu: str = "drawing-etl/ocr-cpu:latest"
    image_cuda: str = "drawing-etl/ocr-cuda:latest"
    """By digest, name@sha256:..., where what runs must not change under its name."""
    work_volume: str = ""
    """The volume that holds the work root, or its directory on the engine's host; empty: the work root's own path."""
    container_memory: str = "8g"
    container_shm: str = "256m"
    container_user: str = ""
    """uid:gid that owns the workdirs; empty: this process's own, but never root."""
    gpus: int = 1
    """GPUs of one stage."""
    gpu_ids: tuple[str, ...] = ()
    """GPUs to choose from, each stage pinned to one; empty: whichever the engine gives."""
    gpu_memory_mib: int = 2048
    """What a GPU must have free for a stage to be started on it, as this machine's driver says; 0: do not look."""
    gpu_fallback: Fallback = "none"
    """cpu: a GPU that is refused is no failure, the CPU does it, and every report says so."""
    deferrable: bool = False
    """Free the worker's slot while a container runs; needs a triggerer."""

    @property
    def airflow_home(self) -> Path:
        """Airflow's own database, logs and passwords in the embedded layout."""
        return self.var / "airflow"

    @property
    def docs_dir(self) -> Path:
        """Where the gate keeps its data docs."""
        return self.reports / "quality"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Return the settings that the environment names; SettingsError for a value that cannot be right."""
        env = {name: value for name, value in (os.environ if environ is None else environ).items() if value}
        var = Path(env.get(f"{PREFIX}VAR", PROJECT / "var")).absolute()

        def path(name: str, default: Path) -> Path:
            return Path(env.get(PREFIX + name, default)).expanduser().absolute()

        def choice(name: str, default: str, choices: Any) -> Any:
            value = env.get(PREFIX + name, default)
            if value not in get_args(choices):
                raise SettingsError(f"{PREFIX}{name} is {value!r}: set it to one of {', '.join(get_args(choices))}")
            return value

        return cls(
            var=var,
            inbox=path("INBOX", var / "inbox"),
            work_root=path("WORK", var / "work"),
            reports=path("REPORTS", var / "reports"),
            thresholds=path("THRESHOLDS", Path(__file__).parent / "thresholds.yaml"),
            database_url=env.get(f"{PREFIX}DATABASE_URL", f"sqlite:///{var / 'warehouse.sqlite'}"),
            golden=path("GOLDEN", var) if f"{PREFIX}GOLDEN" in env else None,
            runtime=choice("RUNTIME", cls.runtime, Runtime),
            threads=int(_number(env, "THREADS", cls.threads, least=0)),
            batch_size=int(_number(env, "BATCH_SIZE", cls.batch_size, least=1)),
            settle_s=_number(env, "SETTLE_S", cls.settle_s, least=0),
            keep_days=int(_number(env, "KEEP_DAYS", cls.keep_days, least=0)),
            prune_days=int(_number(env, "PRUNE_DAYS", cls.prune_days, least=0)),
            device=choice("DEVICE", cls.device, Device),
            docker_url=env.get(f"{PREFIX}DOCKER_URL", cls.docker_url),
            image_cpu=env.get(f"{PREFIX}IMAGE_CPU", cls.image_cpu),
            image_cuda=env.get(f"{PREFIX}IMAGE_CUDA", cls.image_cuda),
            work_volume=env.get(f"{PREFIX}WORK_VOLUME", cls.work_volume),
            container_memory=env.get(f"{PREFIX}CONTAINER_MEMORY", cls.container_memory),
            container_shm=env.get(f"{PREFIX}CONTAINER_SHM", cls.container_shm),
            container_user=env.get(f"{PREFIX}CONTAINER_USER", cls.container_user),
            gpus=int(_number(env, "GPUS", cls.gpus, least=1)),
            gpu_ids=tuple(filter(None, env.get(f"{PREFIX}GPU_IDS", "").replace(" ", "").split(","))),
            gpu_memory_mib=int(_number(env, "GPU_MEMORY_MIB", cls.gpu_memory_mib, least=0)),
            gpu_fallback=choice("GPU_FALLBACK", cls.gpu_fallback, Fallback),
            deferrable=choice("DEFERRABLE", "no", Literal["yes", "no"]) == "yes",
        )


def _number(env: Mapping[str, str], name: str, default: float, *, least: float) -> float:
    text = env.get(PREFIX + name, str(default))
    try:
        value = float(text) if isinstance(default, float) else int(text)
    except ValueError as error:
        raise SettingsError(f"{PREFIX}{name} is {text!r}: set it to a number") from error
    if not least <= value < 1e9:
        raise SettingsError(f"{PREFIX}{name} is {text}: set it to {least} or more")
    return value
