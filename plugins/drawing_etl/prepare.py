"""Bring both databases of an installation up to date: Airflow's own, with its pools, and the drawings'."""

import sys

from drawing_etl import airflow_home
from drawing_etl.settings import Settings, SettingsError
from drawing_etl.warehouse import Warehouse, WarehouseError


def main() -> int:
    """Migrate what the environment names; safe to repeat. Return 1 for a setting or a database to put right first."""
    try:
        settings = Settings.from_env()
        airflow_home.prepare(airflow_home.POOLS)
        Warehouse(settings.database_url).migrate()
    except (SettingsError, WarehouseError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
