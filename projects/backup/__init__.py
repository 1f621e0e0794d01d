"""Backup and restore of a whole register: `manage.py backup` and `manage.py restore` call `taking` and `restoring`.

A backup is a folder: the database as its own tools copy it (`sqlite` or `postgres`), the uploaded files
(`uploads`), and a manifest with the digest of every file and control totals of every table (`manifest`, `totals`).

Tested in tests/faults/test_backup.py.
"""
