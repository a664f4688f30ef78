"""Everything that reads a drawing. Imports neither Airflow nor a database driver: it runs alone in a container."""

__version__ = "0.2.0"
