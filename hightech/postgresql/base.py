"""Django's backend of PostgreSQL with shorter names: the `ENGINE` of `hightech.env.database`.

Databases that speak PostgreSQL's protocol may take fewer characters than its 63. Django shortens the names that it
makes itself (indexes and foreign keys of fields) to what this backend states; names that models state are tested.
"""

from django.db.backends.postgresql import base, operations

LONGEST_NAME = 30


class DatabaseOperations(operations.DatabaseOperations):
    def max_name_length(self) -> int:
        return LONGEST_NAME


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
