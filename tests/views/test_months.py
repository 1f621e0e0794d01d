"""The month's sheet: typed, checked, handed in, reviewed; by those who may."""

import re
from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from projects.actions import reporting
from projects.models import Listing, Milestone, MonthlyReport, Project, Reopening
from tests import build

pytestmark = pytest.mark.django_db

SHEET, REVIEW = "/months/2024-09/", "/months/2024-09/review/"


def owing(name: str, **facts) -> Project:
    project = build.project(name, **facts)
    build.listing(project)
    build.milestone(project, "started", "2024-02-01")
    return project


def typed(project: Project, **cells: str) -> dict[str, str]:
    return {f"p{project.pk}-{name}": value for name, value in cells.items()}


def sent(client: Client, data: dict, *, act: str = "save", status: int = 302, **headers):
    response = client.post(SHEET, {**data, "act": act}, headers=headers)
    assert response.status_code == status
    return response


def newest() -> str:
    return str(MonthlyReport.history.latest("history_id").history_id)


def test_a_month_is_typed_in_yi_and_kept_in_yuan() -> None:
    project = owing("锂电隔膜", total_investment=23 * build.YI)
    build.report(project, "2024-08", 190_000_000)
    client = build.browser_of(build.staff())

    assert "锂电隔膜" in client.get(SHEET).content.decode()
    sent(client, typed(project, invested="2.10"))

    report = MonthlyReport.objects.get(month="2024-09-01")
    assert (report.invested, report.state) == (210_000_000, "draft")


def test_the_year_to_date_gives_the_month() -> None:
    project = owing("项目")
    build.report(project, "2024-08", build.YI)
    sent(build.browser_of(build.staff()), typed(project, year_to_date="1.5"))

    assert MonthlyReport.objects.get(month="2024-09-01").invested == build.YI // 2


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"invested": "很多"}, "看不懂金额"),
        ({"invested": "-1"}, "金额不能为负"),
        ({"year_to_date": "0.5"}, "年累计低于上月的年累计"),
        ({"invested": "1", "year_to_date": "9"}, "对不上"),
        ({"invested": "1", "unchanged": "on"}, "就不能再选"),
    ],
)
def test_a_faulty_cell_is_said_and_nothing_is_written(cells: dict[str, str], said: str) -> None:
    project, other = owing("项目"), owing("另一个")
    build.report(project, "2024-08", build.YI)
    data = {**typed(project, **cells), **typed(other, invested="1")}

    page = sent(build.browser_of(build.staff()), data, status=422).content.decode()

    assert said in page
    assert not MonthlyReport.objects.filter(month="2024-09-01").exists()


def test_doubts_are_shown_and_do_not_refuse() -> None:
    project = owing("减振器", total_investment=90 * build.YI)
    build.report(project, "2024-08", build.YI)
    client = build.browser_of(build.staff())
    sent(client, typed(project, invested="4"))

    assert "超过前几个月平均数的 3 倍，请核对" in client.get(SHEET).content.decode()


def test_an_amount_beyond_the_total_is_kept_with_words_only() -> None:
    project = owing("减振器", total_investment=build.YI)
    client = build.browser_of(build.staff())
    page = sent(client, typed(project, invested="1020"), status=422).content.decode()
    assert "累计将超总投资：单位是否应为万元？金额无误的，请在“金额说明”里写明原因。" in page
    assert '<label class="explain">' in page
    assert not MonthlyReport.objects.exists()

    sent(client, typed(project, invested="1020", explanation="二期合并填报"))
    report = MonthlyReport.objects.get()
    assert (report.invested, report.explanation) == (1020 * build.YI, "二期合并填报")
    assert report.history.get().explanation == "二期合并填报"

    # Other cells of the row are kept without asking again; another amount is asked about again.
    sent(client, typed(project, invested="1020", progress="封顶", seen=newest()))
    report.refresh_from_db()
    assert (report.progress, report.explanation) == ("封顶", "二期合并填报")
    sent(client, typed(project, invested="0.5", explanation="二期合并填报", seen=newest()))
    report.refresh_from_db()
    assert (report.invested, report.explanation) == (build.YI // 2, "")
    sent(client, typed(project, invested="7", explanation="", seen=newest()), status=422)


def test_beyond_ten_times_the_plan_words_are_asked_for_and_the_office_reads_them() -> None:
    project = owing("减振器", total_investment=90 * build.YI)
    build.annual_plan(project, planned_investment=build.YI // 10)
    client = build.browser_of(build.staff())
    page = sent(client, typed(project, invested="1.1"), status=422).content.decode()
    assert "年累计超过年度计划的 10 倍" in page

    sent(client, typed(project, invested="1.1", explanation="设备款一次付清"))
    sent(client, {}, act="hand_in")
    assert "金额说明：设备款一次付清" in build.browser_of(build.office()).get(REVIEW).content.decode()
    assert "金额说明：设备款一次付清" in client.get(SHEET).content.decode()


def test_where_total_and_plan_are_unknown_the_unit_s_usual_range_is_the_measure() -> None:
    unit = build.town()
    for number in range(3):
        other = owing(f"别的{number}", organisation=unit, total_investment=90 * build.YI)
        for month in ("2024-03", "2024-08"):
            build.report(other, month, (number + 1) * build.YI // 100)
    project = owing("减振器", organisation=unit)
    client = build.browser_of(build.staff())
    page = sent(client, typed(project, invested="300"), status=422).content.decode()
    assert "总投资和年度计划未知；本单位近一年单月完成在 100—300 万元之间，请核对单位" in page
    sent(client, typed(project, invested="0.03"))
    assert MonthlyReport.objects.get(project=project).invested == 3 * build.YI // 100

    version = newest()
    MonthlyReport.objects.filter(month="2024-03-01").delete()  # too few to be a range
    sent(client, typed(project, invested="300", seen=version))


def test_a_row_is_kept_while_one_types() -> None:
    project = owing("项目")
    response = sent(
        build.browser_of(build.staff()), typed(project, invested="3"), status=200, hx_request="true"
    )

    page = response.content.decode()
    assert "已自动保存" in page
    assert f'id="check-{project.pk}"' in page
    assert "<html" not in page


def test_handing_in_locks_the_rows() -> None:
    project = owing("项目")
    client = build.browser_of(build.staff())
    sent(client, typed(project, invested="3"), act="hand_in")

    assert MonthlyReport.objects.get().state == "submitted"
    assert f'name="p{project.pk}-invested"' not in client.get(SHEET).content.decode()
    page = sent(client, typed(project, invested="9"), status=422).content.decode()
    assert "的月报已提交，不能再改" in page
    assert MonthlyReport.objects.get().invested == 3 * build.YI


def test_a_silent_project_stops_handing_in() -> None:
    project, _ = owing("项目"), owing("沉默项目")
    client = build.browser_of(build.staff())
    sent(client, typed(project, invested="3"), act="hand_in")

    assert MonthlyReport.objects.get().state == "draft"
    assert "还有 1 个项目没有填写" in client.get(SHEET).content.decode()


def contested(progress: str = "") -> tuple[Project, str, str]:
    """A row that 李四 has changed since it was opened: its project, the version opened, the newest."""
    project = owing("项目")
    report = build.report(project, "2024-09", build.YI, state="draft")
    opened = newest()
    report.invested, report.progress = 2 * build.YI, progress
    build.kept(report, by=build.staff(last_name="李", first_name="四"))
    return project, opened, newest()


def test_a_cell_that_somebody_else_wrote_is_shown_three_times_and_chosen() -> None:
    project, opened, shown = contested(progress="主体施工")
    other = owing("另一个")
    client = build.browser_of(build.staff())
    mine = typed(project, invested="3", seen=opened) | typed(other, invested="7", seen="")

    page = sent(client, mine, status=422).content.decode()
    for words in ("李四", "也改了这一行", "原来 1 亿元", "对方的：2 亿元", "我的：3 亿元"):
        assert words in page
    assert f'name="p{project.pk}-shown" value="{shown}"' in page
    assert f'name="p{project.pk}-seen" id="id_p{project.pk}-seen" value="{opened}"' in page
    assert MonthlyReport.objects.get().invested == 2 * build.YI

    chosen = typed(project, invested="3", seen=opened, shown=shown) | {f"p{project.pk}-keep-invested": "mine"}
    sent(client, mine | chosen)
    report = MonthlyReport.objects.get(project=project)
    assert (report.invested, report.progress) == (3 * build.YI, "主体施工")
    assert MonthlyReport.objects.get(project=other).invested == 7 * build.YI


@pytest.mark.parametrize("version", ["9" * 30, "-" + "9" * 30, "-1", "x"])
def test_a_version_that_no_row_can_have_is_refused(version: str) -> None:
    project, _, _ = contested()
    sent(build.browser_of(build.staff()), typed(project, invested="3", seen=version), status=422)
    assert MonthlyReport.objects.get().invested == 2 * build.YI


def test_the_row_alone_is_asked_too_and_then_shows_what_is_kept() -> None:
    project, opened, shown = contested(progress="主体施工")
    client = build.browser_of(build.staff())
    mine = typed(project, invested="3", seen=opened)

    asked = sent(client, mine, status=200, hx_request="true")
    assert "对方的：2 亿元" in asked.content.decode()
    assert "X-Kept" not in asked

    chosen = mine | typed(project, shown=shown) | {f"p{project.pk}-keep-invested": "theirs"}
    kept = sent(client, chosen, status=200, hx_request="true")
    page = kept.content.decode()
    assert kept["X-Kept"] == "1"
    assert 'value="2" aria-label="项目 本月完成"' in page
    assert 'value="主体施工"' in page
    assert MonthlyReport.objects.get().invested == 2 * build.YI


def test_what_is_kept_as_it_was_sent_is_left_alone_on_the_page() -> None:
    project = owing("项目")
    page = sent(
        build.browser_of(build.staff()),
        typed(project, invested="3", seen=""),
        status=200,
        hx_request="true",
    )
    assert "本月完成" not in page.content.decode().partition("<template>")[0]


def test_units_write_their_own_rows_only() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    own, foreign = owing("罗溪项目", organisation=luoxi), owing("薛家项目", organisation=xuejia)
    client = build.browser_of(build.staff(luoxi))

    page = client.get(SHEET).content.decode()
    assert "罗溪项目" in page
    assert "薛家项目" not in page
    sent(client, {**typed(own, invested="1"), **typed(foreign, invested="1")})
    assert [report.project for report in MonthlyReport.objects.all()] == [own]


@pytest.mark.parametrize(
    ("person", "address", "status"),
    [
        (build.leader, SHEET, 403),
        (build.leader, REVIEW, 403),
        (build.staff, SHEET, 200),
        (build.staff, REVIEW, 403),
        (build.office, SHEET, 200),
        (build.office, REVIEW, 200),
        (build.staff, "/months/2024-13/", 404),
        (build.staff, "/months/2099-01/", 404),
    ],
)
def test_who_may_enter(person, address: str, status: int) -> None:
    assert build.browser_of(person()).get(address).status_code == status


def test_an_outsider_sees_the_login() -> None:
    assert build.browser_of(None).get(SHEET)["Location"].startswith("/accounts/login/")


def approve_clean(client: Client, address: str = f"{REVIEW}?clean=1") -> HttpResponse:
    """As the preview shows it."""
    key = re.search(r'name="key" value="([0-9a-f]{64})"', client.get(address).content.decode())
    return client.post(address, {"act": "approve_clean", "key": key[1] if key else ""}, follow=True)


def test_the_office_approves_what_raises_no_doubt() -> None:
    clean, odd = owing("平常"), owing("可疑", total_investment=1)
    for project in (clean, odd):
        build.report(project, "2024-09", build.YI, state="submitted")
    client = build.browser_of(build.office())

    approve_clean(client)

    assert MonthlyReport.objects.get(project=clean).state == "approved"
    assert MonthlyReport.objects.get(project=odd).state == "submitted"
    page = client.get(REVIEW).content.decode()
    assert "可疑" in page
    assert "平常" not in page


def test_a_review_with_nothing_in_it_offers_nothing_to_approve() -> None:
    owing("没有填报")

    page = build.browser_of(build.office()).get(REVIEW).content.decode()

    assert "没有等待审核的月报。" in page
    assert "approve_clean" not in page
    assert "通过选中的" not in page


def test_a_month_without_an_amount_states_no_sum() -> None:
    project = owing("没有填报")
    client = build.browser_of(build.staff(project.organisation))
    assert "尚未填金额" in client.get(SHEET).content.decode()

    build.report(project, "2024-09", 0, state="draft")

    page = client.get(SHEET).content.decode()
    assert "已填合计 <b>0" in page
    assert "尚未填金额" not in page


def test_sending_back_asks_for_a_reason_and_shows_it_to_the_unit() -> None:
    project = owing("项目")
    build.report(project, "2024-09", build.YI, state="submitted")
    client = build.browser_of(build.office())

    refused = client.post(REVIEW, {"act": "send_back", "project": project.pk, "reason": ""})
    assert "退回须写明原因" in refused.content.decode()
    client.post(REVIEW, {"act": "send_back", "project": project.pk, "reason": "缺照片"})

    assert "已退回：缺照片" in build.browser_of(build.staff()).get(SHEET).content.decode()


def test_a_unit_asks_for_its_month_and_writes_it_again() -> None:
    luoxi = build.town("罗溪镇")
    project = owing("项目", organisation=luoxi)
    build.report(project, "2024-09", build.YI, state="approved")
    staff, office = build.browser_of(build.staff(luoxi)), build.browser_of(build.office())

    staff.post(SHEET, {"act": "reopen", "reason": "发票补到"})
    assert "发票补到" in office.get(REVIEW).content.decode()
    office.post(REVIEW, {"act": "grant", "request": Reopening.objects.get().pk, "until": "2099-01-01"})
    sent(staff, typed(project, invested="2", seen=newest()))

    assert MonthlyReport.objects.get().invested == 2 * build.YI


def test_a_month_is_opened_for_a_unit_with_what_is_below_and_for_no_other() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    village = build.town("空港产业园", kind="park", parent=luoxi)
    units = {"罗溪": luoxi, "空港": village, "薛家": xuejia, "无单位": None}
    for name, unit in units.items():
        build.report(owing(name, organisation=unit), "2024-09", build.YI, state="approved")
    request = reporting.ask_reopening(luoxi, date(2024, 9, 1), reason="发票补到", by=build.staff(luoxi))
    reporting.decide_reopening(request, until=date(2099, 1, 1), by=build.office())

    page = build.browser_of(build.office()).get(SHEET).content.decode()
    for name, is_open in (("罗溪", True), ("空港", True), ("薛家", False), ("无单位", False)):
        assert (f'aria-label="{name} 本月完成"' in page) == is_open


def test_a_reopening_ends() -> None:
    luoxi = build.town("罗溪镇")
    build.report(owing("项目", organisation=luoxi), "2024-09", build.YI, state="approved")
    request = reporting.ask_reopening(luoxi, date(2024, 9, 1), reason="发票补到", by=build.staff(luoxi))
    granted = reporting.decide_reopening(request, until=timezone.localdate(), by=build.office())
    granted.until = timezone.localdate() - timedelta(days=1)
    build.kept(granted)

    assert (
        'aria-label="项目 本月完成"' not in build.browser_of(build.staff(luoxi)).get(SHEET).content.decode()
    )


def test_an_empty_month_says_so() -> None:
    assert "没有需要您填报的项目" in build.browser_of(build.staff()).get(SHEET).content.decode()


@pytest.mark.parametrize("projects", [3, 40])
def test_the_sheet_asks_the_same_queries_for_forty_projects(projects: int, django_assert_num_queries) -> None:
    unit = build.town()
    for number in range(projects):
        project = owing(f"项目{number}", organisation=unit)
        build.report(project, "2024-08", build.YI)
        build.report(project, "2024-09", build.YI, state="draft")
    client = build.browser_of(build.staff())

    with django_assert_num_queries(11):
        client.get(SHEET)


@pytest.fixture
def thousand() -> list[Project]:
    """A thousand projects of one unit that have started, each with last month's report and this one's draft."""
    unit = build.town()
    projects = [
        Project(name=f"项目{number:04}", organisation=unit, total_investment=build.YI)
        for number in range(1000)
    ]
    for project in projects:
        project.make_findable()
    Project.objects.bulk_create(projects)
    Listing.objects.bulk_create(Listing(project=project, year=2024, level="city") for project in projects)
    Milestone.objects.bulk_create(
        Milestone(
            project=project,
            stage="started",
            reached_on=date(2024, 2, 1),
            reached_precision="day",
            recorded_on=date(2024, 2, 1),
        )
        for project in projects
    )
    MonthlyReport.objects.bulk_create(
        MonthlyReport(
            project=project, month=month, invested=build.YI // 100, state=state, progress="主体施工到三层"
        )
        for project in projects
        for month, state in ((date(2024, 8, 1), "approved"), (date(2024, 9, 1), "draft"))
    )
    return projects


def rows_of(page: str) -> int:
    return page.count('data-project="')


def test_a_month_of_a_thousand_projects_comes_in_pages_with_the_sums_of_all(
    thousand: list[Project], django_assert_max_num_queries
) -> None:
    client = build.browser_of(build.office())
    with django_assert_max_num_queries(12):  # one more where the district's names are read anew
        answer = client.get(SHEET)

    page = answer.content.decode()
    assert len(answer.content) <= 290_000  # room for numbers of six digits
    assert rows_of(page) == 100
    assert "共 1000 个项目，显示第 1–100 个项目" in page
    assert "<b>10.00</b> 亿元" in page
    assert "全部 1000 个合计" in page

    last = client.get(f"{SHEET}?page=10&rows=&q=项目").content.decode()
    assert "项目0999" in last
    assert 'href="?page=9&amp;rows=&amp;q=%E9%A1%B9%E7%9B%AE"' in last


def test_a_project_is_found_without_turning_pages(thousand: list[Project]) -> None:
    client = build.browser_of(build.office())
    MonthlyReport.objects.filter(month="2024-09-01", project=thousand[777]).update(invested=None)

    assert rows_of(client.get(f"{SHEET}?q=项目0951").content.decode()) == 1
    unfilled = client.get(f"{SHEET}?rows=unfilled").content.decode()
    assert (rows_of(unfilled), "项目0777" in unfilled) == (1, True)
    only = client.get(f"{SHEET}?only={thousand[3].pk},{thousand[990].pk}").content.decode()
    assert rows_of(only) == 2
    assert "没有符合条件的项目" in client.get(f"{SHEET}?q=不存在").content.decode()
    faulty = client.get(f"{SHEET}?q={'长' * 101}&only=a").content.decode()
    assert "查找项目：" in faulty


def test_a_row_of_another_page_is_written_and_a_faulty_one_is_shown(thousand: list[Project]) -> None:
    client = build.browser_of(build.office())
    sent(client, typed(thousand[999], invested="0.5", seen=newest_of(thousand[999])))
    assert MonthlyReport.objects.get(project=thousand[999], month="2024-09-01").invested == build.YI // 2

    page = sent(client, typed(thousand[998], invested="很多"), status=422).content.decode()
    assert "看不懂金额" in page
    assert rows_of(page) == 101


def newest_of(project: Project) -> str:
    found = MonthlyReport.history.filter(project=project, month="2024-09-01").order_by("-history_id").first()
    return str(found.history_id) if found else ""


def test_handing_in_takes_the_whole_month(thousand: list[Project]) -> None:
    client = build.browser_of(build.office())
    assert client.post(f"{SHEET}?page=2", {"act": "hand_in"})["Location"] == f"{SHEET}?page=2"

    states = MonthlyReport.objects.filter(month="2024-09-01").values_list("state", flat=True)
    assert set(states) == {"submitted"}


def test_the_review_comes_in_pages_and_approves_all_without_a_doubt(
    thousand: list[Project], django_assert_num_queries
) -> None:
    MonthlyReport.objects.filter(month="2024-09-01").update(state="submitted")
    MonthlyReport.objects.filter(month="2024-09-01", project=thousand[5]).update(invested=9 * build.YI)
    client = build.browser_of(build.office())
    with django_assert_num_queries(12):
        answer = client.get(f"{REVIEW}?page=2")

    page = answer.content.decode()
    assert len(answer.content) <= 290_000  # room for numbers of six digits
    assert page.count('name="project"') == 100
    assert "共 1000 个项目，显示第 101–200 个项目" in page
    assert "通过全部无疑问的 999 个…" in page
    doubtful = client.get(f"{REVIEW}?rows=doubtful").content.decode()
    assert (doubtful.count('name="project"'), "项目0005" in doubtful) == (1, True)

    approve_clean(client, f"{REVIEW}?page=2&clean=1")
    left = MonthlyReport.objects.filter(month="2024-09-01", state="submitted")
    assert [report.project for report in left] == [thousand[5]]
