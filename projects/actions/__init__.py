"""Functions that write: called by views, the API, the admin, imports and commands. Each is one transaction and
stores who, when and why in the history.

Tested in tests/actions, tests/views.
"""
