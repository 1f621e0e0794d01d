"""Template tags and filters: how numbers, days and marks are written.

Tested in tests/templatetags, tests/views/test_charts.py.
"""
