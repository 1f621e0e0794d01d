"""What is done today changes no number of a month that is over: on no page, in no workbook, in no answer of the API.

One district, and every act that has a day; each is done today, and all that is told of the last month is compared.
"""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from projects.actions import lifecycle, problems, registry, successions, units
from projects.actions.recording import record
from projects.models import LightRule, Listing, Organisation, Problem, Project
from projects.rules import periods
from projects.vocabulary import DelayReason, Level, Precision, SideState, Stage
from tests import build

pytestmark = pytest.mark.django_db

LAST = periods.last_month_end(timezone.localdate())
DAY = LAST.isoformat()
YEAR = LAST.year
PAGES = [
    f"/completion/?as_of={DAY}&level=city",
    f"/completion/?as_of={DAY}&level=all",
    f"/completion/?as_of={DAY}&level=province&by=industry",
    f"/completion/started/?as_of={DAY}&level=city",
    f"/completion/invested/?as_of={DAY}&level=all",
    f"/completion/attention/?as_of={DAY}&level=all",
    f"/completion/units/?as_of={DAY}&level=city",
    f"/completion/screen/?as_of={DAY}&level=city",
    f"/completion/export.xlsx?as_of={DAY}&level=all",
    f"/completion/started/export.xlsx?as_of={DAY}&level=city",
    f"/api/v1/completion?as_of={DAY}&level=all",
]


LATER = re.compile(r"；\S+，晚于截至日|数据取于\s*\S+|这是 \S+ \S+ 取到的数据")
"""What is told beside the numbers of the day: what followed, and when the page was made."""


def first(month: int) -> date:
    return date(YEAR, month, 1)


@pytest.fixture
def district() -> dict[str, Project]:
    """Two towns, a village, six projects that differ in what can happen to them."""
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    village = build.town("龙王村", kind="department", parent=luoxi)
    homes = [luoxi, luoxi, xuejia, village, None, village]
    found = {}
    for name, home in zip("甲乙丙丁戊己", homes, strict=True):
        project = build.project(name, organisation=home, total_investment=12 * build.YI)
        found[name] = project
        for level in ("city", "district") if name != "戊" else ("city",):
            build.listing(project, level, YEAR)
        build.annual_plan(project, 5 * build.YI, YEAR)
        build.report(project, first(1), build.YI, "approved")
        build.milestone(project, Stage.SIGNED, date(YEAR - 1, 5, 1))
        build.milestone(project, Stage.COMPLETED, planned=date(YEAR - 1, 12, 1))
    for name in "甲乙丙":
        build.milestone(found[name], Stage.STARTED, first(1), planned=first(1))
    build.milestone(found["丁"], Stage.STARTED, planned=date(YEAR - 1, 11, 1))
    build.target("started", 5, year=YEAR, level="city", organisation=None)
    build.target("started", 2, year=YEAR, level="city", organisation=luoxi)
    build.light_rule(since=f"{YEAR - 1}-01-01")
    build.problem(found["乙"], "缺土地指标", raised=first(1))
    return found


def told(client: Client) -> dict[str, Any]:
    """What each address says: the words and figures of a page, the cells of a workbook, the answer of the API."""
    return {address: _of(client, address) for address in PAGES}


def _of(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, address
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if "export" in address:
        sheets = load_workbook(BytesIO(content)).worksheets
        cells = [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
        return [LATER.sub("", cell) for cell in cells]
    text = content.decode()
    if "/api/" in address:
        return text
    main = text[text.index("<main") :]
    main = re.sub(r"<(select|script|style)\b.*?</\1>|<title>.*?</title>", "", main, flags=re.DOTALL)
    words = re.sub(r"<[^>]+>|\s+", " ", main)
    return LATER.sub("", words).split()


def pause(of: dict[str, Project], today: date) -> None:
    lifecycle.turn_aside(
        of["甲"], SideState.PAUSED, on=today, cause=DelayReason.MARKET, by=build.office(), reason="停工"
    )


def terminate(of: dict[str, Project], today: date) -> None:
    lifecycle.turn_aside(
        of["乙"], SideState.TERMINATED, on=today, cause=DelayReason.MARKET, by=build.office(), reason="终止"
    )


def move(of: dict[str, Project], today: date) -> None:
    project = of["甲"]
    project.hand_to(build.town("薛家镇").pk, on=today, today=today)
    record(project, by=build.office(), reason="划转")


def help_out(of: dict[str, Project], today: date) -> None:
    registry.set_helpers(of["甲"], [build.town("薛家镇")], on=today, by=build.office(), reason="协同")


def move_unit(of: dict[str, Project], today: date) -> None:
    units.move_unit(
        build.town("龙王村"), parent=build.town("薛家镇"), on=today, by=build.office(), reason="区划"
    )


def merge_unit(of: dict[str, Project], today: date) -> None:
    xuejia = build.town("薛家镇")
    units.close_unit(
        xuejia, on=today, successor=build.town("罗溪镇"), expected=1, by=build.office(), reason="合并"
    )


def split(of: dict[str, Project], today: date) -> None:
    parts = [successions.Part("一期", 7 * build.YI), successions.Part("二期", None)]
    successions.split_project(of["丙"], parts, on=today, by=build.office(), reason="分期")


def merge(of: dict[str, Project], today: date) -> None:
    successions.merge_project(of["丁"], of["己"], on=today, by=build.office(), reason="合并")


def promote(of: dict[str, Project], today: date) -> None:
    listing = Listing(
        project=of["戊"], year=today.year, level=Level.PROVINCE, listed_on=today, listed_precision="day"
    )
    record(listing, by=build.office(), reason="晋级")


def take_off(of: dict[str, Project], today: date) -> None:
    listing = of["丙"].listings.get(level="city")
    listing.removed_on, listing.removed_reason = today, "停建"
    record(listing, by=build.office(), reason="调出")


def reach(of: dict[str, Project], today: date) -> None:
    lifecycle.reach(of["丁"], Stage.STARTED, on=today, precision=Precision.DAY, by=build.office())


def report(of: dict[str, Project], today: date) -> None:
    build.report(of["甲"], today.replace(day=1), 9 * build.YI, "approved")


def raise_problem(of: dict[str, Project], today: date) -> None:
    problem = Problem(kind="land", text="新问题", raised_on=today)
    problems.raise_problem(of["甲"], problem, by=build.office())


def close_problem(of: dict[str, Project], today: date) -> None:
    problems.close(Problem.objects.get(), on=today, resolution="已落实", by=build.office())


def change_rule(of: dict[str, Project], today: date) -> None:
    rule = LightRule(family="points_behind", yellow=1, red=2, applies_from=today)
    record(rule, by=build.office(), reason="新规则")


def register_project(of: dict[str, Project], today: date) -> None:
    project = build.project("庚", organisation=build.town("罗溪镇"), began_on=today)
    build.listing(project, "city", today.year, listed_on=today, listed_precision="day")


ACTS: list[Callable[[dict[str, Project], date], None]] = [
    pause,
    terminate,
    move,
    help_out,
    move_unit,
    merge_unit,
    split,
    merge,
    promote,
    take_off,
    reach,
    report,
    raise_problem,
    close_problem,
    change_rule,
    register_project,
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_an_act_of_today_changes_nothing_of_last_month(district, act) -> None:
    today = timezone.localdate()
    client = build.browser_of(build.leader())
    before = told(client)
    assert any("甲" in str(part) for part in before.values())

    act(district, today)

    after = told(client)
    for address in PAGES:
        assert after[address] == before[address], address
    assert Organisation.objects.exists()
