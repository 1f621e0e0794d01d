"""Arithmetic, the order of stages and validation of texts: plain values in, plain values out, no database.

Tested in tests/rules.
"""
