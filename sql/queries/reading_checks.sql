-- What OCR read against what is known, of the drawings that these runs read: by night, version, truth, kind, confidence.
-- Strings that were counted before their confidences were kept are taken to lie in the middle of their bin.
SELECT
    runs.night, documents.pipeline_version, checks.truth, checks.kind, checks.confidence_bin,
    sum(checks.strings) AS strings,
    sum(checks.exact) AS exact,
    sum(checks.characters) AS characters,
    sum(checks.edits) AS edits,
    sum(coalesce(checks.confidence_sum, checks.strings * (checks.confidence_bin + 0.5) / :bins)) AS confidence_sum
FROM reading_checks AS checks
JOIN documents ON documents.document_id = checks.document_id
JOIN runs ON runs.run_id = documents.run_id
WHERE documents.run_id IN :run_ids
GROUP BY runs.night, documents.pipeline_version, checks.truth, checks.kind, checks.confidence_bin
ORDER BY runs.night, documents.pipeline_version, checks.truth, checks.kind, checks.confidence_bin
