"""A list of projects: the checks of its cells, the records that it is compared with, and what a row changes.

Tested in tests/workbooks/test_projects.py, tests/workbooks/kinds.
"""
