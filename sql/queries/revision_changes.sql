-- The differences that these runs found between revisions, in the order of each comparison.
SELECT
    changes.old_document_id, changes.new_document_id, changes.what, changes.change, changes.zone, changes.old_text,
    changes.new_text, changes.fields, changes.doubtful
FROM revision_changes AS changes
JOIN revision_comparisons AS comparisons
    ON comparisons.old_document_id = changes.old_document_id
    AND comparisons.new_document_id = changes.new_document_id
WHERE comparisons.run_id IN :run_ids AND changes.position < :position_limit
ORDER BY changes.old_document_id, changes.new_document_id, changes.position
