-- Of the readings of these files, say which is the one of the newest pipeline version.
UPDATE documents
SET is_current = NOT EXISTS (
    SELECT 1
    FROM documents AS other
    WHERE other.sha256 = documents.sha256
      AND (other.pipeline_order, other.document_id) > (documents.pipeline_order, documents.document_id)
)
WHERE sha256 IN :sha256s
