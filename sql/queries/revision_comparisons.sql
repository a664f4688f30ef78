-- The comparisons of revisions that these runs made: those with most changes first.
SELECT
    comparisons.old_document_id, comparisons.new_document_id, newer.original_name, newer.drawing_number, newer.title,
    older.revision AS old_revision, newer.revision AS new_revision, comparisons.same, comparisons.added,
    comparisons.removed, comparisons.changed
FROM revision_comparisons AS comparisons
JOIN documents AS older ON older.document_id = comparisons.old_document_id
JOIN documents AS newer ON newer.document_id = comparisons.new_document_id
WHERE comparisons.run_id IN :run_ids
ORDER BY
    comparisons.added + comparisons.removed + comparisons.changed DESC,
    newer.drawing_number,
    comparisons.old_document_id,
    comparisons.new_document_id
LIMIT :row_limit
