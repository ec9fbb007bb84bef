-- Only SQLite keeps the counters in another way.
SELECT 1;
