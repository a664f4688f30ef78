-- For each of these loaded drawings, the loaded revision of its number and sheet that comes before it; where none does,
-- the one that comes next. Pairs that were compared as they are now are left out. Of one scheme (letters, numbers) the
-- revision tells which is older, of two the day of arrival; of several files with one revision the latest counts.
WITH candidates AS (
    SELECT
        arrived.document_id AS arrived_id,
        other.document_id AS other_id,
        CASE WHEN other.revision_scheme = arrived.revision_scheme THEN 1 ELSE 0 END AS same_scheme,
        CASE
            WHEN other.revision_scheme = arrived.revision_scheme
                THEN CASE WHEN other.revision_order < arrived.revision_order THEN 1 ELSE 0 END
            ELSE CASE WHEN other.arrived_at < arrived.arrived_at THEN 1 ELSE 0 END
        END AS is_older,
        other.revision_order,
        other.arrived_at
    FROM documents AS arrived
    JOIN documents AS other
        ON other.number_key = arrived.number_key
        AND coalesce(other.sheet_number, 1) = coalesce(arrived.sheet_number, 1)
        AND (other.revision_scheme <> arrived.revision_scheme OR other.revision_order <> arrived.revision_order)
    WHERE arrived.document_id IN :document_ids
      AND arrived.is_current AND arrived.state = 'loaded' AND arrived.revision_scheme <> ''
      AND other.is_current AND other.state = 'loaded' AND other.revision_scheme <> ''
),
ranked AS (
    SELECT
        arrived_id, other_id, is_older,
        row_number() OVER (
            PARTITION BY arrived_id
            ORDER BY
                is_older DESC,
                same_scheme DESC,
                CASE WHEN is_older = 1 THEN revision_order END DESC,
                CASE WHEN is_older = 0 THEN revision_order END,
                arrived_at DESC,
                other_id
        ) AS place
    FROM candidates
),
pairs AS (
    SELECT DISTINCT
        CASE WHEN is_older = 1 THEN other_id ELSE arrived_id END AS old_document_id,
        CASE WHEN is_older = 1 THEN arrived_id ELSE other_id END AS new_document_id
    FROM ranked
    WHERE place = 1
)
SELECT
    pairs.old_document_id, pairs.new_document_id, older.content_digest AS old_digest, newer.content_digest AS new_digest
FROM pairs
JOIN documents AS older ON older.document_id = pairs.old_document_id
JOIN documents AS newer ON newer.document_id = pairs.new_document_id
WHERE NOT EXISTS (
    SELECT 1
    FROM revision_comparisons AS done
    WHERE done.old_document_id = pairs.old_document_id AND done.new_document_id = pairs.new_document_id
      AND done.old_digest = older.content_digest AND done.new_digest = newer.content_digest
)
ORDER BY pairs.old_document_id, pairs.new_document_id
