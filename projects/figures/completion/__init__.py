"""Completion against target: the figures of the completion page, its parts and what stands behind each number.

`page` makes them from the register's sums, `target` and `published`; `lines` are the plain values that it returns;
`breakdown` opens one number, with `reported` for monthly investment.

Tested in tests/figures/completion, tests/recount.
"""
