-- What was read as something else most often on the drawings that these runs read.
SELECT confusions.wanted, confusions.got, sum(confusions.times) AS times, count(DISTINCT documents.document_id) AS drawings
FROM reading_confusions AS confusions
JOIN documents ON documents.document_id = confusions.document_id
WHERE documents.run_id IN :run_ids
GROUP BY confusions.wanted, confusions.got
ORDER BY sum(confusions.times) DESC, confusions.wanted, confusions.got
LIMIT :row_limit
