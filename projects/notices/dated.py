"""What is due, overdue or to be reported today, and whom it concerns. Asked again, it tells nothing twice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from projects.actions.notifying import News, tell_all
from projects.figures.register.asked_reports import Written, asked_reports
from projects.models import Decision, Milestone, Notice, Organisation, Problem, Project, User, audience
from projects.rules import reporting
from projects.rules.reporting import month_words
from projects.vocabulary import NoticeKind, Stage

DAYS_AHEAD = (0, 3, 7)
"""So many days before a deadline somebody is told of it."""
CLOSING = (0, 3)
"""So many days before the end of the reporting window a unit is told what is missing."""
OVERDUE_FOR = 7
"""What is overdue for longer was told before, or stands in the to-do; a first run does not flood anybody."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing with a deadline: `cause` names it, `unit` answers for it, `also` are told when it is overdue."""

    cause: str
    on: date
    unit: int | None
    news: News
    also: tuple[User, ...] = ()


def notify(today: date, *, days_after: int) -> list[Notice]:
    """Tell everybody what the day brings; the notices that are new. `days_after`: the end of the reporting window."""
    return tell_all(chain(_deadlines(today), _window(today, days_after)))


def band(days_left: int, days: Iterable[int] = DAYS_AHEAD) -> int | None:
    """The nearest of the days that has been reached: 5 days are the 7 again. None before the first, and past it."""
    return next((each for each in sorted(days) if 0 <= days_left <= each), None)


def _deadlines(today: date) -> Iterator[tuple[list[User], News]]:
    first, last = today - timedelta(days=OVERDUE_FOR), today + timedelta(days=max(DAYS_AHEAD))
    found = [*_decisions(first, last), *_problems(today, first, last), *_milestones(today, first, last)]
    staff = audience.staff_of(each.unit for each in found)
    for each in found:
        left = (each.on - today).days
        people = staff.get(each.unit or 0, [])
        if left < 0:
            yield [*people, *each.also], _dated(each, NoticeKind.OVERDUE, "overdue", f"逾期 {-left} 天")
        elif (days := band(left)) is not None:
            words = f"还有 {left} 天到期" if left else "今天到期"
            yield people, _dated(each, NoticeKind.DUE, str(days), words)


def _dated(each: Deadline, kind: NoticeKind, which: str, words: str) -> News:
    cause = f"{each.cause}:{each.on.isoformat()}:{which}"
    return replace(each.news, kind=kind, cause=cause, text=f"{words}：{each.news.text}")


def _decisions(first: date, last: date) -> Iterator[Deadline]:
    found = Decision.objects.unanswered().filter(due_on__range=(first, last))
    for decision in found.select_related("given_by", "organisation"):
        detail = f"{decision.organisation}，{decision.due_on.isoformat()} 前办结"
        news = News(NoticeKind.DUE, "", f"督办，{decision.text}", detail, decision=decision)
        cause = f"decision:{decision.pk}"
        yield Deadline(cause, decision.due_on, decision.organisation_id, news, also=(decision.given_by,))


def _problems(today: date, first: date, last: date) -> Iterator[Deadline]:
    found = Problem.objects.open_on(today).filter(due_on__range=(first, last))
    for problem in found.select_related("project"):
        assert problem.due_on is not None  # from the filter
        news = News(NoticeKind.DUE, "", f"问题，{problem.text}", str(problem.project), problem=problem)
        unit = problem.organisation_id or problem.project.organisation_id
        yield Deadline(f"problem:{problem.pk}", problem.due_on, unit, news)


def _milestones(today: date, first: date, last: date) -> Iterator[Deadline]:
    found = Milestone.objects.awaited(Project.objects.going_on(today), first, last)
    for milestone in found.select_related("project"):
        assert milestone.current_on is not None  # from the filter
        stage, project = Stage(milestone.stage), milestone.project
        news = News(NoticeKind.DUE, "", f"{stage.label}，{project}", project=project, stage=stage)
        yield Deadline(f"milestone:{milestone.pk}", milestone.current_on, project.organisation_id, news)


def _window(today: date, days_after: int) -> Iterator[tuple[list[User], News]]:
    """The month that is asked for: its window opens, closes soon, or has closed while reports are missing."""
    month = reporting.asked_month(today, days_after)
    closes_on = reporting.deadline(month, days_after)
    left = (closes_on - today).days
    if left < -OVERDUE_FOR:
        return
    reports = asked_reports(Project.objects.all(), month, today=today)
    missing = {unit: number.total() - number[Written.HANDED_IN] for unit, number in reports.items() if unit}
    units = Organisation.objects.in_bulk(missing)
    staff = audience.staff_of(missing)
    closing = band(left, CLOSING)
    for pk, unit in units.items():
        if left > max(CLOSING):
            kind, which = NoticeKind.WINDOW, "opens"
            text = f"{month_words(month)}月报开始填报，{closes_on.isoformat()} 截止"
        elif not missing[pk]:
            continue
        elif closing is not None:
            kind, which = NoticeKind.WINDOW, str(closing)
            when = f"还有 {left} 天截止" if left else "今天截止"
            text = f"{month_words(month)}月报{when}，{missing[pk]} 个项目未报"
        else:
            kind, which = NoticeKind.OVERDUE, "closed"
            text = f"{month_words(month)}月报已截止，{missing[pk]} 个项目未报"
        cause = f"window:{month.isoformat()}:{pk}:{which}"
        yield staff[pk], News(kind, cause, text, organisation=unit, month=month)
