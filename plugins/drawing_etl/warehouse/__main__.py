"""python -m drawing_etl.warehouse migrate: bring the database's tables to this version.

python -m drawing_etl.warehouse check: say whether the database can be used.
"""

import argparse
import logging
import sys
from collections.abc import Sequence

from drawing_etl.settings import Settings, SettingsError
from drawing_etl.warehouse import Warehouse, WarehouseError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command on the database that the settings name; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m drawing_etl.warehouse", description=__doc__)
    parser.add_argument("command", choices=("migrate", "check"))
    command = parser.parse_args(argv).command
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        warehouse = Warehouse(Settings.from_env().database_url)
        if command == "migrate":
            warehouse.migrate()
        warehouse.check()
    except (SettingsError, WarehouseError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(f"ready: {warehouse}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
