"""What an entry of the audit says in one text, of which its digest is made: `seals.digest_of` chains them."""

import json
from datetime import UTC, datetime


def entry_text(
    *,
    number: int,
    at: datetime,
    act: str,
    by: int | None,
    by_name: str,
    address: str | None,
    subject: str,
    detail: str,
    rows: int | None,
) -> str:
    """The same text for the same entry on every database, whatever its time zone."""
    facts = [number, at.astimezone(UTC).isoformat(), act, by, by_name, address, subject, detail, rows]
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
