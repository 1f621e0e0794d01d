"""What people are told on its day, by `manage.py notify`.

Tested in tests/notices.
"""
