-- OCR strings of these runs' drawings by confidence.
SELECT confidence_bin, sum(strings) AS strings, sum(confidence_sum) AS confidence_sum
FROM item_figures
WHERE source = 'ocr'
  AND document_id IN (SELECT document_id FROM run_documents WHERE run_id IN :run_ids)
GROUP BY confidence_bin
ORDER BY confidence_bin
