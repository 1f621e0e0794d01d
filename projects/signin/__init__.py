"""How people come in: django-allauth's steps with our forms, wording and limits. Views, addresses and settings use it.

Tested in tests/signin.
"""
