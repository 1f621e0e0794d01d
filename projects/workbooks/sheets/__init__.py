"""The sheets of each exported workbook, made of figures; pages, API and benchmarks give them to a writer.

Tested in tests/views/test_exports.py, tests/workbooks/test_round_trips.py.
"""
