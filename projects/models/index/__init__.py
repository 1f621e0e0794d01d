"""Where every project stands today, in the memory of the process: the lists count, add up and sort with it.

`facts` says what is read of a project, `columns` holds it by project and by value, `orders` sorts, `keeping` brings it
up to date before every question. Its numbers are those of the querysets, from which every row of it is read.

Tested in tests/models/index, tests/test_facets.py.
"""

from .columns import AMOUNTS, RegisterIndex
from .keeping import forget, register_index

__all__ = ["AMOUNTS", "RegisterIndex", "forget", "register_index"]
