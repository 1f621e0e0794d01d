"""What the page of a project states of it: a label, what is known, and the field in which it is changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from projects.columns import PROJECTS, Holds, Record, stored_in
from projects.models import AnnualPlan, Organisation, Participation, Project
from projects.rules import money

PLACED = frozenset({"name", "enterprise", "former_names", "place", "contact", "contact_phone"})
"""Short texts that the page of a project shows in a place of their own."""
NOBODY_NAMED = "未明确"


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what is known; `words` empty: nothing is, and `unknown` says so quietly.

    `field`: of the project, where the fact is one field that can be changed alone; else "".
    """

    label: str
    words: str
    unknown: str = "未填报"
    field: str = ""


def project_texts(project: Project) -> tuple[Fact, ...]:
    """What is written in several lines; a remark only where there is one."""
    texts = [
        Fact("建设内容及规模", project.content, "未公布", "content"),
        Fact("备注", project.remark, field="remark"),
    ]
    return tuple(fact for fact in texts if fact.words or fact.field == "content")


def _current_plan(plans: Sequence[AnnualPlan], as_of: date) -> AnnualPlan | None:
    """The newest up to this year; where there is none yet, the first that is to come. `plans`: the newest first."""
    return next((plan for plan in plans if plan.year <= as_of.year), plans[-1] if plans else None)


def project_facts(
    project: Project, helpers: Sequence[Participation], plans: Sequence[AnnualPlan], as_of: date
) -> tuple[Fact, ...]:
    """What the page of a project states of it; no query but for a project that has moved to another unit."""
    plan = _current_plan(plans, as_of)
    published = "未公布" if project.source_id else "未填报"
    foreign = f"{project.foreign_amount} {project.get_foreign_currency_display()}"
    facts = [
        Fact("总投资", _yi(project.total_investment), published, "total_investment"),
        Fact("协议投资", _yi(project.contract_amount), published, "contract_amount"),
        Fact("责任单位", _answering(project), NOBODY_NAMED),
        Fact("产业类别", str(project.industry or ""), published, "industry"),
        Fact("建设性质", project.get_nature_display(), published, "nature"),
        Fact("所属镇街", str(project.town or ""), published, "town"),
        Fact("所在园区", str(project.park or ""), published, "park"),
        Fact("建设地点", project.place, published, "place"),
        *_other_facts(project),
        Fact("责任人", project.contact, field="contact"),
        Fact("联系电话", project.contact_phone, field="contact_phone"),
    ]
    if plan:
        facts.append(Fact(f"{plan.year} 年计划投资", _yi(plan.planned_investment)))
    else:
        facts.append(Fact("年度计划投资", ""))
    optional = [
        Fact("外资", foreign if project.foreign_amount is not None else ""),
        Fact("协同单位", _helping(helpers)),
        Fact("国家投资项目代码", project.national_code, field="national_code"),
        Fact("统一社会信用代码", project.credit_code, field="credit_code"),
        Fact("曾用名", project.former_names, field="former_names"),
    ]
    return (*facts, *(fact for fact in optional if fact.words))


def _helping(entries: Sequence[Participation]) -> str:
    """薛家镇、奔牛镇（2026-03-01 起）；此前：孟河镇至 2026-02-28."""
    now = "、".join(
        f"{entry.organisation}（{entry.began_on} 起）" if entry.began_on else str(entry.organisation)
        for entry in entries
        if entry.ended_on is None
    )
    before = "，".join(
        f"{entry.organisation}至 {entry.ended_on - timedelta(days=1)}" for entry in entries if entry.ended_on
    )
    return "；".join(filter(None, (now, f"此前：{before}" if before else "")))


def _answering(project: Project) -> str:
    """罗溪镇（2026-03-01 起，此前：薛家镇至 2026-02-28）; one query more for a project that has moved."""
    unit = str(project.organisation or "")
    if not project.former_units:
        return unit
    named = Organisation.objects.in_bulk([former for former, _ in project.former_units if former])
    before = "，".join(
        f"{named.get(former, NOBODY_NAMED)}至 {date.fromisoformat(until) - timedelta(days=1)}"
        for former, until in reversed(project.former_units)
    )
    return f"{unit or NOBODY_NAMED}（{project.former_units[-1][1]} 起；此前：{before}）"


def _other_facts(project: Project) -> Iterator[Fact]:
    """The short texts that have no place of their own on the page, in the order of their columns."""
    for column in stored_in(Record.PROJECT, PROJECTS):
        if column.holds is Holds.TEXT and column.key not in PLACED:
            yield Fact(column.title, column.get(project), field=column.key)
        elif column.holds is Holds.DEGREES:
            degrees = column.get(project)
            yield Fact(column.title, "" if degrees is None else f"{degrees}°")


def _yi(yuan: int | None) -> str:
    return "" if yuan is None else f"{money.show(yuan, money.MoneyUnit.YI, 2)} 亿元"
