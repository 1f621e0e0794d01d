"""Whether every write that has begun has ended, asked in SQL: for answers that are kept by the numbers of histories."""

NOBODY_WRITES = {
    "postgresql": (
        "NOT EXISTS (SELECT 1 FROM pg_locks LEFT JOIN pg_stat_activity USING (pid) WHERE locktype = 'transactionid'"
        " AND mode = 'ExclusiveLock' AND COALESCE(datname, current_database()) = current_database())"
    ),
    "sqlite": "1",  # one writes at a time
}
"""By kind of database, whether nobody writes: what is to come has higher numbers than what is there.

Where several write at once, an entry may appear after one with a higher number. Who writes in another database of the
server is none of them."""
