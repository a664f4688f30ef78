-- When these runs began and ended, how, and how long loading took; the oldest first.
SELECT
    run_id, state, started_at, finished_at,
    coalesce((SELECT sum(load_seconds) FROM batches WHERE batches.run_id = runs.run_id), 0.0) AS load_seconds
FROM runs
WHERE run_id IN :run_ids
ORDER BY started_at, run_id
