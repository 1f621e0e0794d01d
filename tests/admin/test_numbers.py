"""Targets, rules of the lights, bulletins and their figures at the admin's desk."""

import pytest

from projects.models import Bulletin, Figure, LightRule, Target
from tests import build
from tests.admin.desk import address, change_page, faults, newest, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return build.office()


@pytest.fixture
def client(office):
    return build.browser_of(office)


def test_a_money_target_is_typed_with_its_unit_and_shown_in_yi(client, office):
    answer = send(
        client, address(Target, "add"), year=2025, indicator="invested", level="city", amount="647.4亿元"
    )
    assert answer.status_code == 302, faults(answer)
    target = Target.objects.get()
    assert target.amount == 64_740_000_000
    assert newest(target) == ("+", office, "新建年度目标")
    assert "647.4亿元" in client.get(address(Target)).content.decode()


def test_a_count_is_a_plain_number(client):
    typed = {"year": 2025, "indicator": "started", "level": "city"}
    assert "这里填整数" in faults(send(client, address(Target, "add"), **typed, amount="80亿"))
    assert send(client, address(Target, "add"), **typed, amount="80").status_code == 302
    assert Target.objects.get().amount == 80


CURVE = "1，2，3，4，5，6，7，8，9，10，11，12"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "若干"}, "看不懂金额"),
        ({"amount": ""}, "没有目标值时，须有来源说明目标已完成"),
        ({"due_month": "13"}, "应完成月份为 1 到 12"),
        ({"curve": "1，2，三"}, "逐月累计计划须为十二个整数"),
        ({"curve": "1，2，3"}, "逐月累计计划须为十二个整数"),
        ({"curve": CURVE, "amount": "13"}, "应等于年度目标值"),
        ({"year": "1999"}, "年度应在"),
        ({"change_reason": ""}, "必填"),
    ],
)
def test_a_bad_target_is_named_and_nothing_is_written(client, typed, sentence):
    target = build.target("started", 12)
    page = send(client, change_page(target), **{"source_paragraph": "¶9", "change_reason": "试", **typed})
    assert sentence in faults(page)
    assert target.history.count() == 1


def test_a_curve_is_typed_in_one_line(client):
    target = build.target("started", 12)
    send(client, change_page(target), curve=CURVE.replace("，", ", "), change_reason="下达逐月计划")
    target.refresh_from_db()
    assert target.curve == list(range(1, 13))
    assert CURVE in client.get(change_page(target)).content.decode()
    send(client, change_page(target), change_reason="看看")
    assert target.history.count() == 2


def test_a_target_of_a_unit_is_set_once(client):
    target = build.target("started", 12, organisation=build.town())
    page = send(
        client,
        address(Target, "add"),
        year=2024,
        indicator="started",
        level="city",
        organisation=target.organisation.pk,
        amount="1",
    )
    assert "该单位已有这项年度目标" in faults(page)


def test_the_form_of_a_light_rule_says_what_each_means(client):
    page = client.get(address(LightRule, "add")).content.decode()
    assert "计划开工的月份已过仍未开工，从次月起算第 1 个月" in page
    assert "从开工之日起算仍未入库；满黄灯值亮黄灯，超过红灯值亮红灯" in page
    assert "新的一条从适用日期起生效，之前的日期仍按旧的判" in page


def test_red_is_graver_than_yellow(client):
    rule = build.light_rule()
    page = send(client, change_page(rule), red="5", change_reason="试")
    assert "红灯阈值应比黄灯更严重" in faults(page)
    send(client, change_page(rule), red="25", change_reason="按新办法")
    assert LightRule.objects.get().red == 25


def test_a_bulletin_typed_here_was_published_elsewhere(client, office):
    typed = {"title": "十月通报", "year": 2024, "as_of": "2024-10-31", "kind": "sealed", "digest": "0" * 64}
    assert "必填" in faults(send(client, address(Bulletin, "add"), **typed))
    send(client, address(Bulletin, "add"), **typed, source=build.source().pk)
    bulletin = Bulletin.objects.get()
    assert (bulletin.kind, bulletin.digest, bulletin.sealed_at) == ("published", "", None)
    assert newest(bulletin) == ("+", office, "新建通报")


def test_a_figure_is_added_to_a_published_bulletin_only(client):
    published, sealed = build.bulletin(), build.bulletin(kind="sealed")
    typed = {"code": "invested", "label": "完成投资", "unit": "yuan", "amount": "110.3亿元", "level": "city"}
    page = send(client, address(Figure, "add"), **typed, bulletin=sealed.pk)
    assert "选择一个有效的选项" in faults(page)
    send(client, address(Figure, "add"), **typed, bulletin=published.pk)
    assert Figure.objects.get().amount == 11_030_000_000


def test_a_figure_says_something(client):
    figure = build.figure(build.bulletin(), "started", 29)
    page = send(client, change_page(figure), amount="", change_reason="试")
    assert "至少填写一项" in faults(page)


@pytest.mark.parametrize("model", [Target, Bulletin, Figure])
def test_a_list_asks_as_often_for_30_as_for_3(client, django_assert_max_num_queries, model):
    for number in range(30):
        build.bulletin(figures={"invested": number})
        build.target("started", number, organisation=build.town(f"第{number}镇"))
    with django_assert_max_num_queries(13):
        assert client.get(address(model)).status_code == 200
