"""Validation of everything that a user sends: pages, admin, API and workbook rows use the same forms.

Tested in tests/forms, tests/views.
"""
