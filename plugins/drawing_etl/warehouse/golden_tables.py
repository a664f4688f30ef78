"""The tables of the golden set: what each reader scored on it, and which figures were accepted as the baseline.

Rows are only ever added. A *reader* is a pipeline version with the engines and weights that find and read text.
"""

import sqlalchemy as sa

from drawing_etl.warehouse.tables import Json, Key, Real, UtcDateTime, metadata

golden_runs = sa.Table(
    "golden_runs",
    metadata,
    sa.Column("golden_run_id", Key, primary_key=True),
    sa.Column("reader_key", Key, nullable=False),
    sa.Column("pipeline_version", Key, nullable=False),
    sa.Column("engines", Json, nullable=False),
    sa.Column("weights_digest", Key, nullable=False),
    sa.Column("drawings", sa.Integer, nullable=False),
    sa.Column("strings", sa.Integer, nullable=False),
    sa.Column("exact_share", Real, nullable=False),
    sa.Column("right_share", Real, nullable=False),
    sa.Column("character_error", Real, nullable=False),
    sa.Column("measured_at", UtcDateTime, nullable=False),
    sa.Index(None, "reader_key"),
    sa.Index(None, "measured_at"),
)
"""A reader over the whole set. Its id follows from the reader and the set; the figures are means over drawings."""

golden_scores = sa.Table(
    "golden_scores",
    metadata,
    sa.Column("golden_run_id", Key, sa.ForeignKey("golden_runs.golden_run_id"), primary_key=True),
    sa.Column("sha256", Key, primary_key=True),
    sa.Column("truth_digest", Key, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("strings", sa.Integer, nullable=False),
    sa.Column("exact", sa.Integer, nullable=False),
    sa.Column("missed", sa.Integer, nullable=False),
    sa.Column("readings", sa.Integer, nullable=False),
    sa.Column("characters", sa.Integer, nullable=False),
    sa.Column("edits", sa.Integer, nullable=False),
    sa.Column("rejected", sa.Boolean, nullable=False),
    sa.Column("measured_at", UtcDateTime, nullable=False),
)
"""One drawing of the set: counts of its strings. `sha256` is of the file, `truth_digest` of what stands on it."""

golden_baselines = sa.Table(
    "golden_baselines",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("golden_run_id", Key, sa.ForeignKey("golden_runs.golden_run_id"), nullable=False),
    sa.Column("accepted_at", UtcDateTime, nullable=False),
    sa.Column("accepted_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("comparison", Json),
)
"""Figures that a person accepted; the highest number counts. `reason` says why a drop was accepted."""
