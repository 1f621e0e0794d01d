"""A table of units: the checks of its cells, which unit a row means, and what it changes.

Tested in tests/workbooks/test_organisations.py.
"""
