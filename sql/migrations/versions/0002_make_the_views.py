"""Make the views that analysts query."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# One row a file: read by the newest pipeline version.
CURRENT_DRAWINGS = """
CREATE VIEW current_drawings AS
SELECT
    document_id, drawing_id, sha256, drawing_number, number_key, title, revision, sheet_number, is_newest_revision,
    state, original_name, size_bytes, arrived_at, pages, strings, mean_confidence, layer_agreement,
    pipeline_version, run_id, loaded_at
FROM documents
WHERE is_current
"""

CURRENT_DIMENSIONS = """
CREATE VIEW current_dimensions AS
SELECT
    drawings.drawing_number, drawings.revision, drawings.is_newest_revision, drawings.original_name,
    drawings.drawing_id, items.document_id, items.item_id, items.page, items.zone, items.text,
    items.value_kind AS kind, items.quantity, items.nominal, items.upper_limit, items.lower_limit,
    items.upper_deviation, items.lower_deviation, items.unit, items.fit, items.angle, items.depth,
    items.reference, items.basic, items.inherited, items.confidence, items.source
FROM items
JOIN current_drawings AS drawings ON drawings.document_id = items.document_id
WHERE drawings.state = 'loaded'
  AND items.value_kind IN (
    'linear', 'diameter', 'spherical_diameter', 'radius', 'spherical_radius', 'square', 'angle', 'chamfer',
    'arc_length'
  )
"""

THREADS = """
CREATE VIEW threads AS
SELECT
    drawings.drawing_number, drawings.revision, drawings.is_newest_revision, drawings.original_name,
    drawings.drawing_id, items.document_id, items.item_id, items.page, items.zone, items.text, items.quantity,
    items.thread_standard, items.thread_size, items.thread_pitch, items.thread_class, items.thread_hand,
    items.thread_length, items.unit, items.confidence, items.source
FROM items
JOIN current_drawings AS drawings ON drawings.document_id = items.document_id
WHERE drawings.state = 'loaded'
  AND items.thread_standard IS NOT NULL
"""

OPEN_QUARANTINE = """
CREATE VIEW open_quarantine AS
SELECT
    drawings.drawing_number, drawings.revision, drawings.title, drawings.original_name, drawings.drawing_id,
    drawings.document_id, drawings.arrived_at, drawings.run_id, reasons.position, reasons.expectation,
    reasons.observed, reasons.required, reasons.message, reasons.item_ids
FROM current_drawings AS drawings
LEFT JOIN quarantine_reasons AS reasons ON reasons.document_id = drawings.document_id
WHERE drawings.state = 'quarantined'
"""

NIGHTLY_FIGURES = """
CREATE VIEW nightly_figures AS
SELECT
    runs.night,
    count(DISTINCT runs.run_id) AS runs,
    count(seen.document_id) AS drawings,
    count(CASE WHEN seen.state = 'loaded' THEN 1 END) AS loaded,
    count(CASE WHEN seen.state = 'quarantined' THEN 1 END) AS quarantined,
    count(CASE WHEN seen.state = 'rejected' THEN 1 END) AS rejected,
    coalesce(sum(seen.pages), 0) AS pages,
    coalesce(sum(seen.strings), 0) AS strings,
    sum(seen.mean_confidence * seen.ocr_strings) / nullif(sum(seen.ocr_strings), 0) AS mean_confidence,
    coalesce(
        (
            SELECT sum(stage_reports.seconds)
            FROM stage_reports
            JOIN runs AS that_night ON that_night.run_id = stage_reports.run_id
            WHERE that_night.night = runs.night
        ),
        0.0
    ) AS seconds
FROM runs
LEFT JOIN run_documents AS seen ON seen.run_id = runs.run_id
GROUP BY runs.night
"""

VIEWS = (CURRENT_DRAWINGS, CURRENT_DIMENSIONS, THREADS, OPEN_QUARANTINE, NIGHTLY_FIGURES)


def upgrade() -> None:
    for view in VIEWS:
        op.execute(view)


def downgrade() -> None:
    for name in ("nightly_figures", "open_quarantine", "threads", "current_dimensions", "current_drawings"):
        op.execute(f"DROP VIEW {name}")
