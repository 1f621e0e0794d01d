"""Records that other systems read and write by version: one mechanism, and a short description of each kind.

`describing` says what a description holds, `views` make its addresses, `schema` its part of the OpenAPI document.

Tested in tests/api.
"""
