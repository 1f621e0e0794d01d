"""The sums of the register: what it counts, by list, unit, stage and month.

`tables` reads the records on either clock, `grouping` sorts rows under units or industries, `tally` asks the few
queries of a page and answers with a `sheet` for each row; `missing_reports` and `waiting` decide two of its columns.

Tested in tests/figures/register, tests/figures/completion.
"""
