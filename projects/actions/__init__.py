"""Every write of a page, a row or a command: one verb, one transaction, one entry in the history."""
