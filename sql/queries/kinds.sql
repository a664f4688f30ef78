-- Strings of these runs' drawings by kind and source.
SELECT
    kind,
    source,
    sum(strings) AS strings,
    sum(with_meaning) AS with_meaning,
    CASE WHEN source = 'ocr' THEN sum(confidence_sum) / sum(strings) END AS mean_confidence
FROM item_figures
WHERE document_id IN (SELECT document_id FROM run_documents WHERE run_id IN :run_ids)
GROUP BY kind, source
ORDER BY kind, source
