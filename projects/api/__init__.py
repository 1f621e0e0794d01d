"""The API for other systems: the figures of the pages as JSON, with the same questions and permissions.

Tested in tests/api, tests/fuzz.
"""
