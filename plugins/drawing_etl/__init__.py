"""Everything that knows Airflow or the database."""
