"""A second, independent computation of every figure: the referee that compares the product with it.

It reads the raw tables, loops over rows, and shares with the product the vocabulary and the names of the tables only.
`comparing` alone calls the product's figures. Slow on purpose: nothing here is optimised or shared.

Tested in tests/recount.
"""
