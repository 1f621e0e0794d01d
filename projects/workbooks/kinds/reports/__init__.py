"""A monthly sheet: the checks of its cells, the stored month, and what a row reports.

Tested in tests/workbooks/test_reports.py.
"""
