"""The embedded Airflow below `var/airflow`: its environment, its database, its pools. Touches no other installation."""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from drawing_etl.settings import PREFIX, PROJECT, Settings

DAG_ID = "drawing_ingest"
LOGIN = "admin"
DEFAULT_PORT = 8080


def environment(settings: Settings, port: int = DEFAULT_PORT) -> dict[str, str]:
    """Return the whole environment for a process of the embedded Airflow.

    What the shell says of another Airflow is left out, so that its database is never touched.
    """
    home = settings.airflow_home
    keys = _secrets(home)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "_AIRFLOW"))}
    return inherited | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__MAX_MAP_LENGTH": "10000",
        "AIRFLOW__CORE__FERNET_KEY": keys["fernet_key"],
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{LOGIN}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(password_file(settings)),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS": "drawing_etl.patient_sqlite.CONNECT_ARGS",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS_ASYNC": "drawing_etl.patient_sqlite.CONNECT_ARGS",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_ENGINE_ARGS": '{"echo": false}',
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": keys["secret_key"],
        "AIRFLOW__API_AUTH__JWT_SECRET": keys["jwt_secret"],
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "False",
        "NO_COLOR": "1",
        f"{PREFIX}VAR": str(settings.var),
        f"{PREFIX}INBOX": str(settings.inbox),
        f"{PREFIX}WORK": str(settings.work_root),
        f"{PREFIX}REPORTS": str(settings.reports),
        f"{PREFIX}DATABASE_URL": settings.database_url,
    }


def password_file(settings: Settings) -> Path:
    """Where the login's password is kept, readable for its owner only."""
    return settings.airflow_home / "passwords.json"


def password(settings: Settings) -> str:
    """Return the password of the login, made at random on first use."""
    return _kept(password_file(settings), lambda: {LOGIN: secrets.token_urlsafe(12)})[LOGIN]


def _secrets(home: Path) -> dict[str, str]:
    def fresh() -> dict[str, str]:
        from cryptography.fernet import Fernet

        return {
            "fernet_key": Fernet.generate_key().decode(),
            "secret_key": secrets.token_urlsafe(32),
            "jwt_secret": secrets.token_urlsafe(48),
        }

    return _kept(home / "secrets.json", fresh)


def _kept(path: Path, fresh: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Return what the file holds; written first, for its owner only, if it is not there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(fresh(), file)
        draft.replace(path)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def prepare(pools: Mapping[str, tuple[int, str]]) -> None:
    """Bring Airflow's own database up to date and make the pools. To be called inside `environment`."""
    from airflow.models.pool import Pool
    from airflow.utils import db

    if not _up_to_date():
        db.initdb()
    for name, (slots, description) in pools.items():
        if Pool.get_pool(name) is None:
            Pool.create_or_update_pool(name, slots, description, include_deferred=False)


def _up_to_date() -> bool:
    from airflow.utils import db

    try:
        db.check_migrations(timeout=0)  # type: ignore[no-untyped-call]  # Airflow's own
    except Exception:  # a database that cannot be asked is one to migrate, and the migration says what is wrong
        return False
    return True


POOLS = {
    "reading": (1, "Reading stages at once on this machine: each uses all its processors"),
    "gpu": (1, "Reading stages on a GPU: one slot a GPU of this installation"),
    "warehouse": (1, "Writers to the database at once"),
}


def end_abandoned_runs() -> None:
    """Mark runs of `ingest` that were cut off as failed: no scheduler is to take them for its own."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState, TaskInstanceState
    from airflow.utils.types import DagRunTriggeredByType

    with create_session() as session:
        for run in DagRun.find(dag_id=DAG_ID, state=DagRunState.RUNNING, session=session):
            if run.triggered_by != DagRunTriggeredByType.TEST:
                continue
            for ti in run.get_task_instances(session=session):
                if ti.state in (None, TaskInstanceState.RUNNING, TaskInstanceState.QUEUED, TaskInstanceState.SCHEDULED):
                    ti.state = TaskInstanceState.FAILED
            run.state = DagRunState.FAILED


if __name__ == "__main__":
    prepare(POOLS)
    end_abandoned_runs()
