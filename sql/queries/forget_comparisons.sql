-- Of the comparisons of these files, remove those of two drawings that are, as they are read now, no revisions of each
-- other: one of their numbers was misread, or its sheet.
DELETE FROM revision_comparisons
WHERE (
        old_document_id IN (SELECT document_id FROM documents WHERE sha256 IN :sha256s)
        OR new_document_id IN (SELECT document_id FROM documents WHERE sha256 IN :sha256s)
  )
  AND NOT EXISTS (
    SELECT 1
    FROM documents AS older
    JOIN documents AS newer
        ON newer.number_key = older.number_key
        AND coalesce(newer.sheet_number, 1) = coalesce(older.sheet_number, 1)
    WHERE older.document_id = revision_comparisons.old_document_id
      AND newer.document_id = revision_comparisons.new_document_id
  )
