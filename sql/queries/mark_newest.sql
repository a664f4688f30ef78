-- Of the files with these drawing numbers, say which is the newest revision of its number and sheet: the highest of the
-- scheme (letters, numbers) in use, the later arrival of two that are equal. In use is the scheme that arrived last.
WITH dated AS (
    SELECT
        documents.*,
        coalesce(sheet_number, 1) AS sheet,
        max(arrived_at) OVER (PARTITION BY number_key, coalesce(sheet_number, 1), revision_scheme) AS scheme_arrived_at
    FROM documents
    WHERE is_current AND number_key IN :number_keys
),
ranked AS (
    SELECT
        document_id,
        row_number() OVER (
            PARTITION BY number_key, sheet
            ORDER BY scheme_arrived_at DESC, revision_scheme DESC, revision_order DESC, arrived_at DESC, sha256 DESC
        ) AS place
    FROM dated
)
UPDATE documents
SET is_newest_revision = (document_id IN (SELECT document_id FROM ranked WHERE place = 1))
WHERE number_key IN :number_keys
