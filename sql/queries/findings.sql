-- Contradictions in these runs' drawings by kind, the gravest first.
SELECT
    code,
    severity,
    count(*) AS findings,
    count(DISTINCT document_id) AS drawings,
    min(message) AS example
FROM findings
WHERE document_id IN (SELECT document_id FROM run_documents WHERE run_id IN :run_ids)
GROUP BY code, severity
ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, count(*) DESC, code
