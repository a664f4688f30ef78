-- Current drawings whose picture nobody needs any more: rejected ones, and loaded ones of which a later revision is
-- loaded too. A drawing number may be misread, so a number alone is no proof: the later one has the same title, follows
-- in the same scheme (letters, numbers), and says most of what the earlier one says, by their comparison. What is in
-- doubt is not listed. `decided_at`: when a person decided about it last. `superseded_at`: when a later one was loaded.
SELECT
    drawings.drawing_id, drawings.state,
    (
        SELECT max(decisions.decided_at) FROM review_decisions AS decisions
        WHERE decisions.document_id = drawings.document_id
    ) AS decided_at,
    later.superseded_at
FROM documents AS drawings
LEFT JOIN (
    SELECT compared.old_document_id, min(newer.loaded_at) AS superseded_at
    FROM revision_comparisons AS compared
    JOIN documents AS older ON older.document_id = compared.old_document_id
    JOIN documents AS newer ON newer.document_id = compared.new_document_id
    WHERE newer.is_current AND newer.state = 'loaded'
      AND newer.number_key = older.number_key
      AND newer.title = older.title
      AND coalesce(newer.sheet_number, 1) = coalesce(older.sheet_number, 1)
      AND newer.revision_scheme = older.revision_scheme AND newer.revision_order > older.revision_order
      AND compared.same > compared.changed + compared.removed
    GROUP BY compared.old_document_id
) AS later ON later.old_document_id = drawings.document_id
WHERE drawings.is_current
  AND (drawings.state = 'rejected' OR drawings.state = 'loaded' AND later.superseded_at IS NOT NULL)
ORDER BY drawings.drawing_id
