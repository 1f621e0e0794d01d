"""The commands of `manage.py` and the worker of the queue.

Tested in tests/script, tests/faults.
"""
