"""What the rows of a grid are: headings and their columns, data, totals and notes. `layout.tables` is the entry.

Tested in tests/files/recognise, tests/workbooks.
"""
