-- The rates of the newest batches, newest first.
SELECT
    drawings, pages, strings, mean_confidence, share_low, agreement, diameter_share, rejected_share, quarantined_share
FROM batches
ORDER BY loaded_at DESC, batch_id
LIMIT :row_limit
