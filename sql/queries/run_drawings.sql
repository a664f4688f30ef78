-- The drawings of these runs, as each run left them: what needs attention first.
SELECT
    seen.run_id, seen.document_id, documents.drawing_id, documents.original_name, documents.drawing_number,
    documents.title, documents.revision, seen.state, seen.reason, seen.pages, seen.strings, seen.mean_confidence,
    documents.layer_agreement,
    coalesce(
        (
            SELECT sum(seconds)
            FROM stage_reports
            WHERE stage_reports.run_id = seen.run_id AND stage_reports.document_id = seen.document_id
        ),
        0.0
    ) AS seconds
FROM run_documents AS seen
JOIN documents ON documents.document_id = seen.document_id
WHERE seen.run_id IN :run_ids
ORDER BY
    CASE seen.state WHEN 'rejected' THEN 0 WHEN 'quarantined' THEN 1 ELSE 2 END,
    coalesce(seen.mean_confidence, 1.0),
    seen.document_id,
    seen.run_id
LIMIT :row_limit
