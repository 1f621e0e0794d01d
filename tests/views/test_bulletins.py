"""Bulletins: the list, the article, a seal as each reader may see it, and the sealing of a month."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.actions import lifecycle, registry
from projects.actions.recording import erase, record
from projects.models import Bulletin, Figure, Project
from projects.vocabulary import Indicator, Precision, Stage
from tests import build

pytestmark = pytest.mark.django_db

LIST, SEAL = "/bulletins/", "/bulletins/seal/"
TITLE = "2024年9月完成情况（市重点）"
SEPTEMBER = {"year": "2024", "month": "9", "level": "city", "word": "封存2024年9月"}


def text_of(client: Client, address: str = LIST, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def words(page: str) -> str:
    """The page as it is read: without tags, blanks drawn together."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def printed_part(page: str) -> str:
    """What was printed, byte for byte: from its element to the panels that follow."""
    start, panel = page.index('<div class="stack" id="printed">'), '<section class="panel" aria-labelledby='
    ends = [page.find(f'{panel}"{name}"', start) for name in ("corrections", "seal")]
    return page[start : min(end for end in ends if end > 0)].rstrip()


@pytest.fixture
def luoxi():
    return build.town("罗溪镇")


@pytest.fixture
def xuejia():
    return build.town("薛家镇")


@pytest.fixture
def project(luoxi, xuejia):
    """Two projects in 罗溪 with 7亿元 in September, five in 薛家 with 20亿元."""
    for unit, count, invested in ((xuejia, 5, 20), (luoxi, 2, 7)):
        for number in range(count):
            project = build.project(f"{unit}项目{number}", organisation=unit, total_investment=3 * build.YI)
            build.listing(project)
            build.milestone(project, "started", "2024-05-01")
            build.report(project, "2024-09", invested * build.YI if number == 0 else 0)
    build.target("invested", 50 * build.YI)
    return Project.objects.get(name="罗溪镇项目0")


@pytest.fixture
def seal(project):
    return build.seal("2024-09")


def address(bulletin: Bulletin) -> str:
    return f"{LIST}{bulletin.pk}/"


# The list and the article


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_the_list_names_what_was_published_and_sealed(person) -> None:
    seal = build.seal("2024-08")

    page = text_of(build.browser_of(person()))

    assert "2024年8月完成情况（市重点）" in page
    assert seal.digest[:12] in page
    assert page.index("2024年9月30日") < page.index("2024年8月31日")  # the newest first
    assert "对外发布" in page


@pytest.mark.parametrize("path", [LIST, SEAL, f"{LIST}1/"])
def test_an_outsider_sees_the_login(path: str) -> None:
    assert build.browser_of(None).get(path)["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("path", [LIST, SEAL, f"{LIST}1/"])
def test_an_account_without_a_role_is_refused(path: str) -> None:
    assert "没有" in text_of(build.browser_of(build.person(None)), path, status=403)


def test_an_empty_list_says_so() -> None:
    assert "还没有通报" in text_of(build.browser_of(build.leader()))


def test_only_the_office_is_offered_the_seal() -> None:
    assert SEAL in text_of(build.browser_of(build.office()))
    assert SEAL not in text_of(build.browser_of(build.leader()))


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize("reader", [build.leader, lambda: build.staff(build.town("罗溪镇"))])
def test_the_article_shows_every_figure_with_paragraph_and_source(reader) -> None:
    bulletin = Bulletin.objects.get()

    page = text_of(build.browser_of(reader()), address(bulletin))

    for figure in Figure.objects.filter(bulletin=bulletin):
        assert figure.label in page
        assert figure.printed in page
        assert figure.paragraph in page
    assert bulletin.source.title in page
    assert "+6.1%" in page


def test_what_is_not_there_is_not_found() -> None:
    assert "不在您可查看的范围内" in text_of(build.browser_of(build.leader()), f"{LIST}7/", status=404)


# A seal


@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_a_seal_shows_its_numbers_and_its_chain(seal, person) -> None:
    later = build.seal("2024-08", by=build.office(last_name="王", first_name="芳"))

    page = words(text_of(build.browser_of(person()), address(later)))

    assert later.digest in page
    assert seal.digest in page
    assert "摘要与内容相符" in page
    assert "封存人 王芳" in page

    page = words(text_of(build.browser_of(person()), address(seal)))
    assert "第一期封存" in page
    assert "完成投资 27.0 亿元" in page
    assert "罗溪镇" in page
    assert "薛家镇" in page
    assert "封存以后的变化" not in page


def test_a_unit_sees_its_own_row_and_no_total_of_the_district(seal, luoxi) -> None:
    page = words(text_of(build.browser_of(build.staff(luoxi)), address(seal)))

    assert "按权限只显示本单位所在的各行" in page
    assert "罗溪镇 2 7.0" in page
    for leak in ("薛家镇", "27.0", "20.0", "走到哪一步", "时间过去", "50.0"):
        assert leak not in page


def test_a_unit_below_the_rows_sees_none_of_them(seal, luoxi) -> None:
    village = build.town("罗溪村", parent=luoxi)

    page = words(text_of(build.browser_of(build.leader(village)), address(seal)))

    assert "这期封存中没有本单位的行" in page
    assert "7.0" not in page


def test_a_unit_sees_the_whole_of_its_own_seal(project, luoxi, xuejia) -> None:
    own = build.seal("2024-09", organisation=luoxi)

    assert "完成投资 7.0 亿元" in words(text_of(build.browser_of(build.leader(luoxi)), address(own)))
    page = words(text_of(build.browser_of(build.leader(xuejia)), address(own)))
    assert "这期封存中没有本单位的行" in page
    assert "7.0" not in page


def test_a_correction_stands_beside_what_was_printed(seal, project) -> None:
    report = project.reports.get()
    report.invested = 8 * build.YI
    record(report, by=build.office(), reason="更正：漏报 1 亿元")

    page = words(text_of(build.browser_of(build.leader()), address(seal)))

    assert "全区 市重点项目 完成投资 27.0亿元 28.0亿元 +1.0亿元" in page
    assert "罗溪镇 完成投资 7.0亿元 8.0亿元 +1.0亿元" in page


def test_a_unit_sees_its_own_corrections_only(seal, project, xuejia) -> None:
    report = project.reports.get()
    report.invested = 8 * build.YI
    record(report, by=build.office(), reason="更正：漏报")

    mine = words(text_of(build.browser_of(build.staff(project.organisation)), address(seal)))
    other = words(text_of(build.browser_of(build.staff(xuejia)), address(seal)))

    assert "罗溪镇 完成投资 7.0亿元 8.0亿元 +1.0亿元" in mine
    assert "28.0" not in mine
    assert "封存以后的变化" not in other


def _reach(project: Project, office) -> None:
    day = date(2024, 8, 1)
    lifecycle.reach(project, Stage.TOPPED_OUT, on=day, precision=Precision.DAY, by=office, correction="漏登")


def _take_back(project: Project, office) -> None:
    lifecycle.take_back(project, Stage.STARTED, by=office, reason="登错", correction="登错")


def _report(project: Project, office) -> None:
    report = project.reports.get()
    report.invested, report.accepted = 99 * build.YI, 1
    record(report, by=office, reason="更正：核实")


def _unlist(project: Project, office) -> None:
    registry.keep_year(project, [], dropped=[project.listings.get()], by=office, reason="更正：误列")


def _erase(project: Project, office) -> None:
    erase(project, by=office, reason="更正：重复登记")


def _rename(project: Project, office) -> None:
    unit = project.organisation
    unit.name, unit.short_name = "罗溪新镇", "罗溪新"
    record(unit, by=office, reason="更名")
    project.total_investment = 1
    registry.amend(project, by=office, reason="核实")


def _move(project: Project, office) -> None:
    project.organisation = build.town("奔牛镇")
    registry.amend(project, by=office, reason="移交")


def _retarget(project: Project, office) -> None:
    build.target("started", 3, by=office)
    build.light_rule()


def _publish(project: Project, office) -> None:
    build.bulletin("2024-09-30", figures={"invested": 1, "started": 99})


EDITS = [_reach, _take_back, _report, _unlist, _rename, _move, _retarget, _publish, _erase]


@pytest.mark.parametrize("edit", EDITS)
def test_what_was_printed_is_the_same_bytes_after_any_edit(seal, project, edit) -> None:
    client, office = build.browser_of(build.leader()), build.office()
    before, content = printed_part(text_of(client, address(seal))), seal.content

    edit(project, office)

    seal.refresh_from_db()
    assert seal.content == content
    page = text_of(client, address(seal))
    if "封存以后的变化" not in page:
        assert edit is _publish  # what is published elsewhere corrects nothing in the register
    assert printed_part(page) == before


def test_an_altered_seal_is_shown_as_such(seal) -> None:
    client = build.browser_of(build.leader())
    Bulletin.objects.update(content=seal.content.replace('"projects":7', '"projects":9'))
    assert "不可信" in text_of(client, address(seal))

    Bulletin.objects.update(content="{}")
    page = text_of(client, address(seal))
    assert "不可信" in page
    assert "封存内容无法读取" in page


def test_the_completion_page_states_the_sealed_number(seal, project) -> None:
    report = project.reports.get()
    report.invested = 8 * build.YI
    record(report, by=build.office(), reason="更正：漏报")

    page = words(text_of(build.browser_of(build.leader()), "/completion/?as_of=2024-09-30"))

    assert "27.0" in page
    assert "28.0" in page
    assert TITLE in page


# Sealing


@pytest.mark.parametrize("person", [build.leader, build.staff])
def test_only_the_office_seals(project, person) -> None:
    client = build.browser_of(person())

    assert client.get(SEAL).status_code == 403
    assert client.post(SEAL, SEPTEMBER).status_code == 403
    assert not Bulletin.objects.exists()


@pytest.mark.parametrize("person", [build.office, build.admin])
def test_the_preview_shows_the_numbers_and_who_has_not_reported(project, person) -> None:
    silent = build.project("沉默的项目", organisation=project.organisation)
    build.listing(silent)

    page = text_of(build.browser_of(person()), f"{SEAL}?year=2024&month=9&level=city")

    read = words(page)
    assert f"封存《{TITLE}》" in read
    assert "完成投资 27.0 亿元" in read
    assert "应报 8 个，已审核 7 个，待审核 0 个，已退回 0 个，未报 1 个" in read
    assert "罗溪镇 1 个： 沉默的项目" in read
    assert f'href="/projects/{silent.pk}/"' in page
    assert not Bulletin.objects.exists()


def test_the_preview_begins_with_the_month_that_has_ended() -> None:
    ended = timezone.localdate().replace(day=1) - timedelta(days=1)

    page = text_of(build.browser_of(build.office()), SEAL)

    assert f"封存《{ended.year}年{ended.month}月完成情况（市重点）》" in page


def test_the_office_seals_what_it_has_seen(project) -> None:
    office = build.office()
    client = build.browser_of(office)
    page = text_of(client, f"{SEAL}?year=2024&month=9&level=city")
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert seen is not None

    response = client.post(SEAL, {**SEPTEMBER, "seen": seen[1]})

    seal = Bulletin.objects.get()
    assert response["Location"] == address(seal)
    assert (seal.title, seal.sealed_by) == (TITLE, office)
    assert f"已封存《{TITLE}》" in text_of(client, address(seal))


def test_numbers_that_changed_since_the_preview_are_not_sealed(project) -> None:
    client = build.browser_of(build.office())
    page = text_of(client, f"{SEAL}?year=2024&month=9&level=city")
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert seen is not None
    build.report(Project.objects.get(name="罗溪镇项目1"), "2024-08", build.YI)

    response = client.post(SEAL, {**SEPTEMBER, "seen": seen[1]})

    assert response.status_code == 422
    assert "预览以后台账有了改动" in response.content.decode()
    assert seen[1] not in response.content.decode()  # the new preview has its own
    assert not Bulletin.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"year": "2099"}, "2099年9月还没有结束"),
        ({"year": "abc"}, "输入整数"),
        ({"month": "13"}, "13 不在可用的选项中"),
        ({"level": "moon"}, "moon 不在可用的选项中"),
        ({"rank_by": "signed"}, "签约只在“全部项目”中统计"),
        ({"month": ""}, "该字段是必填项"),
    ],
)
def test_a_faulty_month_is_told_and_not_sealed(project, sent: dict, said: str) -> None:
    response = build.browser_of(build.office()).post(SEAL, SEPTEMBER | sent)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Bulletin.objects.exists()


def test_a_month_is_sealed_once(seal) -> None:
    client = build.browser_of(build.office())

    response = client.post(SEAL, SEPTEMBER)

    assert response.status_code == 422
    assert "同一个月、同一范围只封存一次" in response.content.decode()
    page = text_of(client, f"{SEAL}?year=2024&month=9&level=city")
    assert f'href="{address(seal)}"' in page
    assert '<button class="btn btn-primary">封存' not in page
    assert Bulletin.objects.count() == 1


def test_all_projects_are_a_scope_of_their_own(seal) -> None:
    sent = SEPTEMBER | {"level": "all", "rank_by": Indicator.SIGNED}

    response = build.browser_of(build.office()).post(SEAL, sent)

    assert response.status_code == 302
    newest = Bulletin.objects.chain().last()
    assert newest is not None
    assert (newest.level, newest.title) == ("", "2024年9月完成情况（全部项目）")
    assert newest.previous_digest == seal.digest


# The pages of a project obey the seal, too


def reached(client: Client, project: Project, **sent: str):
    sent = {"act": "reach", "on": "2024-08-15", "precision": "day", "note": "", **sent}
    return client.post(f"/projects/{project.pk}/milestones/topped_out/", sent)


def test_staff_are_told_that_the_month_is_sealed(seal, project) -> None:
    client = build.browser_of(build.staff(project.organisation))

    page = text_of(client, f"/projects/{project.pk}/milestones/topped_out/")
    response = reached(client, project, correction="漏登")

    assert "更正原因" not in page
    assert response.status_code == 422
    assert "2024年9月（全区 · 市重点）已封存" in response.content.decode()
    assert not project.milestones.filter(stage="topped_out").exists()


def test_the_office_corrects_on_the_page_of_the_milestone(seal, project) -> None:
    client = build.browser_of(build.office())

    page = text_of(client, f"/projects/{project.pk}/milestones/topped_out/")
    refused = reached(client, project)
    done = reached(client, project, correction="漏登，有照片")

    assert "更正原因" in page
    assert refused.status_code == 422
    assert done.status_code == 302
    milestone = project.milestones.get(stage="topped_out")
    assert milestone.history.first().history_change_reason == "更正：漏登，有照片（登记封顶）"


def test_the_office_takes_back_as_a_correction(seal, project) -> None:
    client, page = build.browser_of(build.office()), f"/projects/{project.pk}/milestones/started/"
    shown = re.search(r'name="version" value="(\d+)"', text_of(client, page))
    assert shown is not None
    sent = {"act": "take_back", "reason": "登错", "version": shown[1]}

    refused = client.post(page, sent)
    done = client.post(page, sent | {"correction": "登错项目"})

    assert (refused.status_code, done.status_code) == (422, 302)
    assert project.milestones.get(stage="started").reached_on is None


# As many queries for one seal or unit as for many


@pytest.mark.parametrize("seals", [1, 8])
def test_the_list_asks_as_many_queries_for_more_seals(seals: int, django_assert_num_queries) -> None:
    for month in range(1, seals + 1):
        build.seal(f"2024-0{month}")
    build.bulletin(figures={"started": 1})
    client = build.browser_of(build.leader())

    with django_assert_num_queries(4):
        text_of(client)


@pytest.mark.parametrize("units", [3, 30])
def test_a_seal_and_its_preview_ask_as_many_queries_for_more_units(
    units: int, django_assert_max_num_queries
) -> None:
    for number in range(units):
        project = build.project(organisation=build.town(f"{number}号镇"))
        build.listing(project)
        build.milestone(project, "started", "2024-05-01")
    client, seal = build.browser_of(build.office()), build.seal("2024-09")

    with django_assert_max_num_queries(14):
        text_of(client, address(seal))
    with django_assert_max_num_queries(17):
        text_of(client, f"{SEAL}?year=2024&month=8&level=city")


@pytest.mark.parametrize("word", ["", "封存", "封存2024年8月"])
def test_a_month_is_sealed_by_its_word(project, word: str) -> None:
    response = build.browser_of(build.office()).post(SEAL, SEPTEMBER | {"word": word})

    assert response.status_code == 422
    assert "请输入“封存2024年9月”，确认封存。" in response.content.decode()
    assert not Bulletin.objects.exists()


def test_the_preview_names_what_a_seal_will_not_count() -> None:
    for name, state in (
        ("未报甲", None),
        ("退回乙", "returned"),
        ("待审丙", "submitted"),
        ("通过丁", "approved"),
    ):
        project = build.project(name, organisation=build.town("罗溪镇"))
        build.listing(project)
        if state:
            build.report(project, "2024-09", build.YI, state)

    page = text_of(build.browser_of(build.office()), f"{SEAL}?year=2024&month=9&level=city")

    for label, name in (("未报", "未报甲"), ("已退回", "退回乙"), ("待审核", "待审丙")):
        part = page[page.index(f"{label}，封存时不计入") :]
        assert name in part[: part.index("</ul>")]
    assert "通过丁" not in page[page.index("哪些还不计入") : page.index('name="word"')]
