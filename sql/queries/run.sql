-- One run.
SELECT
    run_id, state, started_at, finished_at,
    (SELECT sum(load_seconds) FROM batches WHERE batches.run_id = runs.run_id) AS load_seconds
FROM runs
WHERE run_id = :run_id
