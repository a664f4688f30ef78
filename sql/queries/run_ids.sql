-- Runs of the nights in a range, both ends included, oldest first.
SELECT run_id
FROM runs
WHERE night BETWEEN :first_night AND :last_night
ORDER BY started_at, run_id
