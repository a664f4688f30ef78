-- A run's drawings by state and reason.
SELECT
    state,
    reason,
    count(*) AS drawings,
    sum(pages) AS pages,
    sum(strings) AS strings,
    sum(ocr_strings) AS ocr_strings,
    sum(mean_confidence * ocr_strings) AS confidence_sum
FROM run_documents
WHERE run_id = :run_id
GROUP BY state, reason
ORDER BY state, drawings DESC, reason
