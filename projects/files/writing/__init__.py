"""Sheets of typed values become an .xlsx or a .csv file.

Tested in tests/files/writing.
"""
