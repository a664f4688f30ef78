-- Drawings that these runs could not read.
SELECT documents.document_id, documents.original_name, rejections.code, rejections.stage, rejections.message
FROM rejections
JOIN documents ON documents.document_id = rejections.document_id
WHERE rejections.document_id IN (SELECT document_id FROM run_documents WHERE run_id IN :run_ids)
ORDER BY rejections.code, documents.document_id
