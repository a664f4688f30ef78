-- Current drawings in quarantine, the longest waiting first, each with how many expectations it failed and the first.
SELECT
    drawings.document_id, drawings.drawing_id, drawings.drawing_number, drawings.title, drawings.revision,
    drawings.original_name, drawings.arrived_at, drawings.pages, drawings.strings,
    (SELECT count(*) FROM quarantine_reasons AS every WHERE every.document_id = drawings.document_id) AS reasons,
    reasons.expectation, reasons.message
FROM current_drawings AS drawings
LEFT JOIN quarantine_reasons AS reasons
    ON reasons.document_id = drawings.document_id AND reasons.position = 0
WHERE drawings.state = 'quarantined'
ORDER BY drawings.arrived_at, drawings.document_id
LIMIT :row_limit OFFSET :row_offset
