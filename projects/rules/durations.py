"""How long something took, in words."""

from datetime import timedelta

DAY, HOUR, MINUTE = 24 * 3600, 3600, 60


def ago(span: timedelta) -> str:
    """A span in its largest whole unit: 3 天, 5 小时, 12 分钟, 不到 1 分钟."""
    seconds = max(int(span.total_seconds()), 0)
    for length, word in ((DAY, "天"), (HOUR, "小时"), (MINUTE, "分钟")):
        if seconds >= length:
            return f"{seconds // length} {word}"
    return "不到 1 分钟"
