"""Bring both databases of an installation up to date: Airflow's own, with its pools, and the drawings'."""

import sys

from drawing_etl import airflow_home
from drawing_etl.settings import Settings
from drawing_etl.warehouse import Warehouse


def main() -> int:
    """Migrate what the environment names; safe to repeat."""
    airflow_home.prepare(airflow_home.POOLS)
    Warehouse(Settings.from_env().database_url).migrate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
