"""Airflow's own command line inside the embedded installation: `python -m drawing_etl.cli backfill create ...`."""

import os
import sys

from drawing_etl.airflow_home import environment
from drawing_etl.settings import Settings, SettingsError


def main() -> None:
    """Become `airflow` with the arguments given."""
    try:
        env = environment(Settings.from_env())
    except SettingsError as error:
        sys.exit(str(error))
    os.execve(sys.executable, [sys.executable, "-m", "airflow", *sys.argv[1:]], env)  # noqa: S606 - no shell


if __name__ == "__main__":
    main()
