"""Quiet hours: when a message that comes in them may be sent."""

from datetime import datetime, time, timedelta


def next_loud(moment: datetime, quiet_from: time, quiet_until: time) -> datetime:
    """The moment itself, or the end of the quiet hours around it, in local time.

    The hours go over midnight where the first is the later one; two equal ones mean no quiet at all.
    """
    now, over_midnight = moment.time(), quiet_from > quiet_until
    in_evening = over_midnight and now >= quiet_from
    in_morning = over_midnight and now < quiet_until
    if not (in_evening or in_morning or quiet_from <= now < quiet_until):
        return moment
    day = moment.date() + timedelta(days=1 if in_evening else 0)
    return datetime.combine(day, quiet_until, tzinfo=moment.tzinfo)
