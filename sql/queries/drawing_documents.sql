-- The newest reading of a file, by the id of its drawing.
SELECT document_id, drawing_id, original_name, state
FROM documents
WHERE drawing_id = :drawing_id AND is_current
ORDER BY document_id
