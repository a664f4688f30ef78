-- Current drawings whose picture nobody needs any more: rejected ones, and loaded ones whose newest revision is another
-- one that is loaded too. `decided_at`: when a person decided about it last. `superseded_at`: when the newest was loaded.
SELECT
    drawings.drawing_id, drawings.state,
    (
        SELECT max(decisions.decided_at) FROM review_decisions AS decisions
        WHERE decisions.document_id = drawings.document_id
    ) AS decided_at,
    newest.loaded_at AS superseded_at
FROM documents AS drawings
LEFT JOIN documents AS newest
    ON newest.number_key = drawings.number_key
   AND coalesce(newest.sheet_number, 1) = coalesce(drawings.sheet_number, 1)
   AND newest.is_newest_revision
   AND newest.state = 'loaded'
   AND newest.revision IS NOT NULL
   AND newest.revision_order <> drawings.revision_order
WHERE drawings.is_current
  AND (
        drawings.state = 'rejected'
        OR drawings.state = 'loaded' AND drawings.revision IS NOT NULL AND newest.document_id IS NOT NULL
  )
ORDER BY drawings.drawing_id
