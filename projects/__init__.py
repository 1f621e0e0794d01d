"""The register of projects: vocabulary, rules, models, actions, figures, pages.

Tested in tests/test_access.py, tests/views.
"""
