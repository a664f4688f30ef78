-- Current drawings by words in their number, title or name, by revision, state and arrival; the newest first.
SELECT
    document_id, drawing_id, drawing_number, title, revision, is_newest_revision, state, original_name, arrived_at,
    pages, strings, mean_confidence
FROM current_drawings
WHERE (
    CAST(:pattern AS TEXT) IS NULL
    OR lower(coalesce(drawing_number, '') || ' ' || coalesce(title, '') || ' ' || original_name)
        LIKE :pattern ESCAPE '~'
)
  AND (CAST(:revision AS TEXT) IS NULL OR lower(revision) = :revision)
  AND (CAST(:state AS TEXT) IS NULL OR state = :state)
  AND arrived_at >= :arrived_from
  AND arrived_at < :arrived_before
ORDER BY arrived_at DESC, document_id
LIMIT :row_limit OFFSET :row_offset
