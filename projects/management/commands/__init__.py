"""One command of `manage.py` a module.

Tested in tests/script, tests/faults, tests/recount.
"""
