"""Many projects at once: judged as a preview, carried out in one transaction, undone in one.

Tested in tests/actions/test_batches.py, tests/views/test_bulk.py.
"""
