"""`<key:pk>` of an address: the number of a record, never longer than a database stores."""

from projects.rules.typed import LONGEST_NUMBER


class Key:
    regex = f"[0-9]{{1,{LONGEST_NUMBER}}}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
