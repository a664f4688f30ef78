"""The tables of the golden set: what each reader scored on it, and which figures were accepted as the baseline.

Rows are only ever added. A *reader* is a pipeline version with the engines and weights that find and read text.
"""

import sqlalchemy as sa

from drawing_etl.warehouse.schema import Json, Key, Real, UtcDateTime, metadata, required

golden_runs = sa.Table(
    "golden_runs",
    metadata,
    sa.Column("golden_run_id", Key, primary_key=True),
    required("reader_key", Key),
    required("pipeline_version", Key),
    required("engines", Json),
    required("weights_digest", Key),
    required("drawings", sa.Integer),
    required("strings", sa.Integer),
    required("exact_share", Real),
    required("right_share", Real),
    required("character_error", Real),
    required("measured_at", UtcDateTime),
    sa.Index(None, "reader_key"),
    sa.Index(None, "measured_at"),
)
"""A reader over the whole set. Its id follows from the reader and the set; the figures are means over drawings."""

golden_scores = sa.Table(
    "golden_scores",
    metadata,
    sa.Column("golden_run_id", Key, sa.ForeignKey("golden_runs.golden_run_id"), primary_key=True),
    sa.Column("sha256", Key, primary_key=True),
    required("truth_digest", Key),
    required("name", sa.Text),
    required("pages", sa.Integer),
    required("strings", sa.Integer),
    required("exact", sa.Integer),
    required("missed", sa.Integer),
    required("readings", sa.Integer),
    required("characters", sa.Integer),
    required("edits", sa.Integer),
    required("rejected", sa.Boolean),
    required("measured_at", UtcDateTime),
)
"""One drawing of the set: counts of its strings. `sha256` is of the file, `truth_digest` of what stands on it."""

golden_baselines = sa.Table(
    "golden_baselines",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    required("golden_run_id", Key, sa.ForeignKey("golden_runs.golden_run_id")),
    required("accepted_at", UtcDateTime),
    required("accepted_by", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("comparison", Json),
)
"""Figures that a person accepted; the highest number counts. `reason` says why a drop was accepted."""
