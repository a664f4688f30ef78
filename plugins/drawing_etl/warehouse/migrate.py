"""Brings the database's tables to the version that this code needs."""

import logging

from drawing_etl.warehouse.connection import Database, revision
from drawing_etl.warehouse.queries import SQL
from drawing_etl.warehouse.schema import SCHEMA_REVISION

log = logging.getLogger(__name__)


def migrate(database: Database) -> None:
    """Run what migrations are missing, in one transaction; two at once do no harm. Makes the SQLite file if need be."""
    database.create_file()
    with database.writing(check=False) as connection:
        found = revision(connection)
        if found == SCHEMA_REVISION:
            return
        from alembic import command  # slow to import, and needed only here
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(SQL / "migrations").replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, SCHEMA_REVISION)
    log.info("database %s: tables brought from revision %s to %s", database, found, SCHEMA_REVISION)
