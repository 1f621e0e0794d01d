"""What is particular to each kind of workbook; `judge.KINDS` names the class of each.

Tested in tests/workbooks.
"""
