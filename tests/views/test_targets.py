"""The targets' pages: what each of the cast sees and may write, and what a faulty grid says."""

import pytest
from django.test import Client

from projects.models import Target
from projects.vocabulary import Indicator
from tests import build

pytestmark = pytest.mark.django_db

GRID = "/targets/?year=2024&level=city"
STATED = "已提前完成（未公布目标值）"


def text_of(client: Client, address: str = GRID, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def sent(client: Client, address: str = GRID, **typed: object) -> tuple[int, str]:
    """What the browser sends back with some cells typed over; the answer, and the page after it."""
    page = client.get(address)
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.cells}
    data |= {f"initial-{name}": value for name, value in data.items()}
    answer = client.post(address, data | typed, follow=True)
    status = answer.redirect_chain[0][1] if answer.redirect_chain else answer.status_code
    return status, answer.content.decode()


def amounts() -> dict:
    return {(target.organisation_id, target.indicator): target.amount for target in Target.objects.all()}


@pytest.fixture
def year() -> None:
    build.target("started", 60)
    build.target("started", 12, organisation=build.town("罗溪镇"))
    build.target("started", 9, organisation=build.town("薛家镇"))
    build.target("invested", 64_740_000_000)


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    ("person", "writes"),
    [(build.office, True), (build.admin, True), (build.leader, False), (build.staff, False)],
)
def test_the_district_reads_all_and_the_office_writes(person, writes: bool) -> None:
    page = text_of(build.browser_of(person()))

    assert "罗溪镇" in page
    assert "薛家镇" in page
    assert "647.4" in page
    assert "−39" in page  # 21 of the units against 60
    assert ('name="0-started"' in page) is writes
    assert ("保存" in page) is writes


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("person", [build.staff, build.leader])
def test_a_unit_reads_its_own_targets_only(person) -> None:
    luoxi = build.town("罗溪镇")
    client = build.browser_of(person(luoxi))
    page = text_of(client)

    assert "罗溪镇" in page
    assert "薛家镇" not in page
    assert "647.4" not in page
    assert "全区" not in page
    for target in Target.objects.all():
        text_of(client, f"/targets/{target.pk}/", 200 if target.organisation == luoxi else 404)


def test_an_outsider_sees_the_login() -> None:
    for address in ("/targets/", "/targets/1/"):
        assert build.browser_of(None).get(address)["Location"] == f"/accounts/login/?next={address}"


def test_an_account_without_a_role_is_refused() -> None:
    assert "没有" in text_of(build.browser_of(build.person(None)), status=403)


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("person", [build.leader, build.staff])
def test_whoever_reads_cannot_write(person) -> None:
    client, target = build.browser_of(person()), Target.objects.get(indicator="invested")
    data = {"0-started": "1", "initial-0-started": "60", "reason": "改", "act": "amend", "amount": "1"}

    for address in (GRID, f"/targets/{target.pk}/"):
        assert client.post(address, data).status_code == 403

    assert amounts()[None, "started"] == 60
    assert Target.history.count() == 4


@pytest.mark.usefixtures("article")
def test_the_article_is_shown_as_met_and_survives_saving_the_grid() -> None:
    client = build.browser_of(build.office())
    assert text_of(client).count(STATED) == 4

    status, page = sent(client)

    assert status == 302
    assert "没有改动，未写入记录。" in page
    assert page.count(STATED) == 4
    assert list(Target.objects.values_list("amount", "stated_met")) == [(None, True)] * 4
    assert Target.history.count() == 4


@pytest.mark.usefixtures("article")
def test_leaders_read_that_the_target_was_met() -> None:
    assert text_of(build.browser_of(build.leader())).count(STATED) == 4


@pytest.mark.usefixtures("year")
def test_the_office_fills_the_grid_in_one_go() -> None:
    luoxi = build.town("罗溪镇").pk
    typed = {f"{luoxi}-invested": "30", f"{luoxi}-started": "", "0-entered": "34", "reason": "调整任务"}

    status, page = sent(build.browser_of(build.office()), **typed)

    assert status == 302
    assert "已保存 3 项目标。" in page
    assert "罗溪镇新开工 12 个" in page  # what was taken back
    assert amounts()[luoxi, "invested"] == 30 * build.YI
    assert amounts()[None, "entered"] == 34
    assert (luoxi, "started") not in amounts()


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"0-started": "55"}, "修改或取消已有的目标，请写明原因。"),
        ({"0-started": "很多", "reason": "改"}, "输入整数。"),
        ({"0-invested": "约600", "reason": "改"}, "看不懂金额"),
        ({"0-started": "55", "initial-0-started": "59", "reason": "改"}, "全区新开工：目标刚刚被别人改过"),
    ],
)
def test_a_faulty_grid_says_so_and_writes_nothing(typed: dict, said: str) -> None:
    before = amounts()

    status, page = sent(build.browser_of(build.office()), **typed)

    assert status == 422
    assert said in page
    assert next(iter(typed.values())) in page  # what was typed is not lost
    assert amounts() == before


@pytest.mark.parametrize(
    ("query", "said"),
    [("year=abc", "输入整数"), ("year=1066", "2000"), ("level=moon", "moon 不在可用的选项中")],
)
def test_a_faulty_question_is_answered_with_what_is_wrong(query: str, said: str) -> None:
    client = build.browser_of(build.office())
    assert said in text_of(client, f"/targets/?{query}", 400)
    assert client.post(f"/targets/?{query}", {}).status_code == 400


@pytest.mark.usefixtures("year")
def test_it_opens_on_the_newest_year_that_has_targets() -> None:
    build.target("started", 1, year=2090)
    assert "<h1>2024 年目标</h1>" in text_of(build.browser_of(build.leader()), "/targets/")


def test_a_list_is_asked_for_by_its_level() -> None:
    build.target("signed", 115, level="")
    build.target("started", 8, level="province")
    client = build.browser_of(build.leader())
    assert "115" in text_of(client, "/targets/?year=2024&level=all")
    assert "115" not in text_of(client, "/targets/?year=2024&level=province")


def test_only_the_office_is_offered_the_page() -> None:
    assert 'href="/targets/"' in text_of(build.browser_of(build.office()), "/completion/")
    assert 'href="/targets/"' not in text_of(build.browser_of(build.leader()), "/completion/")


def terms(target: Target, **changed: str) -> dict[str, str]:
    """The sheet of a target as the browser sends it back."""
    data = {"act": "amend", "amount": str(target.amount or ""), "due_month": str(target.due_month)}
    data |= {f"curve_{month}": "" for month in range(12)}
    return data | {"version": str(target.history.latest().history_id)} | changed


@pytest.mark.usefixtures("year")
def test_an_accepted_reason_is_shown_with_who_accepted_it() -> None:
    office = build.office(last_name="王", first_name="主任")
    client, target = build.browser_of(office), Target.objects.get(organisation=build.town("罗溪镇"))
    data = terms(target, accepted_reason="用地指标八月下达", due_month="9", reason="区长办公会")

    page = client.post(f"/targets/{target.pk}/", data, follow=True).content.decode()

    assert "已保存。" in page
    assert "用地指标八月下达" in page
    assert "王主任" in page
    reading = text_of(build.browser_of(build.staff(build.town("罗溪镇"))), f"/targets/{target.pk}/")
    assert "区长办公会" in reading
    assert "9月底前" in reading
    assert "<form" not in reading.split("<main")[1]
    assert "已认可原因" in text_of(client)


@pytest.mark.usefixtures("year")
def test_a_curve_is_typed_in_twelve_cells() -> None:
    client, target = build.browser_of(build.office()), Target.objects.get(organisation=build.town("罗溪镇"))
    rising = {f"curve_{month}": str(month + 1) for month in range(12)}
    address = f"/targets/{target.pk}/"

    broken = client.post(address, terms(target, **rising | {"curve_11": "13", "reason": "下达"}))
    done = client.post(address, terms(target, **rising | {"reason": "下达"}), follow=True)

    assert broken.status_code == 422
    assert "十二月的累计值应等于年度目标值。" in broken.content.decode()
    assert "按逐月计划" in done.content.decode()
    target.refresh_from_db()
    assert target.curve == list(range(1, 13))


@pytest.mark.usefixtures("year")
def test_original_and_current_stand_side_by_side() -> None:
    client, target = build.browser_of(build.office()), Target.objects.get(indicator="invested")

    client.post(f"/targets/{target.pk}/", terms(target, amount="629", reason="年中调整"))

    page = text_of(client, f"/targets/{target.pk}/")
    assert "629.0" in page
    assert "<del>647.4 亿元</del> → <ins>629 亿元</ins>" in page
    assert "原 647.4" in text_of(client)


@pytest.mark.usefixtures("year")
def test_a_stale_sheet_is_refused() -> None:
    client, target = build.browser_of(build.office()), Target.objects.get(indicator="invested")
    stale = terms(target, amount="600", reason="改")
    client.post(f"/targets/{target.pk}/", terms(target, amount="629", reason="年中调整"))

    for data in (stale, {"act": "withdraw", "reason": "误填", "version": stale["version"]}):
        answer = client.post(f"/targets/{target.pk}/", data)
        assert answer.status_code == 422
        assert "这项目标刚刚被别人改过" in answer.content.decode()

    assert amounts()[None, "invested"] == 62_900_000_000


@pytest.mark.usefixtures("year")
def test_a_target_is_taken_back_with_a_reason() -> None:
    client, target = build.browser_of(build.office()), Target.objects.get(indicator="invested")
    address, version = f"/targets/{target.pk}/", str(target.history.latest().history_id)

    silent = client.post(address, {"act": "withdraw", "reason": "", "version": version})
    done = client.post(address, {"act": "withdraw", "reason": "口径有误", "version": version}, follow=True)

    assert "取消目标，请写明原因。" in silent.content.decode()
    assert done.redirect_chain == [("/targets/?year=2024&level=city", 302)]
    assert "全区完成投资 647.4 亿元" in done.content.decode()
    assert (None, Indicator.INVESTED) not in amounts()


@pytest.mark.usefixtures("year")
def test_a_sheet_without_changes_writes_nothing() -> None:
    client, target = build.browser_of(build.office()), Target.objects.get(organisation=build.town("罗溪镇"))
    page = client.post(f"/targets/{target.pk}/", terms(target, reason="看看"), follow=True).content.decode()
    assert "没有改动，未写入记录。" in page
    assert target.history.count() == 1


@pytest.mark.usefixtures("year")
def test_an_unknown_act_is_refused() -> None:
    target = Target.objects.get(indicator="invested")
    answer = build.browser_of(build.office()).post(f"/targets/{target.pk}/", {"act": "burn"})
    assert answer.status_code == 400


@pytest.mark.parametrize("units", [3, 30])
@pytest.mark.parametrize("person", [build.office, build.leader])
def test_the_grid_asks_five_queries_whatever_its_size(person, units: int, django_assert_num_queries) -> None:
    for number in range(units):
        unit = build.town(f"单位{number}")
        for indicator in ("invested", "started"):
            build.target(indicator, 3, organisation=unit, due_month=9, accepted_reason="缺地")
    client = build.browser_of(person())

    with django_assert_num_queries(5):  # session, person, units, targets, what was taken back
        text_of(client)


@pytest.mark.usefixtures("year")
def test_the_sums_follow_what_is_typed_and_nothing_is_written() -> None:
    client, luoxi = build.browser_of(build.office()), build.town("罗溪镇").pk
    typed = {"act": "sums", "unit": str(10**4), f"{luoxi}-started": "30", f"initial-{luoxi}-started": "12"}
    typed |= {f"{luoxi}-invested": "52000", f"initial-{luoxi}-invested": "", "0-entered": "很多"}
    before = amounts()

    foot = client.post(GRID, typed).content.decode()

    assert foot.count("<tr>") == 3
    assert ">39<" in foot  # 30 of 罗溪 and 9 of 薛家
    assert "−21" in foot
    assert "52000" in foot
    assert "6474000" in foot
    assert amounts() == before
    assert client.post(GRID, {"act": "sums", "0-started": "5", "initial-0-started": "五"}).status_code == 200
    assert build.browser_of(build.leader()).post(GRID, typed).status_code == 403


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("person", [build.office, build.leader])
def test_the_unit_of_money_is_the_reader_s(person) -> None:
    client = build.browser_of(person())
    assert client.post(GRID, {"act": "unit", "unit": str(10**4)}).status_code == 302

    page = text_of(client)
    assert "金额单位万元" in page
    assert "6474000" in page
    assert "647.4" not in page


@pytest.mark.usefixtures("year")
def test_an_amount_is_read_in_the_unit_that_the_page_showed() -> None:
    client = build.browser_of(build.office())
    data = {"unit": str(10**4), "0-invested": "5200000", "initial-0-invested": "6474000", "reason": "调整"}
    assert client.post(GRID, data).status_code == 302

    assert amounts()[None, "invested"] == 520 * build.YI


def test_the_grid_of_sixty_units_stays_small(django_assert_num_queries) -> None:
    for number in range(60):
        unit = build.town(f"单位{number}")
        for indicator in Indicator:
            build.target(indicator, 3, organisation=unit)
    client = build.browser_of(build.office())

    with django_assert_num_queries(5):
        page = client.get(GRID).content

    assert page.count(b'<tr class="depth-') == 61
    assert len(page) <= 300_000
