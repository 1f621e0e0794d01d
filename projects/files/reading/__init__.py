"""A file of any supported format becomes grids of plain values. `read.read` is the entry.

Tested in tests/files/reading, tests/files/test_corpus.py.
"""
