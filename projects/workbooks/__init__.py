"""The way of a workbook: receive, read, judge, decide, apply, undo. Page, command and job all take it.

`kinds/` holds what is particular to a list of projects, a monthly sheet, a table of targets or of units.

Tested in tests/workbooks, tests/views.
"""
