-- What lay last at each path below the inbox.
SELECT path, size_bytes, mtime_ns, sha256
FROM (
    SELECT
        path, size_bytes, mtime_ns, sha256,
        row_number() OVER (PARTITION BY path_digest ORDER BY last_seen DESC, mtime_ns DESC, sha256) AS place
    FROM arrivals
) AS seen
WHERE place = 1
ORDER BY path
