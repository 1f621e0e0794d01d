"""What pages, API and exported sheets ask: parameters of an address → question → scope → figure.

Each function takes the parameters and the user, and narrows the records to those that the user may see. Whoever
calls one checks `is_valid()` before reading the answer.

Tested in tests/views, tests/api.
"""
