"""Tell administrators once of a fault of the installation, and once that it is well again.

Called by `manage.py watch` (every five minutes), the scheduled backup and the weekly check. What was told is what the
notices say: the newest one about a thing names whether its fault is still open, and the how manieth it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

from projects.actions.notifying import News, tell_all
from projects.figures.health import Verdict, health_checks, worker_seen
from projects.models import Notice, audience
from projects.vocabulary import NoticeKind

WATCHED = frozenset({"storage", "disk", "worker", "backup", "queue"})
"""Checks of 运行情况 that turn bad by themselves; the others say so when the program starts."""
RESTARTING = timedelta(minutes=3)
"""A worker that was seen so lately is only being started again."""
LOOKED_BACK = timedelta(days=1)
"""Jobs that failed before are not told: a first run does not flood anybody."""
WHERE = "详见“设置 → 运行情况”。"
JOBS = {"workbooks": "导入", "papers": "会议材料", "notices": "发送通知"}
"""By the package of a task."""

_BAD, _WELL = "bad", "well"


@dataclass(frozen=True, slots=True)
class Observed:
    """One thing that was looked at: `title` names it, `fault` is a sentence, "" when it is well.

    `state`: in a word or two; robots hear it, while the sentence is for administrators alone.
    """

    title: str
    fault: str
    state: str = "要处理"


def watch(now: datetime) -> list[Notice]:
    """Look at everything and tell what has changed; the notices that are new."""
    people = audience.administrators()
    return [*observe(_checks(now)), *tell_all((people, news) for news in _failed_jobs(now))]


def observe(found: Iterable[Observed]) -> list[Notice]:
    """Tell what has turned since it was told last: a fault, or its end."""
    people = audience.administrators()
    return tell_all((people, news) for each in found if (news := _news(each)))


def _checks(now: datetime) -> Iterator[Observed]:
    seen = worker_seen()
    for check in health_checks():
        is_bad = check.verdict != Verdict.GOOD
        if check.key == "worker" and is_bad and seen is not None and now - seen < RESTARTING:
            continue
        if check.key in WATCHED:
            yield Observed(check.title, check.words if is_bad else "", check.state_words)


def _news(observed: Observed) -> News | None:
    about = f"watch:{observed.title}:"
    told = (
        Notice.objects.filter(cause__startswith=about).order_by("-pk").values_list("cause", flat=True).first()
    )
    number, state = told.removeprefix(about).split(":") if told else ("0", _WELL)
    if bool(observed.fault) == (state == _BAD):
        return None
    if observed.fault:
        cause = f"{about}{int(number) + 1}:{_BAD}"
        return News(
            NoticeKind.TROUBLE, cause, f"{observed.title}：{observed.state}", f"{observed.fault}{WHERE}"
        )
    return News(NoticeKind.TROUBLE, f"{about}{number}:{_WELL}", f"{observed.title}：恢复正常")


def _failed_jobs(now: datetime) -> Iterator[News]:
    for job in DBTaskResult.objects.failed().filter(finished_at__gte=now - LOOKED_BACK):
        _, package, *_ = job.task_path.split(".")
        words = (
            f"{JOBS.get(package, '任务')}没有做完，已搁置。原因见导入或材料的页面，以及后台处理程序的日志。"
        )
        yield News(NoticeKind.TROUBLE, f"job:{job.pk}", f"后台任务失败：{JOBS.get(package, '任务')}", words)
