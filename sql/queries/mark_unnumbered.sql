-- A file without a drawing number has no other revision.
UPDATE documents
SET is_newest_revision = is_current
WHERE number_key IS NULL AND sha256 IN :sha256s
