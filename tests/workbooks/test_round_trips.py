"""What leaves comes back, for months, targets and units: an exported sheet changes nothing."""

from typing import Any

import pytest

from projects.models import Import, MonthlyReport, Organisation, Target, User
from tests import build
from tests.workbooks.sheets_made import received

pytestmark = pytest.mark.django_db


def back(address: str, kind: str, by: User, suffix: str, **terms: Any) -> Import:
    """The sheet of a page, sent in again as it is."""
    answer = build.browser_of(by).get(address)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return received(content, by, kind=kind, name=f"导出.{suffix}", **terms)


def outcomes(imported: Import) -> list[str]:
    assert (imported.state, imported.fault) == ("preview", "")
    assert [row.faults for row in imported.rows.all() if row.faults] == []
    return list(imported.rows.order_by("position").values_list("outcome", flat=True))


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_month(suffix: str) -> None:
    office = build.office()
    for name, state, facts in (
        ("锂电隔膜", "draft", {"progress": "主体\n封顶", "needs_coordination": "=缺电"}),
        ("光伏组件", "approved", {"next_step": "设备进场"}),
        ("医疗器械", "submitted", {}),
        ("热泵机组", "", {}),
    ):
        project = build.project(name, total_investment=10 * build.YI)
        build.listing(project)
        build.report(project, "2024-02", 100_000_001)
        if state:
            build.report(project, "2024-03", 123_456_789, state, **facts)
    confirmed = build.project("无变化的项目")
    build.listing(confirmed)
    build.report(confirmed, "2024-03", None, "draft", unchanged=True)
    written = MonthlyReport.history.count()

    imported = back(f"/months/2024-03/export.{suffix}", "reports", office, suffix)

    assert outcomes(imported) == ["unchanged"] * 5
    assert MonthlyReport.history.count() == written


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_the_targets_of_a_year(suffix: str) -> None:
    office, luoxi = build.office(), build.town("罗溪镇", short_name="罗溪")
    build.target("invested", 64_740_000_001)
    build.target("started", 12, organisation=luoxi, curve=list(range(1, 13)))
    build.target("completed", None, organisation=luoxi)
    build.target("signed", 0, organisation=luoxi)
    written = Target.history.count()

    imported = back(f"/targets/export.{suffix}?year=2024&level=city", "targets", office, suffix, level="city")

    assert outcomes(imported) == ["unchanged", "unchanged"]
    assert Target.history.count() == written


def test_targets_of_all_projects_do_not_become_those_of_a_list() -> None:
    office = build.office()
    build.target("invested", build.YI, level="")
    address = "/targets/export.xlsx?year=2024&level=all"

    assert outcomes(back(address, "targets", office, "xlsx")) == ["unchanged"]
    refused = back(address, "targets", office, "xlsx", level="city")
    assert refused.fault == "工作表“年度目标”写明级别 全部项目，导入时选的是 市重点，请重新选择。"


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_the_directory(suffix: str) -> None:
    admin, luoxi = (
        build.admin(),
        build.town("罗溪镇", short_name="罗溪", former_names="罗溪乡、空港镇", position=2),
    )
    build.town("空港产业园", kind="park", parent=luoxi)
    written = Organisation.history.count()

    imported = back(f"/organisations/export.{suffix}", "organisations", admin, suffix)

    assert outcomes(imported) == ["unchanged"] * 3
    assert Organisation.history.count() == written
