-- Runs that were started and have not said how they ended, oldest first.
SELECT run_id
FROM runs
WHERE state = 'running'
ORDER BY started_at, run_id
