"""Sheets of typed values become an .xlsx or a .csv file."""
