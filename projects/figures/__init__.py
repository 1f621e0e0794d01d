"""Figures: each number of the product is one function here; pages, workbooks and the API show its result.

Tested in tests/figures, tests/views.
"""
