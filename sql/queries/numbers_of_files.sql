-- The drawing numbers that any reading of these files has.
SELECT DISTINCT number_key
FROM documents
WHERE number_key IS NOT NULL AND sha256 IN :sha256s
