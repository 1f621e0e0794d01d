"""One person's projects handed over to another: once, with one reason, in every history."""

import pytest
from django.test import Client

from projects.models import Project
from tests import build

pytestmark = pytest.mark.django_db

PAGE = "/handover/"
SENT = {"to": "李四", "phone": "0519-2", "reason": "岗位调整", "expected": "3"}


@pytest.fixture
def register() -> None:
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    build.project("甲", contact="张三", contact_phone="0519-1", organisation=luoxi)
    build.project("乙", contact="张三", organisation=luoxi)
    build.project("丙", contact="张三", organisation=benniu)
    build.project("丁", contact="王五", organisation=luoxi)
    build.project("戊")


@pytest.fixture
def office() -> Client:
    return build.browser_of(build.office(last_name="赵", first_name="六"))


def words(response, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def contacts() -> dict[str, str]:
    return dict(Project.objects.values_list("name", "contact"))


@pytest.mark.usefixtures("register")
def test_it_names_everybody_in_charge_and_then_their_projects(office: Client) -> None:
    page = words(office.get(PAGE))
    assert "张三（3 个）" in page
    assert "王五（1 个）" in page

    page = words(office.get(PAGE, {"contact": "张三"}))
    assert "张三的 3 个项目" in page
    assert all(f">{name}</a>" in page for name in "甲乙丙")
    assert ">丁</a>" not in page


@pytest.mark.usefixtures("register")
def test_all_of_them_go_to_another_with_who_and_why(office: Client) -> None:
    response = office.post(f"{PAGE}?contact=张三", SENT)

    assert response["Location"] == PAGE
    assert contacts() == {"甲": "李四", "乙": "李四", "丙": "李四", "丁": "王五", "戊": ""}
    assert "张三的 3 个项目已移交给李四。" in words(office.get(PAGE))
    entry = Project.objects.get(name="甲").history.latest()
    assert (entry.contact_phone, str(entry.history_user)) == ("0519-2", "赵六")
    assert entry.history_change_reason == "移交（张三 → 李四）：岗位调整"
    assert Project.objects.get(name="丁").history.count() == 1


@pytest.mark.usefixtures("register")
def test_a_unit_parts_people_of_the_same_name(office: Client) -> None:
    luoxi = build.town("罗溪镇")
    assert "张三的 2 个项目" in words(office.get(PAGE, {"contact": "张三", "organisation": luoxi.pk}))
    office.post(f"{PAGE}?contact=张三&organisation={luoxi.pk}", SENT | {"expected": "2"})

    assert contacts() == {"甲": "李四", "乙": "李四", "丙": "张三", "丁": "王五", "戊": ""}


@pytest.mark.usefixtures("register")
def test_what_was_not_shown_is_not_handed_over(office: Client) -> None:
    build.project("己", contact="张三")

    assert "张三现在负责 4 个项目，不是刚才的 3 个" in words(office.post(f"{PAGE}?contact=张三", SENT), 409)
    assert "李四" not in contacts().values()


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"to": ""}, "必填项"),
        ({"to": "长" * 51}, "50"),
        ({"to": "张三"}, "张三已是这些项目的责任人。"),
        ({"reason": ""}, "请写明移交的原因。"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    office: Client, sent: dict[str, str], told: str
) -> None:
    assert told in words(office.post(f"{PAGE}?contact=张三", SENT | sent), 422)
    assert "李四" not in contacts().values()
    assert Project.history.count() == 5


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("query", ["contact=nobody", "contact=", "contact=张三&organisation=99999"])
def test_a_wrong_question_is_told(office: Client, query: str) -> None:
    assert "error" in words(office.get(f"{PAGE}?{query}"), 400)
    assert "李四" not in contacts().values()


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("person", [build.leader, build.staff, lambda: build.person(None)])
def test_it_is_the_office_s_alone(person) -> None:
    client = build.browser_of(person())

    words(client.get(PAGE), 403)
    words(client.post(f"{PAGE}?contact=张三", SENT), 403)
    assert "李四" not in contacts().values()


def test_an_outsider_is_sent_to_the_login() -> None:
    assert build.browser_of(None).get(PAGE)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("size", [3, 30])
def test_it_takes_few_queries(size: int, office: Client, django_assert_max_num_queries) -> None:
    for _ in range(size):
        build.project(contact="张三", organisation=build.town())
    with django_assert_max_num_queries(6):
        office.get(PAGE, {"contact": "张三"})


def test_a_thousand_projects_come_in_pages_and_are_handed_over_together(
    office: Client, django_assert_max_num_queries
) -> None:
    projects = [Project(name=f"项目{number:04}", contact="张三") for number in range(1000)]
    for project in projects:
        project.make_findable()
    Project.objects.bulk_create(projects)
    with django_assert_max_num_queries(8):
        answer = office.get(PAGE, {"contact": "张三", "page": "2"})

    page = words(answer)
    assert len(answer.content) <= 300_000
    assert "共 1000 个项目，显示第 101–200 个项目，移交的是全部" in page
    assert ("项目0100" in page, "项目0099" in page) == (True, False)
    assert "移交 1000 个项目" in page

    office.post(f"{PAGE}?contact=张三&page=2", SENT | {"expected": "1000"})
    assert set(contacts().values()) == {"李四"}
