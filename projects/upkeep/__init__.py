"""What keeps an installation well for years: checks of the stored data, and deleting what nobody needs any more.

Tested in `tests/upkeep/`.
"""
