"""The review of a month: what was typed and ticked stays, approvals are shown before and undone, answers arrive."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from projects.actions import reporting
from projects.models import MonthlyReport, Notice, Project, Reopening
from tests import build
from tests.views.test_months import REVIEW, SHEET, approve_clean, owing

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Client:
    return build.browser_of(build.office())


def handed_in(*names: str, **facts: Any) -> list[Project]:
    found = [owing(name, **facts) for name in names]
    for project in found:
        build.report(project, "2024-09", build.YI, state="submitted", submitted_by=build.staff())
    return found


def words(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def states() -> dict[str, str]:
    return {report.project.name: report.state for report in MonthlyReport.objects.select_related("project")}


def test_a_refused_return_keeps_the_ticks_and_says_why_beside_the_reason(office) -> None:
    first, second, _ = handed_in("甲", "乙", "丙")

    page = words(
        office.post(REVIEW, {"act": "send_back", "project": [first.pk, second.pk], "reason": ""}), 422
    )

    ticked = re.findall(r'name="project" value="(\d+)" checked', page)
    assert sorted(map(int, ticked)) == sorted([first.pk, second.pk])
    reason = page[page.index('for="id_reason"') : page.index('for="id_correction"')]
    assert "退回须写明原因。" in reason
    assert "autofocus" in reason
    assert set(states().values()) == {"submitted"}


def test_without_a_tick_nothing_is_done_and_it_is_said_beside_the_buttons(office) -> None:
    handed_in("甲")

    page = words(office.post(REVIEW, {"act": "send_back", "reason": "缺凭证"}), 422)

    dock = page[page.index('aria-label="处理选中的"') :]
    assert "没有选中月报，请先勾选。" in dock
    assert 'value="缺凭证"' in dock


def test_an_approved_row_goes_back_with_a_reason_until_the_seal(office) -> None:
    first, second = handed_in("甲", "乙")
    office.post(REVIEW, {"act": "approve", "project": [first.pk, second.pk]})
    assert states() == {"甲": "approved", "乙": "approved"}
    listed = words(office.get(f"{REVIEW}?state=approved"))
    assert "退回选中的" in listed
    assert "通过选中的" not in listed

    office.post(f"{REVIEW}?state=approved", {"act": "send_back", "project": first.pk, "reason": "金额有误"})
    assert states() == {"甲": "returned", "乙": "approved"}
    assert "已退回：金额有误" in words(office.get(f"{REVIEW}?state=returned"))

    build.seal("2024-09", by=build.office())
    sent = {"act": "send_back", "project": second.pk, "reason": "金额有误"}
    assert "已封存" in words(office.post(f"{REVIEW}?state=approved", sent), 422)
    assert states()["乙"] == "approved"
    office.post(f"{REVIEW}?state=approved", sent | {"correction": "企业来函更正"})
    assert states()["乙"] == "returned"


def test_an_approval_of_all_is_shown_before_and_undone_after(office) -> None:
    handed_in("甲", "乙")
    handed_in("可疑", total_investment=1)
    before = words(office.get(REVIEW))
    assert "通过全部无疑问的 2 个…" in before
    assert "还没有写入" not in before

    preview = words(office.get(f"{REVIEW}?clean=1"))
    assert "2 个项目" in preview
    assert "现在没有金额，通过后 <b>2.0 亿元</b>" in preview
    assert "1 个有疑问的" in preview
    assert set(states().values()) == {"submitted"}

    page = words(approve_clean(office))
    assert states() == {"甲": "approved", "乙": "approved", "可疑": "submitted"}
    at = re.search(r'name="at" value="([^"]+)"', page)
    assert at is not None

    page = words(office.post(REVIEW, {"act": "undo", "at": at[1]}, follow=True))
    assert "已撤销，2 个项目的月报回到待审核。" in page
    assert set(states().values()) == {"submitted"}
    entry = MonthlyReport.objects.get(project__name="甲").history.first()
    assert entry.history_change_reason == "撤销通过：2024年9月月报"


def test_what_changed_since_the_preview_is_not_approved_unseen(office) -> None:
    handed_in("甲")
    key = re.search(r'name="key" value="([0-9a-f]+)"', words(office.get(f"{REVIEW}?clean=1")))
    assert key is not None
    handed_in("乙")

    page = words(office.post(f"{REVIEW}?clean=1", {"act": "approve_clean", "key": key[1]}), 422)

    assert "待审核的月报刚刚有变化" in page
    assert set(states().values()) == {"submitted"}


def test_an_approval_is_undone_by_who_made_it_and_for_ten_minutes(office) -> None:
    (project,) = handed_in("甲")
    other = build.office()
    reporting.approve([project.reports.get()], by=other)
    at = project.reports.get().reviewed_at

    assert "没有可以撤销的通过" in words(office.post(REVIEW, {"act": "undo", "at": at.isoformat()}), 422)
    old = timezone.now() - timedelta(minutes=11)
    MonthlyReport.objects.update(reviewed_at=old)
    refused = build.browser_of(other).post(REVIEW, {"act": "undo", "at": old.isoformat()})
    assert "已超过十分钟" in words(refused, 422)
    assert "不认识这次通过的时间" in words(office.post(REVIEW, {"act": "undo", "at": "昨天"}), 422)
    assert states() == {"甲": "approved"}


def test_a_refused_reopening_says_why_and_reaches_the_unit(office) -> None:
    luoxi = build.town("罗溪镇")
    build.report(owing("甲", organisation=luoxi), "2024-09", build.YI, state="approved")
    unit = build.browser_of(build.staff(luoxi))
    unit.post(SHEET, {"act": "reopen", "reason": "漏填形象进度"})
    asked = Reopening.objects.get()

    page = words(office.post(REVIEW, {"act": "refuse", "request": asked.pk, "answer": " "}), 422)
    assert "不同意重开须写明理由，对方会收到。" in page
    page = words(office.post(REVIEW, {"act": "grant", "request": asked.pk, "until": ""}), 422)
    assert "请填写开放到哪一天。" in page

    office.post(REVIEW, {"act": "refuse", "request": asked.pk, "answer": "形象进度下月补报即可"})

    told = "没有同意"
    for address in (SHEET, "/todo/"):
        page = words(unit.get(address))
        assert told in page
        assert "形象进度下月补报即可" in page
    assert told not in words(build.browser_of(build.staff(build.town("薛家镇"))).get("/todo/"))

    unit.post(SHEET, {"act": "reopen", "reason": "设备发票补到"})  # asked once more: the old answer is over
    assert told not in words(unit.get("/todo/"))


@pytest.mark.parametrize("sent", [{"act": ""}, {"act": "decide"}, {}])
def test_an_unknown_act_is_a_bad_request(office, sent) -> None:
    assert office.post(REVIEW, sent).status_code == 400


def test_an_unknown_tab_is_a_bad_request(office) -> None:
    assert office.get(f"{REVIEW}?state=moon").status_code == 400


def test_silent_units_are_reminded_once_a_day_and_it_is_shown(office) -> None:
    luoxi = build.town("罗溪镇")
    staff = build.staff(luoxi, last_name="钱", first_name="进")
    owing("甲", organisation=luoxi)
    owing("乙", organisation=luoxi)
    owing("丙", organisation=build.town("薛家镇"))

    silent = f"{REVIEW}?state=silent"
    assert "催报：2 个单位没有报齐" in words(office.get(silent))
    page = words(office.post(silent, {"act": "remind"}, follow=True))
    assert "已催 1 个单位，通知 1 人。没有经办账号，无法通知：薛家镇。" in page
    assert "催了 1 个单位</b>：<span>罗溪镇 2（钱进）</span>" in page
    notice = Notice.objects.get()
    assert (notice.person, notice.kind) == (staff, "reminded")
    assert notice.text == "请尽快提交 2024年9月月报：罗溪镇还有 2 个项目未报"

    build.browser_of(staff).post(f"/notices/{notice.pk}/")
    page = words(office.post(silent, {"act": "remind"}, follow=True))
    assert "今天已经催过，没有重复发送：罗溪镇。" in page
    assert "罗溪镇 2（钱进已读）" in page
    assert Notice.objects.count() == 1
    assert build.browser_of(staff).post(silent, {"act": "remind"}).status_code == 403


def test_nobody_is_reminded_where_all_is_handed_in(office) -> None:
    handed_in("甲")
    assert "这个月没有未报的单位，无需催报。" in words(office.post(REVIEW, {"act": "remind"}), 422)
