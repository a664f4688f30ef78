-- The same, a row for each drawing and truth.
SELECT
    documents.document_id, documents.drawing_id, documents.original_name, documents.drawing_number, checks.truth,
    sum(checks.strings) AS strings,
    sum(checks.exact) AS exact,
    sum(checks.characters) AS characters,
    sum(checks.edits) AS edits
FROM reading_checks AS checks
JOIN documents ON documents.document_id = checks.document_id
WHERE documents.run_id IN :run_ids
GROUP BY
    documents.document_id, documents.drawing_id, documents.original_name, documents.drawing_number, checks.truth
ORDER BY documents.document_id, checks.truth
