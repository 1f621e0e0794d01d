"""Reading and writing files: workbooks (`reading`, `recognise`, `writing`) and photos. Plain values in and out.

Tested in tests/files.
"""
