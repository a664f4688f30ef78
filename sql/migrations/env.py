"""Runs migrations on the connection that the warehouse hands in, or from the command line on `-x url=ADDRESS`."""

from alembic import context

from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.schema import metadata


def run(connection: object) -> None:
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=metadata,
        transactional_ddl=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    database = Database(context.get_x_argument(as_dictionary=True)["url"])
    database.create_file()
    with database.writing(check=False) as connection:
        run(connection)
