-- Current drawings that wait for a person, the longest waiting first: those in quarantine, each with how many
-- expectations it failed and the first of them, and those that passed but were drawn at random.
SELECT
    drawings.document_id, drawings.drawing_id, drawings.drawing_number, drawings.title, drawings.revision,
    drawings.original_name, drawings.arrived_at, drawings.pages, drawings.strings,
    (SELECT count(*) FROM quarantine_reasons AS every WHERE every.document_id = drawings.document_id) AS reasons,
    CASE WHEN drawings.state = 'loaded' THEN 'drawn_at_random' ELSE reasons.expectation END AS expectation,
    CASE
        WHEN drawings.state = 'loaded'
        THEN 'It passed every check. It was drawn at random, so that it is known how right loaded drawings are.'
        ELSE reasons.message
    END AS message
FROM current_drawings AS drawings
LEFT JOIN quarantine_reasons AS reasons
    ON reasons.document_id = drawings.document_id AND reasons.position = 0
WHERE drawings.state = 'quarantined'
   OR drawings.state = 'loaded' AND drawings.document_id IN (
        SELECT samples.document_id
        FROM review_samples AS samples
        JOIN documents AS drawn
            ON drawn.document_id = samples.document_id AND drawn.content_digest = samples.content_digest
        WHERE NOT EXISTS (
            SELECT 1 FROM review_decisions AS decisions
            WHERE decisions.document_id = samples.document_id
              AND decisions.content_digest = samples.content_digest
        )
   )
ORDER BY drawings.arrived_at, drawings.document_id
LIMIT :row_limit OFFSET :row_offset
