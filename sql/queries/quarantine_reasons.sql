-- Why drawings of these runs are in quarantine, a row for each expectation that was not met.
SELECT
    documents.document_id, documents.original_name, reasons.expectation, reasons.observed, reasons.required,
    reasons.message, reasons.item_ids
FROM quarantine_reasons AS reasons
JOIN documents ON documents.document_id = reasons.document_id
WHERE documents.state = 'quarantined'
  AND reasons.document_id IN (SELECT document_id FROM run_documents WHERE run_id IN :run_ids)
ORDER BY reasons.expectation, documents.document_id, reasons.position
