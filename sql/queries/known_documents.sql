-- Which of these files were loaded, quarantined or rejected already, by one pipeline version or (NULL) by any.
SELECT DISTINCT sha256
FROM documents
WHERE sha256 IN :sha256s
  AND (CAST(:pipeline_version AS TEXT) IS NULL OR pipeline_version = :pipeline_version)
