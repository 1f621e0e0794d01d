"""Rows of a workbook written into the register: drafted beside what stands, written in one go, undone in one go.

Tested in tests/workbooks.
"""
