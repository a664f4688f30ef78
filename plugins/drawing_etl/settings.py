"""What this installation is told from outside. The only reader of the environment; read once, then frozen."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self, cast, get_args

PROJECT = Path(__file__).resolve().parents[2]
PREFIX = "DRAWING_ETL_"

Runtime = Literal["local", "docker"]


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

        runtime = env.get(f"{PREFIX}RUNTIME", "local")
        if runtime not in get_args(Runtime):
            raise SettingsError(f"{PREFIX}RUNTIME is {runtime!r}: set it to one of {', '.join(get_args(Runtime))}")
        return cls(
            var=var,
            inbox=path("INBOX", var / "inbox"),
            work_root=path("WORK", var / "work"),
            reports=path("REPORTS", var / "reports"),
            thresholds=path("THRESHOLDS", Path(__file__).parent / "thresholds.yaml"),
            database_url=env.get(f"{PREFIX}DATABASE_URL", f"sqlite:///{var / 'warehouse.sqlite'}"),
            runtime=cast(Runtime, runtime),
            threads=int(_number(env, "THREADS", cls.threads, least=0)),
            batch_size=int(_number(env, "BATCH_SIZE", cls.batch_size, least=1)),
            settle_s=_number(env, "SETTLE_S", cls.settle_s, least=0),
            keep_days=int(_number(env, "KEEP_DAYS", cls.keep_days, least=0)),
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
